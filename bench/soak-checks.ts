/** Is everything still there? What the churn knows, held against the disk while it pauses. */
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KnownName, KnownNames } from './churn-talk.ts';

export interface SpoolCheck {
  /** One sentence for each name that is lost or changed. */
  readonly faults: readonly string[];
  /** Known names of dead processes that are there no more: cleaned away, which is right or wrong by the round. */
  readonly gone: readonly string[];
  readonly names: number;
}

export function checkSpool(root: string, known: KnownNames): SpoolCheck {
  const faults: string[] = [];
  const gone: string[] = [];
  const { inodes, counts } = namesBelow(root);
  const expect = (kind: string, { path, ino }: KnownName): void => {
    const found = inodes.get(path);
    if (found === ino) return;
    faults.push(`${kind} ${path} ${found === undefined ? 'is lost' : 'is another file'}`);
  };
  for (const one of known.messages) expect('message', one);
  for (const one of known.live) expect('stage file of a living process', one);
  for (const one of known.dead) {
    if (inodes.has(one.path)) expect('stage file', one);
    else gone.push(one.path);
  }
  const read = new Set<string>();
  for (const { path, ino, sha1 } of [...known.messages, ...known.live, ...known.dead]) {
    if (read.has(ino) || inodes.get(path) !== ino) continue;
    read.add(ino);
    faults.push(...faultsOfFile(root, path, sha1, counts.get(ino)));
  }
  return { faults, gone, names: inodes.size };
}

/**
 * Those of `paths` whose files the churn itself took out of reach of an undo: they lost a name in a mailbox after the
 * scan began, and no other stood from then until now. Such a file was removed because a mailbox had it, and then no
 * mailbox did, or none where the journal says. Whatever else an undo cannot bring back is a fault.
 *
 * @param paths      names of stage files of dead processes, below the root
 * @param scannedAt  just before the scan began; @see nowMs
 */
export function takenByChurn(
  paths: readonly string[],
  { messages, dead }: Pick<KnownNames, 'messages' | 'dead'>,
  scannedAt: number,
): ReadonlySet<string> {
  const standing = new Set(messages.filter(({ since }) => since < scannedAt).map(({ ino }) => ino));
  const byPath = new Map(dead.map((one) => [one.path, one]));
  return new Set(
    paths.filter((path) => {
      const file = byPath.get(path);
      return file !== undefined && file.lostName >= scannedAt && !standing.has(file.ino);
    }),
  );
}

/** @param names of its inode that were met below the root, the quarantine's too */
function faultsOfFile(
  root: string,
  path: string,
  sha1: string | undefined,
  names: number | undefined,
): string[] {
  const { nlink } = lstatSync(join(root, path));
  const bytes = readFileSync(join(root, path));
  return [
    ...(nlink === names ? [] : [`${path} has ${nlink} links and ${String(names)} names`]),
    ...(createHash('sha1').update(bytes).digest('hex') === sha1
      ? []
      : [`the bytes of ${path} changed`]),
  ];
}

/** Inode numbers of all files by path, and how many names each has. */
function namesBelow(root: string): {
  readonly inodes: ReadonlyMap<string, string>;
  readonly counts: ReadonlyMap<string, number>;
} {
  const inodes = new Map<string, string>();
  const counts = new Map<string, number>();
  const enter = (directory: string): void => {
    for (const entry of readdirSync(join(root, directory), { withFileTypes: true })) {
      const path = directory === '' ? entry.name : `${directory}/${entry.name}`;
      if (entry.isDirectory()) {
        enter(path);
        continue;
      }
      const ino = String(lstatSync(join(root, path), { bigint: true }).ino);
      inodes.set(path, ino);
      counts.set(ino, (counts.get(ino) ?? 0) + 1);
    }
  };
  enter('');
  return { inodes, counts };
}
