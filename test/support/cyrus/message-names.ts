/** Every message file and stage name of an instance with what must stay: inode, size, mtime and SHA-1. */
import { lstatSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import type { Instance } from './instance.ts';
import { sha1Of } from './message.ts';

/** Path to its facts, in the order of paths. Index files are left out: any session may write them. */
export type MessageNames = ReadonlyMap<string, string>;

export function messageNames(instance: Instance): MessageNames {
  const tests = ['-type', 'f', '(', '-name', '[0-9]*.', '-o', '-path', '*/sync./*'];
  const found = spawnSync(
    'find',
    [...instance.roots, '-name', 'stagesweep.', '-prune', '-o', ...tests].concat([
      '-o',
      '-path',
      '*/stage./*',
      ')',
      '-print0',
    ]),
    { encoding: 'latin1' },
  );
  if (found.status !== 0) throw new Error(`find: ${found.stderr}`);
  const paths = found.stdout.split('\0').filter((path) => path !== '');
  return new Map(paths.sort().map((path) => [path, factsOf(Buffer.from(path, 'latin1'))]));
}

function factsOf(path: Buffer): string {
  const { ino, size, mtimeNs } = lstatSync(path, { bigint: true });
  return [ino, size, mtimeNs, sha1Of(readFileSync(path))].join(' ');
}

/** Names of `before` that went or are not what they were. */
export function lostNames(before: MessageNames, after: MessageNames): readonly string[] {
  return [...before].filter(([path, facts]) => after.get(path) !== facts).map(([path]) => path);
}
