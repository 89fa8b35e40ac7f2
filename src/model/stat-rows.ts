/**
 * Looks as rows of 16 words: what statx(2) answers can be held against one in any thread, a row is copied as it stands, and
 * a million of them are 64 MB, where objects of eleven fields and three bigints are 184.
 */
import type { FileKind, FileStat, InodeId } from './inode.ts';

/** Of 32 bits; of longer numbers the lower half comes first. */
export const rowWords = 16;
/** Where in a row. */
export const rowAt = {
  ...{ ino: 0, dev: 2, changed: 4, modified: 6, born: 8, size: 10 },
  ...{ links: 12, mode: 13, uid: 14, gid: 15 },
} as const;

/** One memory as words, and as numbers of 64 bits. */
export interface StatRows {
  readonly words: Uint32Array;
  readonly signed: BigInt64Array;
  readonly unsigned: BigUint64Array;
}

export function rowsIn(words: Uint32Array): StatRows {
  const { buffer } = words;
  return { words, signed: new BigInt64Array(buffer), unsigned: new BigUint64Array(buffer) };
}

/** @param at  where the row begins, in words */
export function writeRow(rows: StatRows, at: number, stat: FileStat): void {
  if (stat instanceof RowStat) {
    stat.copyTo(rows.words, at);
    return;
  }
  writeIdentity(rows, at, stat);
  const { words, signed } = rows;
  signed[(at + rowAt.changed) >>> 1] = stat.changedNs;
  signed[(at + rowAt.modified) >>> 1] = stat.modifiedNs;
  signed[(at + rowAt.born) >>> 1] = stat.bornNs;
  words[at + rowAt.size] = stat.sizeBytes;
  words[at + rowAt.size + 1] = stat.sizeBytes / 0x1_0000_0000;
  words[at + rowAt.links] = stat.linkCount;
  words[at + rowAt.mode] = (kindNumbers[stat.kind] << 12) | stat.mode;
  words[at + rowAt.uid] = stat.uid;
  words[at + rowAt.gid] = stat.gid;
}

/** The rest of the row stays as it is. */
export function writeIdentity({ unsigned }: StatRows, at: number, { dev, ino }: InodeId): void {
  unsigned[(at + rowAt.ino) >>> 1] = ino;
  unsigned[(at + rowAt.dev) >>> 1] = dev;
}

export function sizeInRow(words: Uint32Array, at: number): number {
  return (words[at + rowAt.size + 1] ?? 0) * 0x1_0000_0000 + (words[at + rowAt.size] ?? 0);
}

/** A row, as everybody sees a look. */
export class RowStat implements FileStat {
  readonly #rows: StatRows;
  readonly #at: number;

  constructor(rows: StatRows, at: number) {
    this.#rows = rows;
    this.#at = at;
  }

  copyTo(words: Uint32Array, at: number): void {
    const from = this.#rows.words;
    for (let word = 0; word < rowWords; word += 1) words[at + word] = from[this.#at + word] ?? 0;
  }

  get dev(): bigint {
    return this.#rows.unsigned[(this.#at + rowAt.dev) >>> 1] ?? 0n;
  }

  get ino(): bigint {
    return this.#rows.unsigned[(this.#at + rowAt.ino) >>> 1] ?? 0n;
  }

  get kind(): FileKind {
    return kindOfMode(this.#rows.words[this.#at + rowAt.mode] ?? 0);
  }

  get mode(): number {
    return (this.#rows.words[this.#at + rowAt.mode] ?? 0) & 0o7777;
  }

  get uid(): number {
    return this.#rows.words[this.#at + rowAt.uid] ?? 0;
  }

  get gid(): number {
    return this.#rows.words[this.#at + rowAt.gid] ?? 0;
  }

  get linkCount(): number {
    return this.#rows.words[this.#at + rowAt.links] ?? 0;
  }

  get sizeBytes(): number {
    return sizeInRow(this.#rows.words, this.#at);
  }

  get modifiedNs(): bigint {
    return this.#rows.signed[(this.#at + rowAt.modified) >>> 1] ?? 0n;
  }

  get changedNs(): bigint {
    return this.#rows.signed[(this.#at + rowAt.changed) >>> 1] ?? 0n;
  }

  get bornNs(): bigint {
    return this.#rows.signed[(this.#at + rowAt.born) >>> 1] ?? 0n;
  }
}

/** The upper four bits of the mode. Source: inode(7). */
const kindNumbers: Readonly<Record<FileKind, number>> = {
  fifo: 1,
  'character device': 2,
  directory: 4,
  'block device': 6,
  file: 8,
  symlink: 10,
  socket: 12,
};

const kinds = Array.from({ length: 16 }, (): FileKind => 'character device');
for (const [kind, number] of Object.entries(kindNumbers)) kinds[number] = kind as FileKind;

/** @param mode  with all of its 16 bits */
export function kindOfMode(mode: number): FileKind {
  return kinds[(mode & 0xffff) >>> 12] ?? 'character device';
}
