/**
 * A glance through the FFI: statx(2), openat(2) and read(2) relative to the directory and getdents64(2), all into memory
 * that is used again. A look that finds what is expected makes no path; any other is left to the plain one.
 */
import { hash } from 'node:crypto';
import { constants } from 'node:fs';
import { fits, type ExpectedFiles } from '../model/expected-files.ts';
import { guidBytes } from '../model/message-claims.ts';
import { messageUidAt } from '../model/mailbox-name.ts';
import { glancePlain, listPlain, lookPlain, type GlanceTask } from './glance-plain.ts';
import { loadLibc, type Libc } from './libc.ts';
import { pathLimit } from './long-path.ts';
import { forEachEntry, kindOf } from './quick-list.ts';
import type { Glance, GlanceRequest, MessageListing, Other } from './glance.ts';
import { AT_SYMLINK_NOFOLLOW, O_CLOEXEC, O_NOATIME, O_PATH } from './linux-flags.ts';

/** STATX_TYPE, _MODE, _NLINK, _MTIME and _SIZE. Source: linux/stat.h. */
const mask = 0x1 | 0x2 | 0x4 | 0x40 | 0x200;
const regularFile = 8;
const directoryFlags = constants.O_DIRECTORY | constants.O_NOFOLLOW | O_CLOEXEC;
/** As openForReading(); who does not own the file is refused, and the plain look asks again without O_NOATIME. */
const fileFlags =
  constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | O_CLOEXEC | O_NOATIME;
const entriesBytes = 65_536;

/** @returns the plain one where the FFI or the kernel will not */
export async function loadGlance(): Promise<typeof glancePlain> {
  try {
    const native = new NativeGlance(await loadLibc());
    return (task, memory) => native.glance(task, memory);
  } catch {
    return glancePlain;
  }
}

class NativeGlance {
  readonly #libc: Libc;
  readonly #words = new Uint32Array(64);
  /** `4294967295.` and its NUL. */
  readonly #name = Buffer.allocUnsafeSlow(16);
  readonly #entries = Buffer.allocUnsafeSlow(entriesBytes);

  constructor(libc: Libc) {
    this.#libc = libc;
  }

  glance(task: GlanceTask, memory: Buffer): Glance {
    const { directory, expected, lists } = task;
    if (directory.length > pathLimit) return glancePlain(task, memory);
    const fd = this.#libc.open(directory, O_PATH | directoryFlags);
    // Why, the plain looks will say of every message.
    if (fd < 0) return glancePlain(task, memory);
    const others: Other[] = [];
    let readBytes = 0;
    try {
      for (let at = 0; at < expected.uids.length; at++) {
        const quick = this.#look(fd, expected, at, memory);
        if (quick >= 0) {
          readBytes += quick;
          continue;
        }
        const found = lookPlain(task, at, memory);
        if (typeof found === 'number') readBytes += found;
        else others.push({ at, answer: found });
      }
    } finally {
      this.#libc.close(fd);
    }
    const asExpected = expected.uids.length - others.length;
    return { asExpected, readBytes, others, ...(lists ? { listing: this.#list(task) } : {}) };
  }

  /** @returns the bytes that were read of a file that is as expected; -1 for what the plain look has to see */
  #look(fd: number, expected: ExpectedFiles, at: number, memory: Buffer): number {
    const { digests } = expected;
    const words = this.#words;
    if (digests !== undefined && isBlank(digests, at)) return -1;
    writeLeaf(this.#name, expected.uids[at] ?? 0);
    if (this.#libc.statxAt(fd, this.#name, AT_SYMLINK_NOFOLLOW, mask, words) < 0) return -1;
    // struct statx, in words of 32 bits; see StatBuffer in quick-looks.ts.
    if (((words[7] ?? 0) & 0xf000) >>> 12 !== regularFile) return -1;
    if (words[4] !== 1 && !expected.mayBeShared) return -1;
    const nanoseconds = words[30] ?? 0;
    const sizeBytes = numberOf(words[10] ?? 0, words[11] ?? 0);
    const isLike =
      fits(expected.sizes[at], sizeBytes) &&
      fits(expected.seconds[at], numberOf(words[28] ?? 0, words[29] ?? 0)) &&
      (nanoseconds === 0 || fits(expected.nanoseconds[at], nanoseconds));
    if (!isLike) return -1;
    if (digests === undefined) return 0;
    return this.#hasDigest(fd, sizeBytes, digests, at, memory) ? sizeBytes : -1;
  }

  /** Of the file whose leaf was written last, which the look before has seen to be a regular one. */
  #hasDigest(
    directory: number,
    sizeBytes: number,
    digests: Uint8Array,
    at: number,
    memory: Buffer,
  ): boolean {
    if (sizeBytes > memory.length) return false;
    const fd = this.#libc.openAt(directory, this.#name, fileFlags);
    if (fd < 0) return false;
    let count: number;
    try {
      count = this.#libc.read(fd, memory, sizeBytes);
    } finally {
      this.#libc.close(fd);
    }
    // Bytes with the right digest are whole, whoever wrote meanwhile.
    if (count !== sizeBytes) return false;
    const sha1 = hash('sha1', memory.subarray(0, count), 'buffer');
    return sha1.compare(digests, at * guidBytes, (at + 1) * guidBytes) === 0;
  }

  #list({ directory, expected }: GlanceRequest): MessageListing {
    const fd = this.#libc.open(directory, constants.O_RDONLY | directoryFlags);
    if (fd < 0) return listPlain(directory, expected);
    const bytes = this.#entries;
    const asked = new Set(expected.uids);
    const strangers: number[] = [];
    let entries = 0;
    try {
      for (;;) {
        const end = this.#libc.getdents(fd, bytes, entriesBytes);
        if (end < 0) return listPlain(directory, expected);
        if (end === 0) return { entries, strangers };
        forEachEntry(bytes, end, (name, type) => {
          entries += 1;
          const kind = kindOf(type);
          if (kind !== 'file' && kind !== 'unknown') return;
          const uid = messageUidAt(bytes, name);
          if (uid >= 0 && !asked.has(uid)) strangers.push(uid);
        });
      }
    } finally {
      this.#libc.close(fd);
    }
  }
}

/** Is no digest expected? */
function isBlank(digests: Uint8Array, at: number): boolean {
  for (let byte = at * guidBytes; byte < (at + 1) * guidBytes; byte++) {
    if (digests[byte] !== 0) return false;
  }
  return true;
}

function numberOf(low: number, high: number): number {
  return high * 0x1_0000_0000 + low;
}

const zero = 0x30;
const dot = 0x2e;

/** `<uid>.` and a NUL. */
function writeLeaf(into: Uint8Array, uid: number): void {
  let length = 1;
  for (let rest = uid; rest >= 10; rest = Math.floor(rest / 10)) length += 1;
  into[length] = dot;
  into[length + 1] = 0;
  for (let [at, rest] = [length - 1, uid]; at >= 0; at--) {
    const tens = Math.floor(rest / 10);
    into[at] = zero + rest - tens * 10;
    rest = tens;
  }
}
