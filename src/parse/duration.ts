/** Durations as people type them: 90s, 10m, 36h, 7d. */
import { UsageError } from '../model/errors.ts';

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * @param option  the option's name, for the message
 * @returns       seconds
 * @throws        UsageError
 */
export function parseDuration(text: string, option: string): number {
  const parts = /^(\d{1,9})([smhd])$/.exec(text.trim());
  const unit = seconds[parts?.[2] ?? ''];
  if (parts?.[1] === undefined || unit === undefined) {
    throw new UsageError(
      `${option} ${text}: not a duration; write a whole number and a unit: 90s, 10m, 36h or 7d`,
    );
  }
  return Number(parts[1]) * unit;
}
