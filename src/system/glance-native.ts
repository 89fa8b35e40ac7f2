/**
 * A glance through the FFI: statx(2) relative to the directory and getdents64(2), both into memory that is used again.
 * A look that finds what is expected makes no object and no string; any other is left to the plain one.
 */
import { constants } from 'node:fs';
import { fits, type ExpectedFiles } from '../model/expected-files.ts';
import type { Trouble } from '../model/trouble.ts';
import { glancePlain, listPlain, lookPlain } from './glance-plain.ts';
import { loadLibc, type Libc } from './libc.ts';
import { pathLimit } from './long-path.ts';
import { forEachEntry, kindOf } from './quick-list.ts';
import type { Glance, GlanceRequest, MessageListing } from './glance.ts';
import type { Inspection } from './os.ts';
import { AT_SYMLINK_NOFOLLOW, O_CLOEXEC, O_PATH } from './linux-flags.ts';

/** STATX_TYPE, _MODE, _NLINK, _MTIME and _SIZE. Source: linux/stat.h. */
const mask = 0x1 | 0x2 | 0x4 | 0x40 | 0x200;
const regularFile = 8;
const directoryFlags = constants.O_DIRECTORY | constants.O_NOFOLLOW | O_CLOEXEC;
const entriesBytes = 65_536;

/** @returns the plain one where the FFI or the kernel will not */
export async function loadGlance(): Promise<(request: GlanceRequest) => Glance> {
  try {
    const native = new NativeGlance(await loadLibc());
    return (request) => native.glance(request);
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

  glance(request: GlanceRequest): Glance {
    const { directory, expected, lists } = request;
    if (directory.length > pathLimit) return glancePlain(request);
    const fd = this.#libc.open(directory, O_PATH | directoryFlags);
    // Why, the plain looks will say of every message.
    if (fd < 0) return glancePlain(request);
    const others: { at: number; answer: Inspection | Trouble }[] = [];
    try {
      for (let at = 0; at < expected.uids.length; at++) {
        if (this.#isExpected(fd, expected, at)) continue;
        const answer = lookPlain(directory, expected, at);
        if (answer !== undefined) others.push({ at, answer });
      }
    } finally {
      this.#libc.close(fd);
    }
    const asExpected = expected.uids.length - others.length;
    return { asExpected, others, ...(lists ? { listing: this.#list(request) } : {}) };
  }

  #isExpected(fd: number, expected: ExpectedFiles, at: number): boolean {
    const words = this.#words;
    writeLeaf(this.#name, expected.uids[at] ?? 0);
    if (this.#libc.statxAt(fd, this.#name, AT_SYMLINK_NOFOLLOW, mask, words) < 0) return false;
    // struct statx, in words of 32 bits; see StatBuffer in quick-looks.ts.
    if (((words[7] ?? 0) & 0xf000) >>> 12 !== regularFile) return false;
    if (words[4] !== 1 && !expected.mayBeShared) return false;
    const nanoseconds = words[30] ?? 0;
    return (
      fits(expected.sizes[at], numberOf(words[10] ?? 0, words[11] ?? 0)) &&
      fits(expected.seconds[at], numberOf(words[28] ?? 0, words[29] ?? 0)) &&
      (nanoseconds === 0 || fits(expected.nanoseconds[at], nanoseconds))
    );
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
          const uid = uidAt(bytes, name);
          if (uid >= 0 && !asked.has(uid)) strangers.push(uid);
        });
      }
    } finally {
      this.#libc.close(fd);
    }
  }
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

/** As messageUidOf(), without a string. @returns -1 for what is no message's name */
function uidAt(bytes: Uint8Array, start: number): number {
  let at = start;
  let uid = 0;
  for (; ; at++) {
    const digit = (bytes[at] ?? 0) - zero;
    if (digit < 0 || digit > 9) break;
    uid = uid * 10 + digit;
  }
  const digits = at - start;
  const isName = digits > 0 && digits <= 10 && bytes[at] === dot && bytes[at + 1] === 0;
  const hasLeadingZero = digits > 1 && bytes[start] === zero;
  return isName && !hasLeadingZero && uid <= 0xffff_ffff ? uid : -1;
}
