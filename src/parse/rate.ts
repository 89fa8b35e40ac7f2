/** Rates as people type them: 500K, 20M, 1G a second. */
import { UsageError } from '../model/errors.ts';

const units: Readonly<Record<string, number>> = { K: 1 << 10, M: 1 << 20, G: 1 << 30 };

/**
 * @param option  the option's name, for the message
 * @returns       bytes a second
 * @throws        UsageError, also without a unit: rsync takes that as KiB, pv as bytes
 */
export function parseRate(text: string, option: string): number {
  const parts = /^(\d{1,6}(?:\.\d{1,3})?)([KMG])(?:iB|B)?(?:\/s)?$/i.exec(text.trim());
  const unit = units[parts?.[2]?.toUpperCase() ?? ''];
  const rate = Math.round(Number(parts?.[1]) * (unit ?? 0));
  if (unit === undefined || !(rate > 0)) {
    throw new UsageError(
      `${option} ${text}: not a rate; write a number and a unit, in bytes a second: 500K, 20M or 1G`,
    );
  }
  return rate;
}
