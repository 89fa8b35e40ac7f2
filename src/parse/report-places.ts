/** The directories and accounts that the rows of a saved report share, as those of a scan do. */
import { parentOf, relativeTo, type BytePath } from '../model/byte-path.ts';
import { inodeKey, type FileStat } from '../model/inode.ts';
import type { Directory, LinkAccount } from '../model/link.ts';
import type { Root } from '../model/partition.ts';
import type { StageDirectory } from '../model/stage.ts';
import { areaWords, rootKindWords } from './words.ts';
import type { StrictObject } from './strict-object.ts';

const partitionAtMost = 16_384;

/** What the rows of one report share. A saved report has no inodes of directories: they are numbered as they come. */
export class ReportPlaces {
  readonly #roots: readonly Root[];
  readonly #directories = new Map<BytePath, Directory>();
  readonly #stageDirectories = new Map<BytePath, StageDirectory>();
  readonly #accounts = new Map<string, LinkAccount>();

  constructor(roots: readonly Root[]) {
    this.#roots = roots;
  }

  /** The same roots, and nothing shared with the rows before. */
  afresh(): ReportPlaces {
    return new ReportPlaces(this.#roots);
  }

  directory(path: BytePath, dev: bigint): Directory {
    const known = this.#directories.get(path);
    if (known !== undefined) return known;
    const made = { path, dev, ino: BigInt(this.#directories.size + 1) };
    this.#directories.set(path, made);
    return made;
  }

  stageDirectory(path: BytePath, dev: bigint, row: StrictObject): StageDirectory {
    const known = this.#stageDirectories.get(path);
    if (known !== undefined) return known;
    const partition = row.text('partition', partitionAtMost);
    const root = this.#roots.find(
      (one) => one.partition === partition && relativeTo(path, one.path) !== undefined,
    );
    const pid = /\/sync\.\/(\d{1,10})$/.exec(path)?.[1];
    const made: StageDirectory = {
      ...this.directory(path, dev),
      area: row.word('area', areaWords),
      partition,
      rootKind: row.word('rootKind', rootKindWords),
      root: root?.path ?? parentOf(path),
      ...(pid === undefined ? {} : { pid: Number(pid) }),
    };
    this.#stageDirectories.set(path, made);
    return made;
  }

  /** Stage files of one inode share their account, by which totals count it once. */
  account(stat: FileStat, make: () => LinkAccount): LinkAccount {
    if (stat.linkCount < 2) return make();
    const key = inodeKey(stat);
    const known = this.#accounts.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#accounts.set(key, made);
    return made;
  }
}
