/** Which mailboxes a user asked for by name. */
import { bytePath } from '../model/byte-path.ts';
import type { Layout } from '../model/partition.ts';

/** A name without its domain, and the domains it may lie in. */
interface Wanted {
  /** The option and its value, to tell the user of. */
  readonly typed: string;
  readonly base: string;
  /** '' is none; undefined is any. */
  readonly domain?: string;
  /** The mailboxes below it too. */
  readonly withChildren: boolean;
}

export class NameSelection {
  readonly #wanted: readonly Wanted[];
  readonly #met = new Set<string>();

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
    return this.#wanted.some((wanted) => isOf(wanted, name));
  }

  /** The same of a mailbox that is there, which is remembered. */
  take(name: string): boolean {
    const meant = this.#wanted.filter((wanted) => isOf(wanted, name));
    for (const { typed } of meant) this.#met.add(typed);
    return meant.length > 0;
  }

  /** Options for which no mailbox was taken: a name that is misspelt must not read as a healthy mailbox. */
  get unmatched(): string[] {
    const typed = new Set(this.#wanted.map((wanted) => wanted.typed));
    return [...typed].filter((one) => !this.#met.has(one));
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

export function unmatchedWords(option: string): string {
  return `${option} matches no mailbox, so nothing was looked at for it. Check the spelling, the hierarchy separator and the domain, and whether its partition was among those that were looked through.`;
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

function isOf(wanted: Wanted, name: string): boolean {
  const { base, withChildren } = wanted;
  const [domain, rest] = splitDomain(name);
  if (!isDomain(wanted, domain)) return false;
  return rest === base || (withChildren && rest.startsWith(`${base}.`));
}

function wantedUser(text: string): Wanted[] {
  const user: string = bytePath(text);
  const typed = `--user ${text}`;
  // Cyrus stores the dot of frank.smith as frank^smith, since a dot separates (imap/mboxname.c).
  const base = (name: string): string => `user.${name.replaceAll('.', '^')}`;
  const at = user.lastIndexOf('@');
  if (at < 0) return [{ typed, base: base(user), withChildren: true }];
  return [
    { typed, base: base(user.slice(0, at)), domain: user.slice(at + 1), withChildren: true },
    // Without virtdomains the whole is the user's name.
    { typed, base: base(user), domain: '', withChildren: true },
  ];
}

function wantedMailbox(text: string): Wanted[] {
  const mailbox: string = bytePath(text);
  const typed = `--mailbox ${text}`;
  const internal = (name: string): string =>
    name.includes('/') ? name.replaceAll('.', '^').replaceAll('/', '.') : name;
  const [domain, rest] = splitDomain(mailbox);
  if (domain !== '') return [{ typed, base: internal(rest), domain, withChildren: false }];
  const literal = { typed, base: internal(mailbox), domain: '', withChildren: false };
  const at = mailbox.lastIndexOf('@');
  if (at < 0) return [literal];
  const base = internal(mailbox.slice(0, at));
  return [{ typed, base, domain: mailbox.slice(at + 1), withChildren: false }, literal];
}

function splitDomain(name: string): [domain: string, rest: string] {
  const at = name.indexOf('!');
  return at < 0 ? ['', name] : [name.slice(0, at), name.slice(at + 1)];
}

function isDomain({ domain }: Wanted, of: string): boolean {
  return domain === undefined || domain === of;
}
