/** Every file of an instance's partitions as GNU find sees it, to tell whether somebody changed something. */
import { spawnSync } from 'node:child_process';
import type { Instance } from './instance.ts';

/** Path below the instance's home to its size and mtime. */
export type SpoolListing = ReadonlyMap<string, string>;

/** @param home  of the instance, or of a copy of it that has kept the times */
export function spoolListing(instance: Instance, home = instance.home): SpoolListing {
  const roots = instance.roots.map((root) => home + root.slice(instance.home.length));
  // A copy has other inodes and ctimes; a directory's mtime changes with any temporary file in it.
  const found = spawnSync('find', [...roots, '!', '-type', 'd', '-printf', '%p\\0%s %T@\\0'], {
    encoding: 'utf8',
  });
  if (found.status !== 0) throw new Error(`find ${home}: ${found.stderr}`);
  const fields = found.stdout.split('\0');
  const listing = new Map<string, string>();
  for (let i = 0; i + 1 < fields.length; i += 2) {
    listing.set((fields[i] ?? '').slice(home.length), fields[i + 1] ?? '');
  }
  return listing;
}

/** Paths that came, went, or are not what they were; sorted. */
export function changedFiles(before: SpoolListing, after: SpoolListing): readonly string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path)).sort();
}
