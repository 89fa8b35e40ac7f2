/** May a report that somebody saved be judged as if it were of now? */
import type { Report } from '../model/report.ts';

/** Clocks of two hosts, or of one before and after it was set, differ by less. */
const skewSeconds = 300;

/**
 * @param nowNs          the clock of the host that judges
 * @param maxAgeSeconds  the age that is still as good as new, since the scan ended
 * @returns              why not, in sentences without a full stop
 */
export function doubtSavedReport(
  { header }: Pick<Report, 'header'>,
  nowNs: bigint,
  maxAgeSeconds: number,
): string[] {
  const ageSeconds = Number((nowNs - header.finishedNs) / 1_000_000_000n);
  if (ageSeconds > maxAgeSeconds) {
    // Two ages must not read alike: "26 h old, and may be 26 h old at most" explains nothing.
    const words = units.find((unit) => unit(ageSeconds) !== unit(maxAgeSeconds)) ?? secondsIn;
    return [
      `the report is ${words(ageSeconds)} old, and may be ${words(maxAgeSeconds)} old at most`,
    ];
  }
  if (ageSeconds < -skewSeconds) {
    return [`the report ended ${hours(-ageSeconds)} in the future: a clock is wrong`];
  }
  return [];
}

function hours(seconds: number): string {
  if (seconds < 7200) return minutesIn(seconds);
  return `${(Math.floor(seconds / 360) / 10).toFixed(1).replace(/\.0$/, '')} h`;
}

function minutesIn(seconds: number): string {
  return `${Math.floor(seconds / 60)} min`;
}

function secondsIn(seconds: number): string {
  return `${seconds} s`;
}

/** The coarsest that tells two ages apart is the one to read. */
const units = [hours, minutesIn, secondsIn];
