/** Which mailboxes a user asked for by name. */
import { bytePath } from '../model/byte-path.ts';
import type { Layout } from '../model/partition.ts';

/** A name without its domain, and the domains it may lie in. */
interface Wanted {
  readonly base: string;
  /** '' is none; undefined is any. */
  readonly domain?: string;
  /** The mailboxes below it too. */
  readonly withChildren: boolean;
}

export class NameSelection {
  readonly #wanted: readonly Wanted[];

  /**
   * @param users      `fred`, in whatever domain, or `fred@example.org`; as they log in, so a dot is no separator
   * @param mailboxes  one mailbox each, not those below it: internal `user.fred.Sent`, `example.org!user.fred`, or as
   *                   administrators type it under unixhierarchysep, `user/fred/Sent`; both also with `@example.org`
   *                   at the end. Names beyond ASCII in modified UTF-7, as the server lists them
   */
  constructor(users: readonly string[], mailboxes: readonly string[]) {
    this.#wanted = [...users.flatMap(wantedUser), ...mailboxes.flatMap(wantedMailbox)];
  }

  /** Is the mailbox of this internal name one of them? */
  holds(name: string): boolean {
    const [domain, rest] = splitDomain(name);
    return this.#wanted.some(
      (wanted) =>
        isDomain(wanted, domain) &&
        (rest === wanted.base || (wanted.withChildren && rest.startsWith(`${wanted.base}.`))),
    );
  }

  /** May one of them lie in the directory of this mailbox or below it? */
  mayHoldBelow(name: string): boolean {
    const [domain, rest] = splitDomain(name);
    return (
      this.#wanted.some(
        (wanted) => isDomain(wanted, domain) && wanted.base.startsWith(`${rest}.`),
      ) || this.holds(name)
    );
  }
}

/**
 * Does the path say already which mailbox it belongs to, whatever comes below? Not a hash directory, whose letter
 * is proved only by what follows it, nor the directories above a domain; below uuid/ no path ever does.
 */
export function isNameSettled(relative: string, layout?: Layout): boolean {
  let parts = relative.split('/');
  if (parts[0] === 'uuid') return false;
  if (parts[0] === 'domain' && layout?.domains !== false) {
    parts = parts.slice(parts[1]?.length === 1 ? 3 : 2);
  }
  const mayBeHashed = parts[0]?.length === 1 && layout?.hashed !== false;
  return parts.length >= (mayBeHashed ? 3 : 1);
}

function wantedUser(text: string): Wanted[] {
  const typed: string = bytePath(text);
  // Cyrus stores the dot of frank.smith as frank^smith, since a dot separates (imap/mboxname.c).
  const base = (user: string): string => `user.${user.replaceAll('.', '^')}`;
  const at = typed.lastIndexOf('@');
  if (at < 0) return [{ base: base(typed), withChildren: true }];
  return [
    { base: base(typed.slice(0, at)), domain: typed.slice(at + 1), withChildren: true },
    // Without virtdomains the whole is the user's name.
    { base: base(typed), domain: '', withChildren: true },
  ];
}

function wantedMailbox(text: string): Wanted[] {
  const typed: string = bytePath(text);
  const internal = (name: string): string =>
    name.includes('/') ? name.replaceAll('.', '^').replaceAll('/', '.') : name;
  const [domain, rest] = splitDomain(typed);
  if (domain !== '') return [{ base: internal(rest), domain, withChildren: false }];
  const literal = { base: internal(typed), domain: '', withChildren: false };
  const at = typed.lastIndexOf('@');
  if (at < 0) return [literal];
  const base = internal(typed.slice(0, at));
  return [{ base, domain: typed.slice(at + 1), withChildren: false }, literal];
}

function splitDomain(name: string): [domain: string, rest: string] {
  const at = name.indexOf('!');
  return at < 0 ? ['', name] : [name.slice(0, at), name.slice(at + 1)];
}

function isDomain(wanted: Wanted, domain: string): boolean {
  return wanted.domain === undefined || wanted.domain === domain;
}
