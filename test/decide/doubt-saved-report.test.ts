import { expect, test } from 'vitest';
import { doubtSavedReport } from '../../src/decide/doubt-saved-report.ts';
import { aReport, scanTime } from '../support/report-builder.ts';

const hour = 3_600_000_000_000n;
const report = aReport({ header: { finishedNs: scanTime } });
const doubts = (nowNs: bigint): string[] => doubtSavedReport(report, nowNs, 26 * 3600);

test('a report of the last night may be judged', () => {
  expect(doubts(scanTime + 26n * hour)).toEqual([]);
});

test('one that is older than allowed may not, and the doubt says by how much', () => {
  expect(doubts(scanTime + 27n * hour)).toEqual([
    'the report is 27 h old, and may be 26 h old at most',
  ]);
});

test('two ages that are nearly the same do not read alike', () => {
  const [doubt] = doubts(scanTime + 26n * hour + 3_000_000_000n);
  expect(doubt).toBe('the report is 93603 s old, and may be 93600 s old at most');
  expect(doubtSavedReport(report, scanTime + 30_000_000_000n, 0)).toEqual([
    'the report is 30 s old, and may be 0 s old at most',
  ]);
});

test('one that ended in the future may not', () => {
  expect(doubts(scanTime - hour)).toEqual([
    'the report ended 60 min in the future: a clock is wrong',
  ]);
});

test('clocks that differ by a minute are no reason', () => {
  expect(doubts(scanTime - hour / 60n)).toEqual([]);
});
