import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asBytes } from '../../src/model/byte-path.ts';
import { CrashCollector } from '../../src/report/crash-times.ts';
import { mailOwner } from '../../src/report/mail-owner.ts';
import { RankedRows } from '../../src/report/ranked-rows.ts';
import { timeAxis } from '../../src/report/time-axis.ts';
import { aReport, aRow, aStageDirectory, scanTime } from '../support/report-builder.ts';

describe('rows up to a limit', () => {
  test('the gravest are shown whenever they came, and all are counted', () => {
    const ranks = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 60 });
    fc.assert(
      fc.property(ranks, fc.integer({ min: 1, max: 20 }), (found, limit) => {
        const rows = new RankedRows<number>(limit);
        for (const rank of found) rows.add(rank, rank);
        expect(rows.shown()).toEqual([...found].sort((a, b) => a - b).slice(0, limit));
        expect(rows.total).toBe(found.length);
        for (const rank of [0, 1, 2, 3]) {
          expect(rows.of(rank)).toBe(found.filter((each) => each === rank).length);
        }
      }),
    );
  });
});

describe('the owner of a mailbox', () => {
  test.each([
    ['user.fred', 'user.fred'],
    ['user.fred.Sent.2009', 'user.fred'],
    ['user.fred^x.Sent', 'user.fred^x'],
    ['example.org!user.fred.Sent', 'example.org!user.fred'],
    ['other.org!user.fred', 'other.org!user.fred'],
    ['shared.news', 'shared.news'],
    ['userless.fred', 'userless.fred'],
  ])('of %s is %s', (mailbox, owner) => {
    expect(mailOwner(mailbox)).toBe(owner);
  });
});

describe('crashes', () => {
  const crashesOf = (...rows: ReturnType<typeof aRow>[]) => {
    const collector = new CrashCollector();
    collector.add(aReport({ stageFiles: rows }), 0);
    return collector.crashes.shown().map(({ row }) => row);
  };
  const second = 1_000_000_000n;

  test('pids of a flat area are told apart, though their files share a directory', () => {
    const directory = aStageDirectory();
    const file = (pid: number): ReturnType<typeof aRow> => {
      const row = aRow({ directory, leaf: asBytes(`${pid}-1-0`) });
      return { ...row, file: { ...row.file, ownerPid: pid } };
    };
    expect(crashesOf(file(7), file(8), file(7)).map(({ pid, files }) => [pid, files])).toEqual([
      [7, 2],
      [8, 1],
    ]);
  });

  test('a birth after the last change is none of this file', () => {
    const [crash] = crashesOf(
      aRow({ stat: { changedNs: scanTime - 9n * second, bornNs: scanTime, modifiedNs: 0n } }),
    );
    expect(crash?.firstNs).toBe(scanTime - 9n * second);
  });

  test('thousands of files leave some dozen marks, all of them within the bar', () => {
    const seconds = fc.array(fc.integer({ min: 1, max: 40_000_000 }), {
      minLength: 1,
      maxLength: 300,
    });
    fc.assert(
      fc.property(seconds, (ages) => {
        const [crash] = crashesOf(
          ...ages.map((age) => aRow({ stat: { changedNs: scanTime - BigInt(age) * second } })),
        );
        const { moments = [], firstNs = 0n, lastNs = 0n } = crash ?? {};
        expect(moments.length).toBeGreaterThan(0);
        expect(moments.length).toBeLessThanOrEqual(48);
        expect(moments.every((time) => time >= firstNs && time <= lastNs)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

describe('the axis', () => {
  test('holds every time between its ends, in order, with few marks', () => {
    const time = fc.bigInt({ min: -(10n ** 18n), max: 4n * 10n ** 18n });
    fc.assert(
      fc.property(time, time, time, (a, b, c) => {
        const [from = 0n, middle = 0n, to = 0n] = [a, b, c].sort((x, y) => (x < y ? -1 : 1));
        const axis = timeAxis(from, to);
        const { ticks } = axis;
        const at = (ns: bigint): number => axis.at(ns);
        expect(at(from)).toBeGreaterThanOrEqual(0);
        expect(at(to)).toBeLessThanOrEqual(100);
        expect(at(middle)).toBeGreaterThanOrEqual(at(from));
        expect(at(to)).toBeGreaterThanOrEqual(at(middle));
        expect(ticks.length).toBeLessThanOrEqual(7);
        expect(ticks.every((tick) => tick.at >= 0 && tick.at <= 100)).toBe(true);
      }),
    );
  });

  test.each([
    ['months', 86_400n * 100n, '2009-03-05'],
    ['hours', 3600n * 9n, '04-14 03:00'],
    ['nothing', 0n, '10:00:00'],
  ])('says as much as %s need', (_name, seconds, label) => {
    const { ticks } = timeAxis(scanTime - seconds * 1_000_000_000n, scanTime);
    expect(ticks.map((tick) => tick.label)).toContain(label);
  });
});
