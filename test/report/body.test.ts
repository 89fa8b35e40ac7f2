import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asBytes, bytePath, type BytePath } from '../../src/model/byte-path.ts';
import type { Evidence } from '../../src/model/evidence.ts';
import { linkPath } from '../../src/model/link.ts';
import type { Report } from '../../src/model/report.ts';
import { bodyLines, renderBody } from '../../src/report/body.ts';
import { neededPrograms } from '../support/needed-programs.ts';
import { aLink, aReport, aRow, aStageDirectory, spool } from '../support/report-builder.ts';
import { runMactime, timelineMakers, type TimelineEntry } from '../support/run-mactime.ts';
import { unquote } from '../support/unquote.ts';

const textOf = (report: Report): string =>
  [...renderBody(report, { columns: 80, color: false, verbose: 0 })].join('');
const linesOf = (...stageFiles: readonly Evidence[]): string[] =>
  [...bodyLines(aReport({ stageFiles }))].map((line) => line.trimEnd());

const second = 1_000_000_000n;
const stat = {
  ino: 136_643_179n,
  uid: 96,
  gid: 12,
  mode: 0o600,
  sizeBytes: 935,
  modifiedNs: 1_239_703_200n * second + 999_999_999n,
  changedNs: 1_239_703_260n * second,
  bornNs: 1_239_703_100n * second,
};
const glad = [
  aLink('g/user/glad', 'user.glad', 71_229),
  aLink('g/user/glad/Incoming', 'user.glad.Incoming', 499),
];

test('a line has the eleven fields of the format, and 0 for what is not known', () => {
  expect(linesOf(aRow({ stat }))).toEqual([
    `0|${spool}/sync./29594/65.|136643179|r/rrw-------|96|12|935|0|1239703200|1239703260|1239703100`,
  ]);
});

test('every known name of an inode has a line, and all have its times', () => {
  const lines = linesOf(aRow({ stat, others: glad }));
  expect(lines.map((line) => line.split('|')[1])).toEqual([
    `${spool}/sync./29594/65.`,
    `${spool}/g/user/glad/71229.`,
    `${spool}/g/user/glad/Incoming/499.`,
  ]);
  expect(new Set(lines.map((line) => line.split('|').slice(2).join('|'))).size).toBe(1);
});

test('several stage files of one inode do not repeat its names', () => {
  const directory = aStageDirectory(7);
  const [one, other] = [bytePath('1.'), bytePath('2.')];
  const stage = (leaf: BytePath): Evidence['account']['links'][number] => ({
    directory,
    leaf,
    kind: 'stage',
    codes: [],
  });
  const lines = linesOf(
    aRow({ directory, leaf: one, stat, others: [...glad, stage(other)] }),
    aRow({ directory, leaf: other, stat, others: [...glad, stage(one)] }),
  );
  expect(new Set(lines).size).toBe(4);
  expect(lines).toHaveLength(4);
});

test('in a timeline of several hosts a name begins with its host', () => {
  const [line] = bodyLines(aReport({ stageFiles: [aRow()] }), { host: 'mx|1\n' });
  expect(line?.split('|')[1]).toBe(`mx\\x7c1\\x0a:${spool}/sync./29594/65.`);
});

test.each([
  [true, '# stagesweep 0.1.0 on mx1.example.org, 2009-04-14T10:00:00.000000000Z: complete\n'],
  [
    false,
    '# stagesweep 0.1.0 on mx1.example.org, 2009-04-14T10:00:00.000000000Z: INCOMPLETE, there may be more names\n',
  ],
])('a comment at the end says whether the report is complete: %s', (complete, comment) => {
  expect(textOf(aReport({ complete }))).toBe(comment);
  expect(textOf(aReport({ complete, stageFiles: [aRow()] })).split('\n')[0]).toMatch(/^0\|/);
});

const { missing, title } = neededPrograms('the timeline that mactime makes', timelineMakers);

describe.skipIf(missing.length > 0)(title, () => {
  test('has every name at its times in UTC', () => {
    const times = (name: string): string[] =>
      runMactime(textOf(aReport({ stageFiles: [aRow({ stat, others: glad })] })))
        .filter((entry) => entry.name === name)
        .map(({ at, macb }) => `${macb} ${at}`);
    for (const name of [`${spool}/sync./29594/65.`, `${spool}/g/user/glad/71229.`]) {
      expect(times(name)).toEqual([
        '.a.. 0000-00-00T00:00:00Z',
        '...b 2009-04-14T09:58:20Z',
        'm... 2009-04-14T10:00:00Z',
        '..c. 2009-04-14T10:01:00Z',
      ]);
    }
  });

  test('has the mode, the owner, the size and an inode beyond 2^53', () => {
    const ino = 2n ** 64n - 1n;
    const [entry] = runMactime(textOf(aReport({ stageFiles: [aRow({ stat: { ...stat, ino } })] })));
    expect(entry).toMatchObject({
      mode: 'r/rrw-------',
      uid: '96',
      gid: '12',
      size: '935',
      inode: '18446744073709551615',
    });
  });

  test('keeps a name whose times lie before 1970', () => {
    const times = { modifiedNs: -86_400n * second, changedNs: stat.changedNs, bornNs: 0n };
    const row = aRow({ stat: { ...stat, ...times } });
    expect(macbOf(runMactime(textOf(aReport({ stageFiles: [row] }))))).toBe('ma.b..c.');
  });

  const part = fc.oneof(
    fc.constantFrom('|', '%0A', '%7c', '%', '\n', '\r', '0|x|1|r/r|1|1|1|1|1|1|1', '\\', ':', '"'),
    fc.constantFrom('#', ',', '\x1b[2J', '\xff', '\xe2\x80\xae', ' -> ', 'a', 'ü'),
    fc.integer({ min: 1, max: 255 }).map((byte) => String.fromCharCode(byte)),
  );
  const name = fc
    .array(part, { minLength: 1, maxLength: 8 })
    .map((parts) => asBytes(parts.join('').replaceAll('/', '_')));

  test('has every hostile name once, with its bytes, and none that was forged', () => {
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 60 }), (leaves) => {
        const rows = leaves.map((leaf) => aRow({ leaf, stat }));
        const names = runMactime(textOf(aReport({ stageFiles: rows })))
          .filter(({ macb }) => macb === 'm...')
          .map((entry) => unquote(entry.name));
        const planted = rows.flatMap((row) => row.account.links.map(linkPath));
        expect([...names].sort()).toEqual([...planted].sort());
      }),
      { numRuns: 15 },
    );
  });
});

/** Of all entries, in the order of time. */
function macbOf(entries: readonly TimelineEntry[]): string {
  return entries.map(({ macb }) => macb).join('');
}
