/** Internal mailbox names as Cyrus's own tools take them on a command line. */
import { asBytes, bytePath } from '../model/byte-path.ts';
import { isBytes, shellQuote } from './quote.ts';

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

/** For a shell; names are bytes, and one that is none came from a report in UTF-8. */
export function mailboxWord(name: string): string {
  return shellQuote(isBytes(name) ? asBytes(name) : bytePath(name));
}

/**
 * reconstruct with the wrong separator matches nothing, prints nothing and exits with 0.
 *
 * @param isUnix  unixhierarchysep; undefined where no configuration says
 */
export function separatorWords(name: string, isUnix: boolean | undefined): string {
  const shown = (unix: boolean): string => mailboxWord(mailboxArgument(name, unix));
  const told =
    isUnix === undefined
      ? `${shown(true)} (unixhierarchysep, the default since 3.0) or ${shown(false)} (without it, the default before)`
      : `${shown(isUnix)} (unixhierarchysep: ${isUnix ? 'yes' : 'no'} in the configuration)`;
  return `Cyrus's own tools take this mailbox as ${told}. With the other separator they match nothing, say nothing, and exit with 0.`;
}
