/**
 * A mailbox's directory back to its name.
 *
 * Source: cyrus-imapd imap/mboxname.c mboxname_hash and dir_hash_c (2.4+), imap/mailbox.c mailbox_hash_mbox
 * (2.3), imap/mboxname.c mboxname_id_hash (3.6+). A name `[domain!]a.b.c` lies in
 * `[domain/[H(domain)/]domain/][H(b)/]a/b/c`; from 3.6 on, also `uuid/<c>/<c>/<uniqueid>`.
 */
import type { Layout } from '../model/partition.ts';

/** Where a directory's mailbox name has to be looked up. */
export type MailboxPlace =
  | { readonly kind: 'name'; readonly mailbox: string }
  | { readonly kind: 'uuid'; readonly uniqueId: string };

/**
 * @param relative  directory of the messages, relative to its root, one character per byte
 * @param layout    the configuration's; undefined asks the path itself, which proves a hash by its letter
 * @returns         undefined for the root itself
 */
export function parseMailboxPath(relative: string, layout?: Layout): MailboxPlace | undefined {
  let parts = relative.split('/').filter((part) => part !== '');
  const uuid = uuidOf(parts);
  if (uuid !== undefined) return { kind: 'uuid', uniqueId: uuid };

  let domain = '';
  if (parts[0] === 'domain' && layout?.domains !== false && parts.length > 1) {
    const hashed = parts.length > 2 && isHash(parts[1], parts[2], layout);
    domain = `${parts[hashed ? 2 : 1] ?? ''}!`;
    parts = parts.slice(hashed ? 3 : 2);
  }
  // The hash is taken of the second component, of the only one when there is no second.
  if (parts.length > 1 && isHash(parts[0], parts[2] ?? parts[1], layout)) parts = parts.slice(1);
  if (parts.length === 0) return undefined;
  return { kind: 'name', mailbox: domain + parts.join('.') };
}

/** Does the path of a mailbox tell its name? For most without making it. */
export function isNamedByPath(relative: string, layout?: Layout): boolean {
  const isPlain = !relative.startsWith('uuid/') && !relative.startsWith('domain/');
  return isPlain || parseMailboxPath(relative, layout)?.kind === 'name';
}

function uuidOf(parts: readonly string[]): string | undefined {
  const [top, first, second, id] = parts;
  if (top !== 'uuid' || parts.length !== 4 || id === undefined) return undefined;
  return first === id[0] && second === id[1] ? id : undefined;
}

/** Is `letter` the hash directory of `name`? Where the layout is known to be unhashed, nothing is. */
function isHash(letter: string | undefined, name: string | undefined, layout?: Layout): boolean {
  if (letter?.length !== 1 || name === undefined) return false;
  if (layout !== undefined) {
    if (!layout.hashed) return false;
    return letter === (layout.fullHash ? fullHash(name) : plainHash(name));
  }
  return letter === plainHash(name) || letter === fullHash(name);
}

/** hashimapspool: the first letter in lower case, `q` for what is no letter. */
export function plainHash(name: string): string {
  const letter = name.slice(0, 1).toLowerCase();
  return /^[a-z]$/.test(letter) ? letter : 'q';
}

/** fulldirhash: A to W over the bytes up to the first dot. Source: imap/mboxname.c dir_hash_c. */
export function fullHash(name: string): string {
  let hash = 0;
  for (const char of name.split('.', 1)[0] ?? '') {
    hash = ((hash << 3) ^ (hash >>> 5) ^ char.charCodeAt(0)) >>> 0;
  }
  return String.fromCharCode('A'.charCodeAt(0) + (hash % 23));
}
