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
  expect(doubts(scanTime + 27n * hour)).toEqual(['the report is 27 h old, and 26 h are allowed']);
});

test('one that ended in the future may not', () => {
  expect(doubts(scanTime - hour)).toEqual([
    'the report ended 60 min in the future: a clock is wrong',
  ]);
});

test('clocks that differ by a minute are no reason', () => {
  expect(doubts(scanTime - hour / 60n)).toEqual([]);
});
