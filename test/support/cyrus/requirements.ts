/** What the lab needs of the machine, by the names that Debian's package manager knows. */
import { existsSync } from 'node:fs';
import { cyrusUser } from './cyrus-user.ts';

/** Programs are looked for, not packages: another distribution may bring them in its own way. */
const programs: readonly (readonly [string, string])[] = [
  ['cyrus-imapd', '/usr/lib/cyrus/bin/imapd'],
  ['cyrus-imapd', '/usr/lib/cyrus/bin/lmtpd'],
  ['cyrus-common', '/usr/lib/cyrus/bin/master'],
  ['cyrus-common', '/usr/lib/cyrus/bin/cyr_expire'],
  ['cyrus-replication', '/usr/lib/cyrus/bin/sync_client'],
  ['cyrus-replication', '/usr/lib/cyrus/bin/sync_server'],
  ['sasl2-bin', '/usr/sbin/saslpasswd2'],
  ['strace', '/usr/bin/strace'],
];

/** Empty when a lab can be started. */
export function missingRequirements(): readonly string[] {
  const missing = programs.filter(([, path]) => !existsSync(path)).map(([name]) => name);
  // Only root may become the user cyrus and attach a tracer to his processes.
  if (process.getuid?.() !== 0) missing.push('root');
  if (cyrusUser() === undefined) missing.push('user cyrus');
  return [...new Set(missing)];
}
