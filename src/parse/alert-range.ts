/** Alert ranges as monitoring plugins take them: `10`, `10:`, `~:10`, `10:20`, `@10:20`. */
import type { AlertRange } from '../model/check.ts';
import { UsageError } from '../model/errors.ts';
import { parseDuration } from './duration.ts';

export type RangeKind = 'count' | 'seconds' | 'bytes';

const multiples: Readonly<Record<string, number>> = {
  '': 1,
  K: 1024,
  M: 1024 ** 2,
  G: 1024 ** 3,
  T: 1024 ** 4,
};

/**
 * @param kind  'seconds' takes 36h and 7d for the ends, 'bytes' 500K and 2G
 * @throws      UsageError
 * @see         Monitoring Plugins Development Guidelines, "Threshold and Ranges"
 */
export function parseAlertRange(text: string, option: string, kind: RangeKind): AlertRange {
  const isInverted = text.startsWith('@');
  const ends = text.slice(isInverted ? 1 : 0).split(':');
  const [first = '', second] = ends;
  const wrong = (): UsageError =>
    new UsageError(
      `${option} ${text}: not a range; 10 alerts above 10, 10: below 10, 10:20 outside, @10:20 inside`,
    );
  const end = (word: string): number => {
    const value = kind === 'seconds' ? secondsOf(word, option) : numberOf(word, kind);
    if (value === undefined) throw wrong();
    return value;
  };
  // A single number is the upper end, from 0 on.
  if (ends.length > 2 || (second === undefined && first === '')) throw wrong();
  const from = second === undefined ? 0 : first === '~' ? -Infinity : first === '' ? 0 : end(first);
  const to = second === undefined ? end(first) : second === '' ? Infinity : end(second);
  if (from > to) throw new UsageError(`${option} ${text}: its first end is above its second`);
  return { from, to, isInverted };
}

function numberOf(word: string, kind: RangeKind): number | undefined {
  const [, digits, unit = ''] = /^(-?\d{1,15}(?:\.\d{1,6})?)([KMGT]?)$/.exec(word) ?? [];
  const multiple = multiples[unit];
  if (digits === undefined || multiple === undefined) return undefined;
  return unit !== '' && kind !== 'bytes' ? undefined : Number(digits) * multiple;
}

function secondsOf(word: string, option: string): number | undefined {
  return /^\d+[smhd]$/.test(word) ? parseDuration(word, option) : numberOf(word, 'seconds');
}
