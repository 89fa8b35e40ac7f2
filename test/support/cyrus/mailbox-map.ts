/** Which mailbox a directory is, in the words of Cyrus's own mbpath. */
import { ImapClient } from './imap-client.ts';
import { account } from './account.ts';
import type { Instance } from './instance.ts';
import { mustRunCyrus } from './run-program.ts';

/** Data and archive directory of every mailbox of a running instance, deleted ones too, to its internal name. */
export async function mailboxesByDirectory(
  instance: Instance,
): Promise<ReadonlyMap<string, string>> {
  const admin = await ImapClient.login(instance.ports.imap, account.name);
  const listed = await admin.command('LIST "" "*"');
  await admin.logout();
  const names = listed.map(mailboxOf);
  // -7: the arguments are in modified UTF-7, as LIST gives them.
  const told = await mustRunCyrus('mbpath', ['-C', instance.configFile, '-j', '-7', ...names]);
  const directories = new Map<string, string>();
  for (const [, archive = '', data = '', name = ''] of told.matchAll(
    /"archive": "(.*)",\s+"data": "(.*)",\s+"mbname": \{[^}]*"intname": "(.*)"/g,
  )) {
    directories.set(archive, name);
    directories.set(data, name);
  }
  return directories;
}

/** `* LIST (\HasNoChildren) "/" user/bob` or the same with a quoted name. */
function mailboxOf(line: string): string {
  const name = /^\* LIST \([^)]*\) "." (.*)$/.exec(line)?.[1];
  if (name === undefined) throw new Error(`not a mailbox: ${line}`);
  return name.startsWith('"') ? name.slice(1, -1).replaceAll(/\\(.)/g, '$1') : name;
}
