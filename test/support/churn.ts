/** A process that changes a spool all the time (churner.js), and from its notes the truth about every moment. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What was so from a moment on, until the next version. Nanoseconds of process.hrtime. */
interface Version<T> {
  /** Not before this moment. */
  readonly from: bigint;
  /** From this moment on, surely, until the next version began. */
  readonly surely: bigint;
  readonly what: T;
}

/** Every name as `<inode of its directory>/<leaf>`, sorted. */
export type NameSet = string;
export const nameSet = (names: Iterable<string>): NameSet => [...names].sort().join('\n');

export class Truth {
  readonly operations: number;
  /** By inode number. */
  readonly #names = new Map<string, Version<NameSet>[]>();
  /** Inode numbers of the directories of stage files, which the churner never moves. */
  readonly #staging = new Set<string>();
  /** By inode number of the directory. */
  readonly #paths = new Map<string, Version<string>[]>();

  constructor(notes: readonly (readonly (string | number)[])[]) {
    this.operations = notes.length;
    const names = new Map<string, Set<string>>();
    const directories: { ino: string; parent: number; name: string }[] = [];
    const pathOf = (id: number): string => {
      const { parent = -1, name = '' } = directories[id] ?? {};
      return parent < 0 ? name : `${pathOf(parent)}/${name}`;
    };
    const byInode = (name: string): string => {
      const [id = '', leaf = ''] = name.split('/');
      return `${directories[Number(id)]?.ino ?? ''}/${leaf}`;
    };
    for (const [kind, before, after, ...rest] of notes) {
      const version = { from: BigInt(before ?? 0), surely: BigInt(after ?? 0) };
      if (kind === 'directory' || kind === 'move directory') {
        const id = Number(rest[0]);
        const ino = kind === 'directory' ? String(rest[1]) : (directories[id]?.ino ?? '');
        const [parent, name] = rest.slice(-2);
        directories[id] = { ino, parent: Number(parent), name: String(name) };
        if (/\/sync\.\/\d+$/.test(pathOf(id))) this.#staging.add(ino);
        // Those below it have moved as well.
        directories.forEach((one, at) => {
          record(this.#paths, one.ino, { ...version, what: pathOf(at) });
        });
        continue;
      }
      const ino = String(rest[0]);
      const mine = names.get(ino) ?? new Set();
      names.set(ino, mine);
      const name = byInode(String(rest[1]));
      if (kind === 'create' || kind === 'link') mine.add(name);
      else mine.delete(name);
      if (kind === 'move') mine.add(byInode(String(rest[2])));
      record(this.#names, ino, { ...version, what: nameSet(mine) });
    }
  }

  /** Were these, and no others, the names of the inode at one moment between `start` and `end`? */
  hadNames(ino: bigint, names: NameSet, start: bigint, end: bigint): boolean {
    return held(this.#names.get(String(ino)), names, start, end);
  }

  /**
   * Inodes of which one name surely stood in a stage directory during the whole of this time. A name that was renamed
   * meanwhile, if only there and back, may be missed by who lists the directory.
   */
  stagedThroughout(start: bigint, end: bigint): bigint[] {
    return [...this.#names].flatMap(([ino, versions]) => {
      const first = versions.findLastIndex(({ surely }) => surely <= start);
      const during = versions.slice(Math.max(first, 0)).filter(({ from }) => from <= end);
      if (first < 0) return [];
      const [names = [], ...others] = during.map(({ what }) => what.split('\n'));
      const stood = names.filter((name) => others.every((other) => other.includes(name)));
      const isStaged = stood.some((name) => this.#staging.has(name.slice(0, name.indexOf('/'))));
      return isStaged ? [BigInt(ino)] : [];
    });
  }

  hadPath(directory: bigint, path: string, start: bigint, end: bigint): boolean {
    return held(this.#paths.get(String(directory)), path, start, end);
  }
}

function record<T>(versions: Map<string, Version<T>[]>, key: string, version: Version<T>): void {
  const list = versions.get(key);
  if (list === undefined) versions.set(key, [version]);
  else if (list.at(-1)?.what !== version.what) list.push(version);
}

/** When exactly an operation took effect is not known: both sides get the benefit of the doubt. */
function held<T>(
  versions: readonly Version<T>[] | undefined,
  what: T,
  start: bigint,
  end: bigint,
): boolean {
  return (versions ?? []).some((version, at) => {
    const next = versions?.[at + 1];
    const isOver = next !== undefined && next.surely < start;
    return version.what === what && version.from <= end && !isOver;
  });
}

const churner = fileURLToPath(new URL('churner.js', import.meta.url));

/**
 * Runs `work` beside a churner.
 * @param slow    so many files change their names now and then
 * @param steady  so many keep theirs
 * @returns       what was true while it ran
 */
export async function churned(
  dir: string,
  { seed, slow, steady }: { readonly seed: number; readonly slow: number; readonly steady: number },
  work: (spool: string) => Promise<void>,
): Promise<Truth> {
  const [spool, notes] = [join(dir, 'spool'), join(dir, 'notes.json')];
  const process_ = spawn(
    process.execPath,
    [churner, spool, join(dir, 'outside'), notes, ...[seed, slow, steady].map(String)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const exited = once(process_, 'exit');
  await Promise.race([once(process_.stdout, 'data'), exited]);
  try {
    await work(spool);
  } finally {
    process_.stdin.end();
    await exited;
  }
  return new Truth(JSON.parse(readFileSync(notes, 'utf8')) as (string | number)[][]);
}
