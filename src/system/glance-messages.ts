/**
 * Glances packed for posting between threads: columns of all requests of a batch one behind the other, since a thousand
 * small arrays cost more to post than the looks that they are for. Few messages are not as expected; those come back as
 * answers of inspections.
 */
import { asBytes } from '../model/byte-path.ts';
import type { Trouble } from '../model/trouble.ts';
import { isExpected } from './inspect-file.ts';
import { packInspectAnswer, unpackInspectAnswer, type InspectAnswer } from './inspect-messages.ts';
import type { Glance, GlanceRequest } from './glance.ts';

export interface GlanceBatch {
  readonly id: number;
  /** Joined by NUL, which no path can hold. */
  readonly directories: string;
  /** Of each request: how many messages, and bits for lists and mayBeShared. */
  readonly counts: Uint32Array;
  readonly wants: Uint8Array;
  /** Of all requests together. */
  readonly columns: Columns;
}

/** All in one piece of memory. */
interface Columns {
  readonly uids: Uint32Array<ArrayBuffer>;
  readonly sizes: Float64Array<ArrayBuffer>;
  readonly seconds: Float64Array<ArrayBuffer>;
  readonly nanoseconds: Float64Array<ArrayBuffer>;
}

const columnNames = ['uids', 'sizes', 'seconds', 'nanoseconds'] as const;

export interface GlanceAnswer {
  readonly id: number;
  /** Of each request: how many are as expected, how many are not, names in the directory (-1: it was not listed). */
  readonly asExpected: Uint32Array;
  readonly others: Uint32Array;
  readonly entries: Int32Array;
  /** Of all requests together: positions of those that are not as expected, and what they are. */
  readonly at: Uint32Array;
  readonly found: InspectAnswer;
  readonly strangers: readonly (readonly [request: number, uids: readonly number[]])[];
  readonly troubles: readonly (readonly [request: number, trouble: Trouble])[];
}

export function packRequests(id: number, requests: readonly GlanceRequest[]): GlanceBatch {
  const counts = Uint32Array.from(requests, ({ expected }) => expected.uids.length);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const memory = new ArrayBuffer(total * 28);
  const columns = {
    sizes: new Float64Array(memory, 0, total),
    seconds: new Float64Array(memory, total * 8, total),
    nanoseconds: new Float64Array(memory, total * 16, total),
    uids: new Uint32Array(memory, total * 24, total),
  };
  let at = 0;
  for (const { expected } of requests) {
    for (const name of columnNames) columns[name].set(expected[name], at);
    at += expected.uids.length;
  }
  return {
    id,
    directories: requests.map(({ directory }) => directory).join('\0'),
    counts,
    wants: Uint8Array.from(
      requests,
      ({ lists, expected }) => Number(lists) | (Number(expected.mayBeShared) << 1),
    ),
    columns,
  };
}

/** What is not copied when it is posted. */
export function memoryOf({ columns }: GlanceBatch): ArrayBuffer[] {
  return [columns.sizes.buffer];
}

export function unpackRequests({
  directories,
  counts,
  wants,
  columns,
}: GlanceBatch): GlanceRequest[] {
  let next = 0;
  return directories.split('\0').map((directory, request) => {
    const [from, to] = [next, next + (counts[request] ?? 0)];
    next = to;
    const bits = wants[request] ?? 0;
    return {
      directory: asBytes(directory),
      lists: (bits & 1) !== 0,
      expected: {
        uids: columns.uids.subarray(from, to),
        sizes: columns.sizes.subarray(from, to),
        seconds: columns.seconds.subarray(from, to),
        nanoseconds: columns.nanoseconds.subarray(from, to),
        mayBeShared: (bits & 2) !== 0,
      },
    };
  });
}

export function packGlances(id: number, glances: readonly Glance[]): GlanceAnswer {
  const others = glances.flatMap((glance) => glance.others);
  return {
    id,
    asExpected: Uint32Array.from(glances, (glance) => glance.asExpected),
    others: Uint32Array.from(glances, (glance) => glance.others.length),
    entries: Int32Array.from(glances, ({ listing }) => listing?.entries ?? -1),
    at: Uint32Array.from(others, ({ at }) => at),
    found: packInspectAnswer(
      id,
      others.map(({ answer }) => answer),
    ),
    strangers: glances.flatMap(({ listing }, request) =>
      listing === undefined || listing.strangers.length === 0 ? [] : [[request, listing.strangers]],
    ),
    troubles: glances.flatMap(({ listing }, request) =>
      listing?.trouble === undefined ? [] : [[request, listing.trouble]],
    ),
  };
}

export function unpackGlances(answer: GlanceAnswer): Glance[] {
  const found = unpackInspectAnswer(answer.found);
  const strangers = new Map(answer.strangers);
  const troubles = new Map(answer.troubles);
  let next = 0;
  return Array.from(answer.asExpected, (asExpected, request): Glance => {
    const others = Array.from({ length: answer.others[request] ?? 0 }, () => {
      const one = found[next];
      if (one === undefined || isExpected(one)) throw new Error('a message was not looked at');
      const other = { at: answer.at[next] ?? 0, answer: one };
      next += 1;
      return other;
    });
    const entries = answer.entries[request] ?? -1;
    if (entries < 0) return { asExpected, others };
    const trouble = troubles.get(request);
    const listing = {
      entries,
      strangers: strangers.get(request) ?? [],
      ...(trouble === undefined ? {} : { trouble }),
    };
    return { asExpected, others, listing };
  });
}
