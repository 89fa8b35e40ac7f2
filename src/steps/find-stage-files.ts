/** Every name in the stage areas: stage files, empty pid directories, and what fits no grammar. */
import { compareBytes, join, type BytePath } from '../model/byte-path.ts';
import type { Finding } from '../model/finding.ts';
import type { FileStat } from '../model/inode.ts';
import type { PidDirectory } from '../model/root-survey.ts';
import { StatTable } from '../model/stat-table.ts';
import { stagePath, type StageDirectory, type StageFile } from '../model/stage.ts';
import { isTrouble, isVanished, type Trouble } from '../model/trouble.ts';
import {
  parseAppendName,
  parsePid,
  parseSyncCacheName,
  parseSyncName,
  type StageName,
} from '../parse/stage-name.ts';
import type { Clock, Files } from '../system/os.ts';

export type FoundDirectory = Omit<PidDirectory, 'owner'>;

export interface FoundStageFiles {
  /** Sorted by path. */
  readonly stageFiles: readonly StageFile[];
  /** Directories of which every name is in stageFiles: the search for links need not read them again. */
  readonly listed: readonly StageDirectory[];
  /** Every pid directory that could be read to its end; an empty one is a finding, and can be removed. */
  readonly pidDirectories: readonly FoundDirectory[];
  readonly findings: readonly Finding[];
  readonly troubles: readonly Trouble[];
  readonly vanished: number;
}

/**
 * @param onCount  called with the number of stage files so far, now and then
 * @param wants    which of them are kept, if not all: a million may be there, and few be asked for
 */
export async function findStageFiles(
  files: Files,
  clock: Clock,
  areas: readonly StageDirectory[],
  onCount: (count: number) => void,
  wants?: (file: StageFile) => boolean,
): Promise<FoundStageFiles> {
  const search = new Search(files, clock, onCount, wants);
  for (const area of areas) await search.area(area);
  return search.result();
}

/** Byte order of the paths, which are only made where two directories meet. */
function byPath(a: StageFile, b: StageFile): number {
  if (a.directory === b.directory) return compareBytes(a.leaf, b.leaf);
  return compareBytes(stagePath(a), stagePath(b));
}

class Search {
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #onCount: (count: number) => void;
  readonly #wants: ((file: StageFile) => boolean) | undefined;
  #met = 0;
  readonly #stageFiles: StageFile[] = [];
  readonly #stats = new StatTable();
  readonly #listed: StageDirectory[] = [];
  readonly #pidDirectories: FoundDirectory[] = [];
  readonly #findings: Finding[] = [];
  readonly #troubles: Trouble[] = [];
  #vanished = 0;

  constructor(
    files: Files,
    clock: Clock,
    onCount: (count: number) => void,
    wants: ((file: StageFile) => boolean) | undefined,
  ) {
    this.#files = files;
    this.#clock = clock;
    this.#onCount = onCount;
    this.#wants = wants;
  }

  result(): FoundStageFiles {
    return {
      // 4711.cache comes before 4711/0., and one root after another.
      stageFiles: this.#stageFiles.sort(byPath),
      listed: this.#listed,
      pidDirectories: this.#pidDirectories,
      findings: this.#findings,
      troubles: this.#troubles,
      vanished: this.#vanished,
    };
  }

  async area(area: StageDirectory): Promise<void> {
    for (const leaf of this.#list(area)) {
      const stat = this.#lstat(join(area.path, leaf));
      if (stat === undefined) continue;
      if (area.area === 'stage') this.#take(area, leaf, stat, parseAppendName(leaf));
      else if (stat.kind !== 'directory') this.#take(area, leaf, stat, parseSyncCacheName(leaf));
      else await this.#below(area, leaf, stat);
      await this.#pause();
    }
  }

  /** A directory in `sync.`. */
  async #below(area: StageDirectory, leaf: BytePath, stat: FileStat): Promise<void> {
    // Documented by Cyrus's authors in var_directory_structure.rst, made by no version: nothing of ours.
    if (leaf === 'locks') return;
    const pid = parsePid(leaf);
    if (pid === undefined) {
      this.#take(area, leaf, stat, undefined);
      return;
    }
    const path = join(area.path, leaf);
    const directory: StageDirectory = { ...area, path, dev: stat.dev, ino: stat.ino, pid };
    if (stat.dev !== area.dev) {
      const detail = 'lies on another device than its partition';
      this.#findings.push({ code: 'area-skipped', path, detail });
      return;
    }
    const troubles = this.#troubles.length;
    const leaves = this.#list(directory);
    const isEmpty = leaves.length === 0;
    if (this.#troubles.length === troubles) {
      // As it was before it was listed: what comes into it later makes it younger, and so keeps it.
      this.#pidDirectories.push({ directory, seen: stat, isEmpty });
      if (isEmpty) this.#findings.push({ code: 'stage-empty-directory', path });
    }
    for (const name of leaves) {
      const at = this.#lstat(join(path, name));
      if (at !== undefined) this.#take(directory, name, at, parseSyncName(name));
      await this.#pause();
    }
  }

  #take(directory: StageDirectory, leaf: BytePath, stat: FileStat, name?: StageName): void {
    const ownerPid = name?.ownerPid ?? directory.pid;
    // A symlink or FIFO with a stage name was not made by Cyrus.
    const grammar = stat.kind === 'file' ? name?.grammar : undefined;
    const fileOf = (seen: FileStat): StageFile =>
      // Nearly all of them, and there can be a million: an object made whole is the smallest.
      grammar !== undefined && ownerPid !== undefined
        ? { directory, leaf, stat: seen, grammar, ownerPid }
        : {
            ...{ directory, leaf, stat: seen },
            ...(grammar === undefined ? {} : { grammar }),
            ...(ownerPid === undefined ? {} : { ownerPid }),
          };
    this.#met += 1;
    if (this.#wants?.(fileOf(stat)) === false) return;
    this.#stageFiles.push(fileOf(this.#stats.keep(stat)));
  }

  /** Sorted names; a directory that could not be read to its end is a trouble, and what was read is kept. */
  #list(directory: StageDirectory): BytePath[] {
    const leaves: BytePath[] = [];
    let subdirectories = 0;
    const trouble = this.#files.list(directory.path, (leaf, kind) => {
      leaves.push(leaf);
      if (kind === 'directory' || kind === 'unknown') subdirectories += 1;
    });
    if (trouble === undefined) {
      if (subdirectories === 0) this.#listed.push(directory);
    } else if (isVanished(trouble)) this.#vanished += 1;
    else this.#troubles.push(trouble);
    return leaves.sort(compareBytes);
  }

  #lstat(path: BytePath): FileStat | undefined {
    const stat = this.#files.lstat(path);
    if (!isTrouble(stat)) return stat;
    if (isVanished(stat)) this.#vanished += 1;
    else this.#troubles.push(stat);
    return undefined;
  }

  async #pause(): Promise<void> {
    if (this.#met % 2048 !== 0) return;
    this.#onCount(this.#met);
    await this.#clock.breathe();
  }
}
