/**
 * lstat and pins by statx(2): for looks by the ten thousand. Node makes four dates and a dozen bigints of every stat,
 * which weigh as much as the call; here most looks are at what the look before saw, and share its answer.
 */
import { constants, lstatSync } from 'node:fs';
import type { BytePath } from '../model/byte-path.ts';
import type { FileStat } from '../model/inode.ts';
import type { Trouble } from '../model/trouble.ts';
import { kindOfMode } from '../model/stat-rows.ts';
import { ExpectedStats } from './expected-stats.ts';
import { nodeFiles } from './files.ts';
import { deviceOf, errnoName, loadLibc, noPath, type Libc } from './libc.ts';
import { pathLimit } from './long-path.ts';
import type { Looks } from './os.ts';
import { inodeNumber } from './inode-number.ts';
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_SYMLINK_NOFOLLOW,
  basicAndBirth,
  O_CLOEXEC,
  O_PATH,
} from './linux-flags.ts';

/** @returns what can stand in for the looks of nodeFiles; those themselves where the FFI or the kernel will not */
export async function quickLooks(): Promise<Looks> {
  try {
    const looks = looksThrough(await loadLibc());
    return isProven(looks) ? looks : nodeFiles;
  } catch {
    return nodeFiles;
  }
}

function looksThrough(libc: Libc): Looks {
  const stat = new StatBuffer();
  const told = (
    result: number,
    path: BytePath,
    syscall: string,
    like?: FileStat,
  ): FileStat | Trouble =>
    result < 0 ? { path, syscall, errno: errnoName(result) } : stat.read(like);
  return {
    lstat(path, like) {
      if (path.length > pathLimit) return nodeFiles.lstat(path);
      const { words } = stat;
      return told(
        libc.statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, basicAndBirth, words),
        path,
        'lstat',
        like,
      );
    },
    pin(path) {
      if (path.length > pathLimit) return nodeFiles.pin(path);
      const fd = libc.open(path, O_PATH | constants.O_NOFOLLOW | O_CLOEXEC);
      if (fd < 0) return { path, syscall: 'open', errno: errnoName(fd) };
      return {
        stat() {
          const result = libc.statx(fd, noPath, AT_EMPTY_PATH, basicAndBirth, stat.words);
          const now = told(result, path, 'fstat');
          if ('errno' in now) throw new Error(`${now.syscall} of a pin: ${now.errno}`);
          return now;
        },
        release() {
          libc.close(fd);
        },
      };
    },
    get pinLimit() {
      return nodeFiles.pinLimit;
    },
  };
}

/** struct statx, 256 bytes and alike on every architecture. Positions are of 32-bit words. Source: linux/stat.h. */
class StatBuffer {
  readonly words = new Uint32Array(64);
  readonly #inos = new BigUint64Array(this.words.buffer);
  readonly #seconds = new BigInt64Array(this.words.buffer);
  /** What was answered last, and of which words. */
  readonly #before = new Uint32Array(64);
  #last: FileStat | undefined;
  #major = -1;
  #minor = -1;
  #dev = 0n;
  readonly #expected = ExpectedStats.ofMany(1);

  /** The words as a FileStat: the one that is expected, or of the last call, when they say the same. */
  read(like?: FileStat): FileStat {
    const { words } = this;
    const [major = 0, minor = 0] = [words[34], words[35]];
    if (major !== this.#major || minor !== this.#minor) {
      [this.#major, this.#minor] = [major, minor];
      this.#dev = deviceOf(major, minor);
    }
    if (like !== undefined && this.#isLike(like)) return like;
    if (this.#last !== undefined && this.#isAsBefore()) return this.#last;
    this.#last = {
      dev: this.#dev,
      ino: this.#inos[4] ?? 0n,
      kind: kindOfMode(words[7] ?? 0),
      mode: (words[7] ?? 0) & 0o7777,
      uid: words[5] ?? 0,
      gid: words[6] ?? 0,
      linkCount: words[4] ?? 0,
      sizeBytes: this.#sizeBytes,
      modifiedNs: this.#time(28),
      changedNs: this.#time(24),
      bornNs: this.#time(20),
    };
    this.#before.set(words);
    return this.#last;
  }

  #isAsBefore(): boolean {
    for (const at of fields) if (this.words[at] !== this.#before[at]) return false;
    return true;
  }

  /** Without a bigint made, for the look that sees what was seen before. */
  #isLike(stat: FileStat): boolean {
    this.#expected.set(0, stat);
    return this.#expected.isSeen(0, this.words);
  }

  get #sizeBytes(): number {
    return (this.words[11] ?? 0) * 0x1_0000_0000 + (this.words[10] ?? 0);
  }

  #time(at: number): bigint {
    return (this.#seconds[at >>> 1] ?? 0n) * 1_000_000_000n + BigInt(this.words[at + 2] ?? 0);
  }
}

/** Of every field that a FileStat tells. */
const fields = [4, 5, 6, 7, 8, 9, 10, 11, 20, 21, 22, 24, 25, 26, 28, 29, 30, 34, 35] as const;

/** A sandbox may refuse system calls by number, or answer them wrongly: tried once on the root directory. */
function isProven(looks: Looks): boolean {
  const [ours, theirs] = [looks.lstat('/' as BytePath), lstatSync('/', { bigint: true })];
  return (
    'ino' in ours &&
    ours.kind === 'directory' &&
    ours.ino === inodeNumber(theirs) &&
    ours.dev === theirs.dev &&
    ours.changedNs === theirs.ctimeNs &&
    ours.bornNs === theirs.birthtimeNs
  );
}
