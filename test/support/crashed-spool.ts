/** What crashes left in a spool, small: for the commands that remove. */
import { linkSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { give } from './clean-run.ts';
import { sha1, writeMailbox } from './plain-mailbox.ts';
import { buildSpool } from './spool.ts';

export const text = 'From: glad@example.org\r\nSubject: links\r\n\r\nleft behind\r\n';

/** An upload that a mailbox has, one that nothing has, a cache file, an empty directory, and a name that is odd. */
export function crashedSpool(dir: string): string {
  const spool = join(dir, 'spool');
  buildSpool(spool, {
    'sync./7/': '',
    [`sync./5/${sha1('alone')}`]: 'alone',
    'sync./5.cache': 'cache',
    'stage./12-1000000000-0': 'delivery',
    'stage./odd': 'odd',
  });
  writeMailbox(join(spool, 'user/glad'), [{ uid: 1, text }]);
  mkdirSync(join(spool, 'sync./29594'));
  linkSync(join(spool, 'user/glad/1.'), join(spool, `sync./29594/${sha1(text)}`));
  give(dir);
  return spool;
}
