/** Runs a Walk and gathers what it tells. */
import { lstatSync } from 'node:fs';
import { join, toBuffer, type BytePath } from '../../src/model/byte-path.ts';
import { InodeTable } from '../../src/model/inode-table.ts';
import type { Directory } from '../../src/model/link.ts';
import { wholeLeafOf } from '../../src/model/mailbox-name.ts';
import type { NotEntered } from '../../src/model/report.ts';
import type { Trouble } from '../../src/model/trouble.ts';
import type { Walk, WalkRequest } from '../../src/system/walk/port.ts';

/** What a run told. */
export interface Told {
  /** inode number and path, sorted */
  hits: string[];
  directories: Directory[];
  troubles: Trouble[];
  vanished: BytePath[];
  notEntered: NotEntered[];
  entries: number;
  directoriesRead: number;
  leftOut: number;
}

export const silent = {
  hit: () => undefined,
  trouble: () => undefined,
  vanished: () => undefined,
  notEntered: () => undefined,
  begins: () => undefined,
  progress: () => undefined,
};

export function requestFor(wanted: readonly BytePath[]): Omit<WalkRequest, 'roots'> {
  const byDevice = new Map<bigint, Set<bigint>>();
  for (const path of wanted) {
    const { dev, ino } = lstatSync(toBuffer(path), { bigint: true });
    byDevice.set(dev, (byDevice.get(dev) ?? new Set()).add(ino));
  }
  return {
    wanted: [...byDevice].map(([dev, inodes]) => InodeTable.of(dev, [...inodes])),
    mountPoints: new Set(),
    enterMounts: false,
    known: new Set(),
    jobs: 2,
    signal: new AbortController().signal,
  };
}

export async function walk(
  walker: Walk,
  wanted: readonly BytePath[],
  request: Partial<WalkRequest> & Pick<WalkRequest, 'roots'>,
): Promise<Told> {
  const told: Told = {
    hits: [],
    directories: [],
    troubles: [],
    vanished: [],
    notEntered: [],
    entries: 0,
    directoriesRead: 0,
    leftOut: 0,
  };
  await walker.run(
    { ...requestFor(wanted), ...request },
    {
      hit(_table, _index, directory, short) {
        const leaf = wholeLeafOf(short);
        told.hits.push(join(directory.path, leaf));
        told.directories.push(directory);
      },
      trouble: (trouble) => told.troubles.push(trouble),
      vanished: (path) => told.vanished.push(path),
      notEntered: (place) => told.notEntered.push(place),
      begins: () => undefined,
      progress(entries, directories, leftOut) {
        told.entries += entries;
        told.directoriesRead += directories;
        told.leftOut += leftOut;
      },
    },
  );
  told.hits.sort();
  return told;
}
