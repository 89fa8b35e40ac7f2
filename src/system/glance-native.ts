/**
 * A glance through the FFI: quick looks relative to the directory and getdents64(2), all into memory that is used again.
 * A look that finds what is expected makes no path; any other is left to the plain one.
 */
import { constants } from 'node:fs';
import { messageUidAt } from '../model/mailbox-name.ts';
import { glancePlain, listPlain, lookPlain, type GlanceTask } from './glance-plain.ts';
import { loadLibc, type Libc } from './libc.ts';
import { pathLimit } from './long-path.ts';
import { forEachEntry, kindOf } from './quick-list.ts';
import type { Glance, GlanceRequest, MessageListing, Other } from './glance.ts';
import { O_CLOEXEC, O_PATH } from './linux-flags.ts';
import { QuickMessages } from './quick-messages.ts';

const directoryFlags = constants.O_DIRECTORY | constants.O_NOFOLLOW | O_CLOEXEC;
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
  readonly #messages: QuickMessages;
  readonly #entries = Buffer.allocUnsafeSlow(entriesBytes);

  constructor(libc: Libc) {
    this.#libc = libc;
    this.#messages = new QuickMessages(libc);
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
        const quick = this.#messages.look(fd, expected, at, memory);
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
