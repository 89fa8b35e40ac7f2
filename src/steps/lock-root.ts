/**
 * One run at a time in a root: `<root>/stagesweep./lock` (safety.md 14).
 *
 * The lock is written under a name of its own and then linked to `lock`, which fails as O_EXCL does when there is one.
 * So a lock never exists without its content, and a kill between making and writing it cannot leave one that tells
 * nobody who holds it.
 */
import { whyHeld } from '../decide/judge-lock.ts';
import { asBytes } from '../model/byte-path.ts';
import { FormatError } from '../model/errors.ts';
import { sameInode, type FileStat } from '../model/inode.ts';
import type { LockHolder } from '../model/lock.ts';
import type { ProcessIdentity } from '../model/process.ts';
import { isTrouble, isVanished, type Trouble } from '../model/trouble.ts';
import { formatLock, lockBytesAtMost, parseLock } from '../parse/lock-text.ts';
import type { Anchor, HeldFile, Identities, WritableFile } from '../system/os.ts';

export const lockLeaf = asBytes('lock');

export interface RootLock {
  /** Why the lock is ours no longer, in words; asked before every batch. */
  whyLost(): string | undefined;
  release(): void;
}

/** In words: who has it. */
export interface LockRefusal {
  readonly heldBy: string;
}

/** Rounds of somebody else's lock coming and going before we give up. */
const attempts = 5;

/**
 * @param area       the directory `stagesweep.`
 * @param run        whose lock it is to be
 * @param randomHex  eight hexadecimal digits, new ones at every call
 */
export function lockRoot(
  area: Anchor,
  run: string,
  identities: Pick<Identities, 'startOf'>,
  self: ProcessIdentity,
  randomHex: () => string,
): RootLock | LockRefusal | Trouble {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const made = makeLock(area, holderOf(run, self), randomHex);
    if (!isTrouble(made)) return made;
    if (made.errno !== 'EEXIST') return made;
    const stale = area.openFile(lockLeaf);
    if (isTrouble(stale)) {
      if (isVanished(stale)) continue;
      return stale;
    }
    // Held until it was put aside: its number would be given to the next lock at once, and prove nothing.
    try {
      const holder = readHolder(stale);
      if (isTrouble(holder)) return holder;
      const why = heldWords(holder, identities, self);
      if (why !== undefined) return { heldBy: why };
      const trouble = putAside(area, stale.stat(), randomHex);
      if (trouble) return trouble;
    } finally {
      stale.close();
    }
  }
  return { heldBy: 'other runs, one after another' };
}

function heldWords(
  holder: LockHolder | undefined,
  identities: Pick<Identities, 'startOf'>,
  self: ProcessIdentity,
): string | undefined {
  return holder === undefined
    ? 'somebody, but it cannot be read who; when nobody works here, remove the file'
    : whyHeld(holder, self, (pid) => identities.startOf(pid));
}

/** Who has the lock now, in words, for who only looks; undefined when it could be taken. */
export function whyLocked(area: Anchor, identities: Identities): string | undefined {
  const file = area.openFile(lockLeaf);
  if (isTrouble(file))
    return isVanished(file) ? undefined : `something that is no lock (${file.errno})`;
  try {
    const holder = readHolder(file);
    return isTrouble(holder)
      ? `somebody: it cannot be read (${holder.errno})`
      : heldWords(holder, identities, identities.self());
  } finally {
    file.close();
  }
}

function holderOf(run: string, self: ProcessIdentity): LockHolder {
  const { pid, startedAfterBootNs, bootId, pidNamespace } = self;
  return { run, pid, startedAfterBootNs, bootId, pidNamespace };
}

/** @returns EEXIST when there is one */
function makeLock(area: Anchor, holder: LockHolder, randomHex: () => string): RootLock | Trouble {
  const leaf = asBytes(`lock-${randomHex()}`);
  const file = area.createFile(leaf, 0o600);
  if (isTrouble(file)) return file;
  const written = file.write(Buffer.from(formatLock(holder))) ?? file.sync();
  const stat = written ?? area.lstat(leaf);
  const trouble = isTrouble(stat) ? stat : area.link(leaf, area, lockLeaf);
  // Should this name stay, it harms nobody: it is the lock's content, and nothing looks for it.
  area.unlink(leaf);
  if (!isTrouble(stat) && trouble === undefined) return new HeldLock(area, file, stat);
  file.close();
  return trouble ?? { path: leaf, syscall: 'link', errno: 'EIO' };
}

/** @returns undefined when it is no lock of ours */
export function readHolder(file: HeldFile): LockHolder | undefined | Trouble {
  const bytes = file.readAt(0, lockBytesAtMost);
  if (isTrouble(bytes)) return bytes;
  try {
    return parseLock(Buffer.from(bytes).toString('latin1'));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return undefined;
  }
}

/**
 * Takes a stale lock away. Unlinking it would let two runs in: between our look and the unlink another may have
 * done the same and made its own. A rename shows what it has taken, and that can be put back.
 */
function putAside(area: Anchor, stale: FileStat, randomHex: () => string): Trouble | undefined {
  const aside = asBytes(`lock-${randomHex()}`);
  const renamed = area.rename(lockLeaf, area, aside);
  if (renamed) return isVanished(renamed) ? undefined : renamed;
  const taken = area.lstat(aside);
  if (isTrouble(taken)) return taken;
  if (!sameInode(taken, stale)) {
    // Another run's living lock: it goes back. Should a third have locked meanwhile, the one whose lock this is learns
    // it from whyLost() before its next batch.
    const back = area.link(aside, area, lockLeaf);
    if (back && back.errno !== 'EEXIST') return back;
  }
  return area.unlink(aside);
}

class HeldLock implements RootLock {
  readonly #area: Anchor;
  /** Open as long as the lock is ours, so that its inode number is nobody else's. */
  readonly #file: WritableFile;
  readonly #stat: FileStat;

  constructor(area: Anchor, file: WritableFile, stat: FileStat) {
    this.#area = area;
    this.#file = file;
    this.#stat = stat;
  }

  whyLost(): string | undefined {
    const now = this.#area.lstat(lockLeaf);
    if (isTrouble(now)) return `its lock could not be looked at (${now.errno})`;
    return sameInode(now, this.#stat) ? undefined : 'another run has taken its lock';
  }

  release(): void {
    // Best effort: a lock that stays is stale when this process has ended.
    if (this.whyLost() === undefined) this.#area.unlink(lockLeaf);
    this.#file.close();
  }
}
