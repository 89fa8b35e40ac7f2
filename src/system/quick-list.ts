/**
 * Listings by getdents64(2): for directories by the ten thousand. Node makes a stream with promises of every directory
 * and an object of every entry, which cost five times what the kernel does.
 */
import { constants } from 'node:fs';
import { asBytes } from '../model/byte-path.ts';
import { messageUidAt } from '../model/mailbox-name.ts';
import { nodeFiles } from './files.ts';
import { errnoName, loadLibc, type Libc } from './libc.ts';
import { pathLimit } from './long-path.ts';
import type { EntryKind, Lists } from './os.ts';
import { O_CLOEXEC } from './linux-flags.ts';

const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NONBLOCK | O_CLOEXEC;
const entriesBytes = 65_536;

/** @returns what can stand in for the listings of nodeFiles; those themselves where the FFI or the kernel will not */
export async function quickLists(): Promise<Lists> {
  try {
    const lists = listsThrough(await loadLibc());
    return isProven(lists) ? lists : nodeFiles;
  } catch {
    return nodeFiles;
  }
}

function listsThrough(libc: Libc): Lists {
  const entries = Buffer.allocUnsafeSlow(entriesBytes);
  let isBusy = false;
  return {
    list(path, onEntry, onMessage) {
      // The memory is for one listing at a time.
      if (isBusy || path.length > pathLimit) return nodeFiles.list(path, onEntry, onMessage);
      const fd = libc.open(path, flags);
      // It will be refused again, and in the words that every other listing has.
      if (fd < 0) return nodeFiles.list(path, onEntry, onMessage);
      isBusy = true;
      try {
        for (;;) {
          const end = libc.getdents(fd, entries, entriesBytes);
          if (end < 0) return { path, syscall: 'scandir', errno: errnoName(end) };
          if (end === 0) return undefined;
          forEachEntry(entries, end, (name, type) => {
            const kind = kindOf(type);
            const mayBeMessage = onMessage !== undefined && (kind === 'file' || kind === 'unknown');
            const uid = mayBeMessage ? messageUidAt(entries, name) : -1;
            if (uid >= 0) onMessage?.(uid);
            else onEntry(asBytes(entries.toString('latin1', name, nameEnd(entries, name))), kind);
          });
        }
      } finally {
        isBusy = false;
        libc.close(fd);
      }
    },
  };
}

/**
 * Goes through what getdents64 gave, without . and ..
 * @param onEntry  told where the name begins, which a NUL ends, and the kind as kindOf() takes it
 */
export function forEachEntry(
  entries: Uint8Array,
  end: number,
  onEntry: (name: number, type: number) => void,
): void {
  // struct linux_dirent64: d_reclen at 16, in the byte order of all machines of libc.ts, d_type at 18, d_name at 19.
  for (let at = 0; at < end; at += (entries[at + 16] ?? 0) | ((entries[at + 17] ?? 0) << 8)) {
    if (!isDots(entries, at + 19)) onEntry(at + 19, entries[at + 18] ?? 0);
  }
}

const dot = 0x2e;

function isDots(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] !== dot) return false;
  return bytes[at + 1] === 0 || (bytes[at + 1] === dot && bytes[at + 2] === 0);
}

function nameEnd(bytes: Uint8Array, start: number): number {
  let end = start;
  while (bytes[end] !== 0) end += 1;
  return end;
}

/** Source: readdir(3), DT_. */
const kinds: Readonly<Record<number, EntryKind>> = {
  1: 'fifo',
  2: 'character device',
  4: 'directory',
  6: 'block device',
  8: 'file',
  10: 'symlink',
  12: 'socket',
};

export function kindOf(type: number): EntryKind {
  return kinds[type] ?? 'unknown';
}

/** A sandbox may refuse system calls by number, or answer them wrongly: tried once on the root directory. */
function isProven(lists: Lists): boolean {
  const [ours, theirs] = [lists, nodeFiles].map((each) => {
    const entries: string[] = [];
    const trouble = each.list(asBytes('/'), (leaf, kind) => entries.push(`${kind} ${leaf}`));
    return trouble === undefined ? entries.sort().join('/') : undefined;
  });
  return ours !== undefined && ours === theirs;
}
