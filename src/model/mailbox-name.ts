/** Names of messages in a mailbox directory. */

/**
 * A leading zero is none of Cyrus's: `07.` beside `7.` would be two files for one record.
 *
 * The uid of a message file `<uid>.`, or undefined for any other name.
 * Source: cyrus-imapd imap/mailbox.c, mailbox_parse_datafilename (2.4+).
 */
export function messageUidOf(leaf: string): number | undefined {
  if (!/^(?:0|[1-9]\d{0,9})\.$/.test(leaf)) return undefined;
  const uid = Number(leaf.slice(0, -1));
  return uid <= 0xffff_ffff ? uid : undefined;
}
