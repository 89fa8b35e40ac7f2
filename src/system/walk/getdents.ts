/** Directory entries as the kernel gives them, with the inode numbers that Node's readdir drops. */
import { constants, statSync } from 'node:fs';
import type { BytePath } from '../../model/byte-path.ts';
import { deviceOf, errnoName, loadLibc, noPath, type Libc } from '../libc.ts';
import { loadLookUpAll } from '../look-up-all.ts';
import { pathLimit, withShortPath } from '../long-path.ts';
import { inodeNumber } from '../inode-number.ts';
import { AT_EMPTY_PATH, AT_FDCWD, O_CLOEXEC } from '../linux-flags.ts';
import { PathBytes } from './directory-stack.ts';
import { ReadAhead } from './read-ahead.ts';

/** Least CPU time of 32, 64 and 256 KiB (0.66, 0.64 and 0.69 s for 10,000 directories of 100 files, two threads). */
const bufferBytes = 65_536;
const directoryFlags =
  constants.O_RDONLY |
  constants.O_DIRECTORY |
  constants.O_NOFOLLOW |
  constants.O_NONBLOCK |
  O_CLOEXEC;
const AT_STATX_DONT_SYNC = 0x4000;
const STATX_NLINK = 0x4;
const STATX_CTIME = 0x80;
const STATX_INO = 0x100;
const asked = STATX_NLINK | STATX_CTIME | STATX_INO;

/** Calls return 0 or more, or a negative errno. One buffer each for names, entries and statx: not for two at once. */
export interface Getdents {
  /** @param path  its bytes, and a NUL behind them. @returns a descriptor */
  open(path: PathBytes): number;
  /** Fills `identity`. */
  identify(fd: number): number;
  /** Fills `bytes` with entries. @returns how many bytes of them; 0 at the end of the directory */
  read(fd: number): number;
  close(fd: number): void;
  /** For one walk; only where libc has what it takes. */
  readonly readAhead?: (() => ReadAhead) | undefined;
  readonly bytes: Buffer;
  /** The same memory in 32 and 16 bits: entries begin at multiples of 8. */
  readonly words: Uint32Array;
  readonly halves: Uint16Array;
  /** Inode low, inode high, device major, device minor, link count, seconds of its ctime low, high. */
  readonly identity: Uint32Array;
}

/** @throws when koffi is not installed or cannot be loaded, or the kernel refuses the calls */
export async function loadGetdents(): Promise<Getdents> {
  const libc = await loadLibc();
  const lookUpAll = await loadLookUpAll().catch(() => undefined);
  const memory = new ArrayBuffer(bufferBytes);
  const bytes = Buffer.from(memory);
  // struct statx is 256 bytes on every architecture: stx_mask at 0, stx_nlink at 16, stx_ino at 32, stx_ctime at 96,
  // stx_dev_major at 136, stx_dev_minor at 140.
  const statx = new Uint32Array(64);
  const identity = new Uint32Array(7);
  const calls: Getdents = {
    open: (path) =>
      path.length <= pathLimit
        ? libc.openAt(AT_FDCWD, path.bytes, directoryFlags)
        : openByPieces(libc, path.path),
    identify(fd) {
      const result = libc.statx(fd, noPath, AT_EMPTY_PATH | AT_STATX_DONT_SYNC, asked, statx);
      identity[0] = statx[8] ?? 0;
      identity[1] = statx[9] ?? 0;
      identity[2] = statx[34] ?? 0;
      identity[3] = statx[35] ?? 0;
      // What a filesystem does not tell is no number to conclude from.
      identity[4] = ((statx[0] ?? 0) & asked) === asked ? (statx[4] ?? 0) : 0;
      identity[5] = statx[24] ?? 0;
      identity[6] = statx[25] ?? 0;
      return result;
    },
    read: (fd) => libc.getdents(fd, bytes, bufferBytes),
    close: (fd) => {
      libc.close(fd);
    },
    readAhead: lookUpAll && ((): ReadAhead => new ReadAhead(lookUpAll)),
    bytes,
    words: new Uint32Array(memory),
    halves: new Uint16Array(memory),
    identity,
  };
  prove(calls);
  return calls;
}

/** A path past PATH_MAX: rare enough for the slow way through node:fs. */
function openByPieces(libc: Libc, path: BytePath): number {
  try {
    return withShortPath(path, (short) => libc.open(short, directoryFlags));
  } catch (error) {
    if (error instanceof Error && 'errno' in error && typeof error.errno === 'number') {
      return error.errno;
    }
    throw error;
  }
}

/** A sandbox may refuse system calls by number, or answer them wrongly: tried once on the root directory. */
function prove(calls: Getdents): void {
  const top = new PathBytes();
  top.set(Buffer.from('/'), 0, 1);
  const fd = calls.open(top);
  if (fd < 0) throw new Error(`open: ${errnoName(fd)}`);
  try {
    const identified = calls.identify(fd);
    if (identified < 0) throw new Error(`statx: ${errnoName(identified)}`);
    const [low = 0, high = 0, major = 0, minor = 0] = calls.identity;
    const root = statSync('/', { bigint: true });
    if (inodeOf(low, high) !== inodeNumber(root) || deviceOf(major, minor) !== root.dev) {
      throw new Error('statx and stat disagree about /');
    }
    const length = calls.read(fd);
    if (length <= 0)
      throw new Error(`getdents64: ${length < 0 ? errnoName(length) : 'no entries'}`);
  } finally {
    calls.close(fd);
  }
}

export function inodeOf(low: number, high: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}
