/** Shares as people type them: 1%, 0.5%, 1/100. */
import { UsageError } from '../model/errors.ts';

/**
 * @param option  the option's name, for the message
 * @returns       above 0, at most 1
 * @throws        UsageError
 */
export function parseShare(text: string, option: string): number {
  const percent = /^(\d{1,3}(?:\.\d{1,9})?)%$/.exec(text.trim());
  const fraction = /^(\d{1,9})\/(\d{1,9})$/.exec(text.trim());
  const share =
    percent !== null
      ? Number(percent[1]) / 100
      : fraction !== null
        ? Number(fraction[1]) / Number(fraction[2])
        : Number.NaN;
  if (!(share > 0 && share <= 1)) {
    throw new UsageError(
      `${option} ${text}: not a share; write 1%, 0.5% or 1/100, more than nothing and at most all`,
    );
  }
  return share;
}
