/** A stretch of time as a line of 100 %, with marks at round times. */
import { clockTime } from './quantities.ts';

export interface TimeAxis {
  /** 0 to 100 */
  at(ns: bigint): number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

const second = 1_000_000_000n;
const minute = 60n * second;
const hour = 60n * minute;
const day = 24n * hour;
// Months and years are not of one length; a report of a spool needs no calendar, its dates stand at the marks.
const steps = [
  ...[1n, 5n, 15n, 30n].map((each) => each * second),
  ...[1n, 5n, 15n, 30n].map((each) => each * minute),
  ...[1n, 3n, 6n, 12n].map((each) => each * hour),
  ...[1n, 2n, 4n, 7n, 14n, 28n, 42n, 91n, 182n, 365n, 730n, 1825n, 3650n, 18_250n].map(
    (each) => each * day,
  ),
];
const ticksAtMost = 4n;
/** Room at both ends, as a part of the whole. */
const margin = 25n;

/** @param from,to  nanoseconds since 1970 */
export function timeAxis(from: bigint, to: bigint): TimeAxis {
  // All at one time: a minute around it shows that better than no width at all.
  const span = to - from < minute ? minute : to - from;
  const middle = (from + to) / 2n;
  const start = middle - span / 2n - span / margin;
  const length = span + (2n * span) / margin;
  const at = (ns: bigint): number => Number(((ns - start) * 10_000n) / length) / 100;
  const step = steps.find((each) => span / each <= ticksAtMost) ?? span;
  const ticks: { at: number; label: string }[] = [];
  for (let time = (start / step + 1n) * step; time < start + length; time += step) {
    ticks.push({ at: at(time), label: labelOf(time, step) });
  }
  return { at, ticks };
}

/** As exact as the step needs; days are enough for a year of crashes. */
function labelOf(time: bigint, step: bigint): string {
  const [date = '', clock = ''] = clockTime(time).split(' ');
  if (step >= day) return date;
  return step >= minute ? `${date.slice(5)} ${clock.slice(0, 5)}` : clock;
}
