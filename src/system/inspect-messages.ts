/** Files to inspect and what was found, packed for posting between threads: objects with ten bigints each are slow. */
import { asBytes } from '../model/byte-path.ts';
import { fileKinds, type FileStat } from '../model/inode.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import type { Inspected } from './inspect-file.ts';
import type { Inspection } from './os.ts';

export interface InspectBatch {
  /** Joined by NUL, which no path can hold. */
  readonly paths: string;
  /** One for each: bits for wantsSha1, wantsHead and readsShared. */
  readonly wants: Uint8Array;
}

export interface InspectAnswer {
  /** Of those that were inspected: ten numbers for each, as packStat() has them. */
  readonly stats: BigInt64Array;
  /** Of the same: 40 digits each, blank where there is none: one string is posted faster than many. */
  readonly sums: string;
  readonly heads: readonly (readonly [at: number, head: Uint8Array])[];
  readonly troubles: readonly (readonly [at: number, trouble: Trouble])[];
  readonly readBytes: Float64Array;
}

const statNumbers = 10;
const sumLength = 40;
const noSum = ' '.repeat(sumLength);
export function packInspectBatch(files: readonly Inspected[]): InspectBatch {
  const wants = Uint8Array.from(
    files,
    (file) =>
      Number(file.wantsSha1) | (Number(file.wantsHead) << 1) | (Number(file.readsShared) << 2),
  );
  return { paths: files.map((file) => file.path).join('\0'), wants };
}

export function unpackInspectBatch(batch: InspectBatch): Inspected[] {
  return batch.paths.split('\0').map((path, at) => {
    const wants = batch.wants[at] ?? 0;
    return {
      path: asBytes(path),
      wantsSha1: (wants & 1) !== 0,
      wantsHead: (wants & 2) !== 0,
      readsShared: (wants & 4) !== 0,
    };
  });
}

export function packInspectAnswer(found: readonly (Inspection | Trouble)[]): InspectAnswer {
  const readBytes = new Float64Array(found.length);
  const heads: [number, Uint8Array][] = [];
  const troubles: [number, Trouble][] = [];
  const others: Inspection[] = [];
  let sums = '';
  found.forEach((one, at) => {
    if (isTrouble(one)) {
      troubles.push([at, one]);
      return;
    }
    readBytes[at] = one.readBytes;
    if (one.head !== undefined) heads.push([at, one.head]);
    others.push(one);
    sums += one.sha1 ?? noSum;
  });
  const stats = new BigInt64Array(others.length * statNumbers);
  others.forEach(({ stat }, at) => {
    packStat(stat, stats, at * statNumbers);
  });
  return { stats, sums, heads, troubles, readBytes };
}

export function unpackInspectAnswer(answer: InspectAnswer): (Inspection | Trouble)[] {
  const heads = new Map(answer.heads);
  const troubles = new Map(answer.troubles);
  let other = 0;
  return Array.from(answer.readBytes, (readBytes, at): Inspection | Trouble => {
    const trouble = troubles.get(at);
    if (trouble !== undefined) return trouble;
    const sha1 = answer.sums.slice(other * sumLength, (other + 1) * sumLength);
    const stat = unpackStat(answer.stats, other * statNumbers);
    other += 1;
    const head = heads.get(at);
    return {
      stat,
      ...(sha1 === noSum ? {} : { sha1 }),
      ...(head === undefined ? {} : { head }),
      readBytes,
    };
  });
}

function packStat(stat: FileStat, into: BigInt64Array, at: number): void {
  // Inode and device numbers past 2^63 wrap here and are unwrapped below.
  into[at] = stat.dev;
  into[at + 1] = stat.ino;
  into[at + 2] = stat.modifiedNs;
  into[at + 3] = stat.changedNs;
  into[at + 4] = stat.bornNs;
  into[at + 5] = BigInt(stat.sizeBytes);
  into[at + 6] = BigInt(stat.mode);
  into[at + 7] = BigInt(stat.uid);
  into[at + 8] = BigInt(stat.gid);
  into[at + 9] = BigInt(stat.linkCount) * 8n + BigInt(fileKinds.indexOf(stat.kind));
}

function unpackStat(from: BigInt64Array, at: number): FileStat {
  const number = (offset: number): bigint => from[at + offset] ?? 0n;
  const last = Number(number(9));
  return {
    dev: BigInt.asUintN(64, number(0)),
    ino: BigInt.asUintN(64, number(1)),
    kind: fileKinds[last % 8] ?? 'file',
    mode: Number(number(6)),
    uid: Number(number(7)),
    gid: Number(number(8)),
    linkCount: Math.floor(last / 8),
    sizeBytes: Number(number(5)),
    modifiedNs: number(2),
    changedNs: number(3),
    bornNs: number(4),
  };
}
