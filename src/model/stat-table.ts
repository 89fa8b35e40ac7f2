/**
 * What lstat said of many names, in columns: eleven fields and three bigints are 184 bytes as an object of its own, and a
 * row here is 57 with one of 40 to look at it.
 */
import { fileKinds, type FileKind, type FileStat } from './inode.ts';

/** Room for the first rows; it doubles. */
const rowsAtFirst = 64;

interface Columns {
  readonly inodes: BigUint64Array;
  readonly modified: BigInt64Array;
  readonly changed: BigInt64Array;
  readonly born: BigInt64Array;
  readonly sizes: Float64Array;
  readonly uids: Uint32Array;
  readonly gids: Uint32Array;
  readonly linkCounts: Uint32Array;
  readonly devices: Uint16Array;
  readonly modes: Uint16Array;
  readonly kinds: Uint8Array;
}

function roomFor(rows: number): Columns {
  return {
    inodes: new BigUint64Array(rows),
    modified: new BigInt64Array(rows),
    changed: new BigInt64Array(rows),
    born: new BigInt64Array(rows),
    sizes: new Float64Array(rows),
    uids: new Uint32Array(rows),
    gids: new Uint32Array(rows),
    linkCounts: new Uint32Array(rows),
    devices: new Uint16Array(rows),
    modes: new Uint16Array(rows),
    kinds: new Uint8Array(rows),
  };
}

export class StatTable {
  #columns = roomFor(rowsAtFirst);
  #capacity = rowsAtFirst;
  #length = 0;
  /** A scan meets one or two. */
  readonly #devices: bigint[] = [];

  /** @returns the same look, which from now on lies here; what does not fit stays as it is */
  keep(stat: FileStat): FileStat {
    const device = this.#numberOf(stat.dev);
    if (device === undefined || !areTimesShort(stat)) return stat;
    if (this.#length === this.#capacity) this.#grow();
    const at = this.#length++;
    const columns = this.#columns;
    columns.inodes[at] = stat.ino;
    columns.modified[at] = stat.modifiedNs;
    columns.changed[at] = stat.changedNs;
    columns.born[at] = stat.bornNs;
    columns.sizes[at] = stat.sizeBytes;
    columns.uids[at] = stat.uid;
    columns.gids[at] = stat.gid;
    columns.linkCounts[at] = stat.linkCount;
    columns.devices[at] = device;
    columns.modes[at] = stat.mode;
    columns.kinds[at] = fileKinds.indexOf(stat.kind);
    return new KeptStat(this, at);
  }

  deviceAt(at: number): bigint {
    return this.#devices[this.#columns.devices[at] ?? -1] ?? nowhere();
  }

  kindAt(at: number): FileKind {
    return fileKinds[this.#columns.kinds[at] ?? -1] ?? nowhere();
  }

  bigintAt(column: 'inodes' | 'modified' | 'changed' | 'born', at: number): bigint {
    return this.#columns[column][at] ?? nowhere();
  }

  numberAt(column: 'sizes' | 'uids' | 'gids' | 'linkCounts' | 'modes', at: number): number {
    return this.#columns[column][at] ?? nowhere();
  }

  #numberOf(dev: bigint): number | undefined {
    const known = this.#devices.indexOf(dev);
    if (known >= 0 || this.#devices.length > 0xffff) return known < 0 ? undefined : known;
    return this.#devices.push(dev) - 1;
  }

  #grow(): void {
    const old = this.#columns;
    this.#capacity *= 2;
    const room = roomFor(this.#capacity);
    room.inodes.set(old.inodes);
    room.modified.set(old.modified);
    room.changed.set(old.changed);
    room.born.set(old.born);
    room.sizes.set(old.sizes);
    room.uids.set(old.uids);
    room.gids.set(old.gids);
    room.linkCounts.set(old.linkCounts);
    room.devices.set(old.devices);
    room.modes.set(old.modes);
    room.kinds.set(old.kinds);
    this.#columns = room;
  }
}

/** Nanoseconds past the year 2262, which anybody can give a file, need more than 64 bits. */
function areTimesShort({ modifiedNs, changedNs, bornNs }: FileStat): boolean {
  return isShort(modifiedNs) && isShort(changedNs) && isShort(bornNs);
}

function isShort(ns: bigint): boolean {
  return BigInt.asIntN(64, ns) === ns;
}

class KeptStat implements FileStat {
  readonly #table: StatTable;
  readonly #at: number;

  constructor(table: StatTable, at: number) {
    this.#table = table;
    this.#at = at;
  }

  get dev(): bigint {
    return this.#table.deviceAt(this.#at);
  }

  get ino(): bigint {
    return this.#table.bigintAt('inodes', this.#at);
  }

  get kind(): FileKind {
    return this.#table.kindAt(this.#at);
  }

  get mode(): number {
    return this.#table.numberAt('modes', this.#at);
  }

  get uid(): number {
    return this.#table.numberAt('uids', this.#at);
  }

  get gid(): number {
    return this.#table.numberAt('gids', this.#at);
  }

  get linkCount(): number {
    return this.#table.numberAt('linkCounts', this.#at);
  }

  get sizeBytes(): number {
    return this.#table.numberAt('sizes', this.#at);
  }

  get modifiedNs(): bigint {
    return this.#table.bigintAt('modified', this.#at);
  }

  get changedNs(): bigint {
    return this.#table.bigintAt('changed', this.#at);
  }

  get bornNs(): bigint {
    return this.#table.bigintAt('born', this.#at);
  }
}

function nowhere(): never {
  throw new Error('a look that was not kept');
}
