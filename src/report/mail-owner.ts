/** Whose mail a mailbox holds, as far as its name tells. */

/**
 * `user.fred` for `user.fred.Sent`, with the domain before it when there is one. A mailbox of no user is its own owner:
 * who may read it is in its ACL, not in its name. Source: cyrus-imapd imap/mboxname.c, internal names.
 */
export function mailOwner(mailbox: string): string {
  return /^(?:[^!]*!)?user\.[^.]+/s.exec(mailbox)?.[0] ?? mailbox;
}
