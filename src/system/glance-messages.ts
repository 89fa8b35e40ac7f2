/**
 * Glances packed for posting between threads: columns of all requests of a batch one behind the other, since a thousand
 * small arrays cost more to post than the looks that they are for. Few messages are not as expected; those come back as
 * answers of inspections.
 */
import { asBytes } from '../model/byte-path.ts';
import { guidBytes } from '../model/message-claims.ts';
import type { Trouble } from '../model/trouble.ts';
import type { GlanceTask } from './glance-plain.ts';
import { packInspectAnswer, unpackInspectAnswer, type InspectAnswer } from './inspect-messages.ts';
import type { Glance } from './glance.ts';

export interface GlanceBatch {
  /** Joined by NUL, which no path can hold. */
  readonly directories: string;
  /** Of each task: how many messages, and bits for lists, mayBeShared, digests and readsShared. */
  readonly counts: Uint32Array;
  readonly wants: Uint8Array;
  /** Of all tasks together. */
  readonly columns: Columns;
}

/** All in one piece of memory. */
interface Columns {
  readonly uids: Uint32Array<ArrayBuffer>;
  readonly sizes: Float64Array<ArrayBuffer>;
  readonly seconds: Float64Array<ArrayBuffer>;
  readonly nanoseconds: Float64Array<ArrayBuffer>;
  /** Of tasks without digests zeros; empty where no task has any. */
  readonly digests: Uint8Array<ArrayBuffer>;
}

const columnNames = ['uids', 'sizes', 'seconds', 'nanoseconds'] as const;

export interface GlanceAnswer {
  /**
   * Of each task: how many are as expected, bytes read of them, how many are not, names in the directory (-1: it was
   * not listed).
   */
  readonly asExpected: Uint32Array;
  readonly readBytes: Float64Array;
  readonly others: Uint32Array;
  readonly entries: Int32Array;
  /** Of all tasks together: positions of those that are not as expected, and what they are. */
  readonly at: Uint32Array;
  readonly found: InspectAnswer;
  readonly strangers: readonly (readonly [task: number, uids: readonly number[]])[];
  readonly troubles: readonly (readonly [task: number, trouble: Trouble])[];
}

const wantsBits = { lists: 1, mayBeShared: 2, digests: 4, readsShared: 8 } as const;

export function packTasks(tasks: readonly GlanceTask[]): GlanceBatch {
  const counts = Uint32Array.from(tasks, ({ expected }) => expected.uids.length);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const hasDigests = tasks.some(({ expected }) => expected.digests !== undefined);
  const digestsBytes = hasDigests ? total * guidBytes : 0;
  const memory = new ArrayBuffer(total * 28 + digestsBytes);
  const columns = {
    sizes: new Float64Array(memory, 0, total),
    seconds: new Float64Array(memory, total * 8, total),
    nanoseconds: new Float64Array(memory, total * 16, total),
    uids: new Uint32Array(memory, total * 24, total),
    digests: new Uint8Array(memory, total * 28, digestsBytes),
  };
  let at = 0;
  for (const { expected } of tasks) {
    for (const name of columnNames) columns[name].set(expected[name], at);
    if (expected.digests !== undefined) columns.digests.set(expected.digests, at * guidBytes);
    at += expected.uids.length;
  }
  return {
    directories: tasks.map(({ directory }) => directory).join('\0'),
    counts,
    wants: Uint8Array.from(tasks, wantsOf),
    columns,
  };
}

function wantsOf({ lists, readsShared, expected }: GlanceTask): number {
  return (
    (lists ? wantsBits.lists : 0) |
    (expected.mayBeShared ? wantsBits.mayBeShared : 0) |
    (expected.digests === undefined ? 0 : wantsBits.digests) |
    (readsShared ? wantsBits.readsShared : 0)
  );
}

/** What is not copied when it is posted. */
export function memoryOf({ columns }: GlanceBatch): ArrayBuffer[] {
  return [columns.sizes.buffer];
}

export function unpackTasks({ directories, counts, wants, columns }: GlanceBatch): GlanceTask[] {
  let next = 0;
  return directories.split('\0').map((directory, task) => {
    const [from, to] = [next, next + (counts[task] ?? 0)];
    next = to;
    const bits = wants[task] ?? 0;
    const isWanted = (bit: number): boolean => (bits & bit) !== 0;
    const digests = columns.digests.subarray(from * guidBytes, to * guidBytes);
    return {
      directory: asBytes(directory),
      lists: isWanted(wantsBits.lists),
      readsShared: isWanted(wantsBits.readsShared),
      expected: {
        uids: columns.uids.subarray(from, to),
        sizes: columns.sizes.subarray(from, to),
        seconds: columns.seconds.subarray(from, to),
        nanoseconds: columns.nanoseconds.subarray(from, to),
        mayBeShared: isWanted(wantsBits.mayBeShared),
        ...(isWanted(wantsBits.digests) ? { digests } : {}),
      },
    };
  });
}

export function packGlances(glances: readonly Glance[]): GlanceAnswer {
  const others = glances.flatMap((glance) => glance.others);
  return {
    asExpected: Uint32Array.from(glances, (glance) => glance.asExpected),
    readBytes: Float64Array.from(glances, (glance) => glance.readBytes),
    others: Uint32Array.from(glances, (glance) => glance.others.length),
    entries: Int32Array.from(glances, ({ listing }) => listing?.entries ?? -1),
    at: Uint32Array.from(others, ({ at }) => at),
    found: packInspectAnswer(others.map(({ answer }) => answer)),
    strangers: glances.flatMap(({ listing }, task) =>
      listing === undefined || listing.strangers.length === 0 ? [] : [[task, listing.strangers]],
    ),
    troubles: glances.flatMap(({ listing }, task) =>
      listing?.trouble === undefined ? [] : [[task, listing.trouble]],
    ),
  };
}

export function unpackGlances(answer: GlanceAnswer): Glance[] {
  const found = unpackInspectAnswer(answer.found);
  const strangers = new Map(answer.strangers);
  const troubles = new Map(answer.troubles);
  let next = 0;
  return Array.from(answer.asExpected, (asExpected, task): Glance => {
    const others = Array.from({ length: answer.others[task] ?? 0 }, () => {
      const one = found[next];
      if (one === undefined) throw new Error('a message was not looked at');
      const other = { at: answer.at[next] ?? 0, answer: one };
      next += 1;
      return other;
    });
    const glance = { asExpected, readBytes: answer.readBytes[task] ?? 0, others };
    const entries = answer.entries[task] ?? -1;
    if (entries < 0) return glance;
    const trouble = troubles.get(task);
    const listing = {
      entries,
      strangers: strangers.get(task) ?? [],
      ...(trouble === undefined ? {} : { trouble }),
    };
    return { ...glance, listing };
  });
}
