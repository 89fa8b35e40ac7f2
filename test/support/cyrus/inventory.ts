/** What GNU find says about the stage areas of an instance: the judge of every scan. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Instance } from './instance.ts';
import { sha1Of } from './message.ts';

export interface StagedFile {
  readonly path: string;
  readonly ownerPid: number;
  readonly inode: string;
  readonly linkCount: number;
  readonly sizeBytes: number;
  readonly sha1: string;
  /** All other names of the inode in the instance, sorted. */
  readonly otherNames: readonly string[];
}

/** Every regular file in a stage area, sorted by path. */
export function stagedFiles(instance: Instance): readonly StagedFile[] {
  const format = '%p\\0%i\\0%n\\0%s\\0';
  const fields = find([...areasOf(instance), '-type', 'f', '-printf', format]);
  const rows: StagedFile[] = [];
  for (let i = 0; i + 3 < fields.length; i += 4) {
    const [path = '', inode = '', linkCount = '', size = ''] = fields.slice(i, i + 4);
    const names = find([...instance.roots, '-xdev', '-samefile', path, '-print0']);
    rows.push({
      path,
      ownerPid: ownerOf(path),
      inode,
      linkCount: Number(linkCount),
      sizeBytes: Number(size),
      sha1: sha1Of(readFileSync(path)),
      otherNames: names.filter((name) => name !== path).sort(),
    });
  }
  return rows.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Pid directories without a file, sorted. */
export function emptyDirectories(instance: Instance): readonly string[] {
  const tests = ['-mindepth', '1', '-type', 'd', '-empty', '-print0'];
  return find([...areasOf(instance), ...tests]).sort();
}

function areasOf(instance: Instance): string[] {
  const tests = ['-maxdepth', '1', '(', '-name', 'sync.', '-o', '-name', 'stage.', ')', '-print0'];
  return find([...instance.roots, ...tests]);
}

function ownerOf(path: string): number {
  const pid = /\/(?:sync\.\/(\d+)\/|stage\.\/(\d+)-)/.exec(path);
  return Number(pid?.[1] ?? pid?.[2]);
}

function find(args: readonly string[]): string[] {
  const found = spawnSync('find', args, { encoding: 'utf8' });
  if (found.status !== 0) throw new Error(`find ${args.join(' ')}: ${found.stderr}`);
  return found.stdout.split('\0').filter((field) => field !== '');
}
