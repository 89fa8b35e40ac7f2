/** Internal mailbox names as Cyrus's own tools take them on a command line. */

/**
 * `example.org!user.fred^x.Sent` as `user/fred.x/Sent@example.org` under unixhierarchysep, else
 * `user.fred^x.Sent@example.org`. Source: cyrus-imapd imap/mboxname.c, the admin namespace.
 */
export function mailboxArgument(name: string, unixHierarchySep: boolean): string {
  const at = name.indexOf('!');
  const [domain, base] = at < 0 ? ['', name] : [name.slice(0, at), name.slice(at + 1)];
  const shown = unixHierarchySep ? base.replaceAll('.', '/').replaceAll('^', '.') : base;
  return domain === '' ? shown : `${shown}@${domain}`;
}
