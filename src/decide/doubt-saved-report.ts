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
    return [`the report is ${hours(ageSeconds)} old, and ${hours(maxAgeSeconds)} are allowed`];
  }
  if (ageSeconds < -skewSeconds) {
    return [`the report ended ${hours(-ageSeconds)} in the future: a clock is wrong`];
  }
  return [];
}

function hours(seconds: number): string {
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  return `${(Math.floor(seconds / 360) / 10).toFixed(1).replace(/\.0$/, '')} h`;
}
