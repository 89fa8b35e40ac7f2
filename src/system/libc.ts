/**
 * The C library of this process through the FFI, for what node:fs cannot do or does at several times its price.
 *
 * getdents64 goes through syscall(2), since glibc has a wrapper only from 2.30 on, and so does statx before 2.28. koffi is an optional
 * package and costs 14 ms to load, so it is imported here when it is wanted.
 * Sources: getdents64(2), statx(2), and the kernel's tables of system calls by architecture.
 */
import { constants, endianness } from 'node:os';
import { getSystemErrorName } from 'node:util';
import type { LibraryHandle } from 'koffi';
import { asBytes, type BytePath } from '../model/byte-path.ts';
import { pathLimit } from './long-path.ts';

/** Numbers of getdents64 and statx by process.arch; all little-endian. */
const numbers: Readonly<Record<string, { readonly getdents64: number; readonly statx: number }>> = {
  x64: { getdents64: 217, statx: 332 },
  ia32: { getdents64: 220, statx: 383 },
  arm64: { getdents64: 61, statx: 291 },
  riscv64: { getdents64: 61, statx: 291 },
  loong64: { getdents64: 61, statx: 291 },
  arm: { getdents64: 217, statx: 397 },
  ppc64: { getdents64: 202, statx: 383 },
};

/** Calls return 0 or more, or a negative errno. Paths have at most `pathLimit` bytes. */
export interface Libc {
  open(path: BytePath, flags: number): number;
  /** @param name  as in statxAt() */
  openAt(fd: number, name: Uint8Array, flags: number): number;
  close(fd: number): void;
  /** From where the last reading ended; fewer than `size` bytes at the end of the file. */
  read(fd: number, buffer: Uint8Array, size: number): number;
  getdents(fd: number, buffer: Uint8Array, size: number): number;
  /** Only where a file's offset is as long as a register. */
  readonly pread?: (fd: number, buffer: Uint8Array, size: number, offset: number) => number;
  /** @param fd  of the file itself when `path` is empty */
  statx(fd: number, path: BytePath, flags: number, mask: number, result: Uint32Array): number;
  /**
   * Memory that begins with a page. The kernel copies a file to where malloc() puts a large piece, 16 bytes behind the
   * beginning of a page, in more than twice the time.
   */
  pages(bytes: number): Buffer;
  /**
   * statxAt() of whatever name lies there when it is called: an address costs a tenth of a µs less than an array.
   * @param names   in memory that V8 does not move, as is `result` (of pages(), or an ArrayBuffer's), and kept by the
   *   caller for as long as it calls
   */
  statxOf(names: Uint8Array, result: Uint32Array): StatxOf;
  /** @param name  bytes that end with a NUL, for callers who make names faster than strings are made */
  statxAt(fd: number, name: Uint8Array, flags: number, mask: number, result: Uint32Array): number;
}

const pageBytes = 4096;

/** @param at  where in the names the one that is meant begins; it ends with a NUL */
export type StatxOf = (fd: number, flags: number, mask: number, at?: number) => number;

/** For statx() of a descriptor. */
export const noPath = asBytes('');

/** Why this process can make no such calls; undefined when all depends on koffi. */
function whyNoLibc(): string | undefined {
  if (numbers[process.arch] && endianness() === 'LE') return undefined;
  return `no system call numbers are known for ${process.arch} (${endianness()})`;
}

/** @throws when koffi is not installed or cannot be loaded */
export async function loadLibc(): Promise<Libc> {
  const number = numbers[process.arch];
  const why = whyNoLibc();
  if (!number || why !== undefined) throw new Error(why);
  const { default: koffi } = await import('koffi');
  // null is this process itself, which has a libc already, whichever it is.
  const libc = koffi.load(null);
  const open: (path: Uint8Array, flags: number) => number = libc.func('open', 'int', [
    'void *',
    'int',
  ]);
  const openAt: (fd: number, name: Uint8Array, flags: number) => number = libc.func(
    'openat',
    'int',
    ['int', 'void *', 'int'],
  );
  const read: (fd: number, buffer: Uint8Array, size: number) => number = libc.func('read', 'long', [
    'int',
    'void *',
    'size_t',
  ]);
  const close: (fd: number) => number = libc.func('close', 'int', ['int']);
  const getdents: (call: number, fd: number, buffer: Uint8Array, size: number) => number =
    libc.func('syscall', 'long', ['long', 'long', 'void *', 'long']);
  const pread: NonNullable<Libc['pread']> = libc.func('pread', 'long', [
    'int',
    'void *',
    'long',
    'long',
  ]);
  const statx = loadStatx<Uint8Array>(libc, number.statx, 'void *');
  const statxOf = loadStatx<number>(libc, number.statx, 'intptr_t');

  const name = Buffer.alloc(pathLimit + 1);
  const named = (path: BytePath): Buffer => {
    name[name.write(path, 'latin1')] = 0;
    return name;
  };
  /** A signal that came meanwhile is no refusal. */
  const insist = (call: () => number): number => {
    for (;;) {
      const result = call();
      if (result >= 0) return result;
      const errno = koffi.errno();
      if (errno !== constants.errno.EINTR) return -errno;
    }
  };
  return {
    open: (path, flags) => insist(() => open(named(path), flags)),
    openAt: (fd, name, flags) => insist(() => openAt(fd, name, flags)),
    close(fd) {
      close(fd);
    },
    read: (fd, buffer, size) => insist(() => read(fd, buffer, size)),
    pages(bytes) {
      const memory = Buffer.allocUnsafeSlow(bytes + pageBytes);
      const behind = Number(koffi.address(memory) % BigInt(pageBytes));
      return memory.subarray(pageBytes - behind, pageBytes - behind + bytes);
    },
    getdents: (fd, buffer, size) => insist(() => getdents(number.getdents64, fd, buffer, size)),
    statx: (fd, path, flags, mask, result) =>
      insist(() => statx(fd, named(path), flags, mask, result)),
    statxOf(names, result) {
      const [from, to] = [Number(koffi.address(names)), Number(koffi.address(result))];
      return (fd, flags, mask, at = 0) => insist(() => statxOf(fd, from + at, flags, mask, to));
    },
    statxAt: (fd, name, flags, mask, result) => insist(() => statx(fd, name, flags, mask, result)),
    ...(koffi.sizeof('long') === 8
      ? { pread: (fd, buffer, size, offset) => insist(() => pread(fd, buffer, size, offset)) }
      : {}),
  };
}

type Statx<Pointer> = (
  fd: number,
  name: Pointer,
  flags: number,
  mask: number,
  result: Pointer | Uint32Array,
) => number;

/** The wrapper takes numbers of 32 bits, which cost a fifth of a µs less than those of 64. */
function loadStatx<Pointer>(
  libc: LibraryHandle,
  number: number,
  pointer: 'void *' | 'intptr_t',
): Statx<Pointer> {
  try {
    return libc.func('statx', 'int', ['int', pointer, 'int', 'uint', pointer]);
  } catch {
    const types = ['long', 'long', pointer, 'long', 'long', pointer];
    const call: (number: number, ...rest: Parameters<Statx<Pointer>>) => number = libc.func(
      'syscall',
      'long',
      types,
    );
    return (...rest) => call(number, ...rest);
  }
}

/** @returns ENOENT and its like. @param result what a call of Libc gave */
export function errnoName(result: number): string {
  return getSystemErrorName(result);
}

/** The device number as stat(2) gives it. Source: gnu_dev_makedev in sys/sysmacros.h. */
export function deviceOf(major: number, minor: number): bigint {
  const [high, low] = [BigInt(major), BigInt(minor)];
  return (
    (low & 0xffn) | ((high & 0xfffn) << 8n) | ((low & ~0xffn) << 12n) | ((high & ~0xfffn) << 32n)
  );
}
