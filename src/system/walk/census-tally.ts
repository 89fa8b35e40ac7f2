/**
 * What a census remembers while it walks: for each device the inode numbers it has met, and those it met again.
 *
 * The numbers of a part are all held or none: when memory runs out the tally halves its part, forgets the rest, and
 * says at the end which part it covered. So the first pass is never in vain, and small spools need only that one.
 */
import { halfOf, isInPart, type InodePart } from '../../model/inode-part.ts';
import { InodeSet } from '../../model/inode-set.ts';
import type { CensusPass } from './port.ts';

/** An InodeSet taken apart; `slots` is shared memory and not copied. */
export interface PostedSet {
  readonly slots: Uint32Array;
  readonly blocks: number;
}

/** What a tally holds; one of each for every device. */
export interface PostedTally {
  readonly part: InodePart;
  readonly met: readonly PostedSet[];
  readonly metAgain: readonly PostedSet[];
  readonly entered: readonly PostedSet[];
}

/** Where halving can no longer help: the smallest tables are larger than the limit, and grow past it. */
const partsAtMost = 1 << 16;

/** The numbers of one device. Asked as an InodeTable is, so that the walk has one way to look at a file. */
export class DeviceTally {
  readonly dev: bigint;
  readonly met: InodeSet;
  readonly metAgain: InodeSet;
  /** Directories: one in a thousand of what a census meets, so they are not cut into parts. */
  readonly entered = new InodeSet();
  part: InodePart;

  constructor(dev: bigint, part: InodePart, onFull: (set: InodeSet) => void) {
    this.dev = dev;
    this.part = part;
    this.met = new InodeSet(onFull);
    this.metAgain = new InodeSet(onFull);
  }

  /** Counts a name of a regular file. @returns -1: no single name is worth telling */
  indexOf(low: number, high: number): -1 {
    if (!isInPart(this.part, low, high)) return -1;
    if (!this.met.add(low, high)) this.metAgain.add(low, high);
    return -1;
  }

  find(ino: bigint): -1 {
    return this.indexOf(Number(BigInt.asUintN(32, ino)), Number(BigInt.asUintN(32, ino >> 32n)));
  }
}

export class CensusTally {
  readonly devices: readonly DeviceTally[];
  readonly #limitBytes: number;
  #part: InodePart;

  /** @param limitBytes for all devices together; tables for 12 blocks are made whatever it says */
  constructor(devices: readonly bigint[], part: InodePart, limitBytes: number) {
    this.#part = part;
    this.#limitBytes = limitBytes;
    const makeRoom = (set: InodeSet): void => {
      this.#makeRoom(set);
    };
    this.devices = devices.map((dev) => new DeviceTally(dev, part, makeRoom));
  }

  posted(): PostedTally {
    return {
      part: this.#part,
      met: this.devices.map((device) => posted(device.met)),
      metAgain: this.devices.map((device) => posted(device.metAgain)),
      entered: this.devices.map((device) => posted(device.entered)),
    };
  }

  #makeRoom(full: InodeSet): void {
    const sets = this.devices.flatMap((device) => [device.met, device.metAgain]);
    while (full.isFull) {
      const bytes = sets.reduce((sum, set) => sum + set.bytes, 0);
      // While a table grows the old one is still there.
      if (bytes + full.bytes * 2 <= this.#limitBytes || this.#part.count >= partsAtMost) {
        full.grow();
      } else {
        this.#part = halfOf(this.#part);
        for (const device of this.devices) device.part = this.#part;
        for (const set of sets) set.keep(this.#part);
      }
    }
  }
}

function posted(set: InodeSet): PostedSet {
  return { slots: set.slots, blocks: set.blocks };
}

/** Adds the tallies of one pass up. Uses up their memory: what one met and another met too has two names. */
export function addTallies(
  tallies: readonly PostedTally[],
  devices: number,
  asked: InodePart,
): CensusPass {
  // Halving keeps the index, so the finest part lies within all others.
  const covered = tallies.reduce(
    (finest, { part }) => (part.count > finest.count ? part : finest),
    asked,
  );
  let enteredTwice = 0;
  const shared = Array.from({ length: devices }, (_, device) => {
    const [union, ...others] = tallies.map((tally) => ({
      met: within(tally.met[device], tally.part, covered),
      metAgain: within(tally.metAgain[device], tally.part, covered),
      entered: within(tally.entered[device], covered, covered),
    }));
    if (!union) return new InodeSet();
    const again = new InodeSet();
    for (const other of others) {
      union.metAgain.merge(other.metAgain);
      union.met.merge(other.met, union.metAgain);
      union.entered.merge(other.entered, again);
    }
    enteredTwice += again.size;
    return union.metAgain;
  });
  return { covered, shared, enteredTwice };
}

function within(set: PostedSet | undefined, part: InodePart, covered: InodePart): InodeSet {
  const restored = set ? InodeSet.shared(set.slots, set.blocks) : new InodeSet();
  if (part.count !== covered.count) restored.keep(covered);
  return restored;
}
