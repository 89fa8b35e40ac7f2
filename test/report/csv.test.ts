import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asBytes, bytePath, type BytePath } from '../../src/model/byte-path.ts';
import type { Finding } from '../../src/model/finding.ts';
import { linkPath } from '../../src/model/link.ts';
import type { Report } from '../../src/model/report.ts';
import { stagePath } from '../../src/model/stage.ts';
import { csvHeader, csvRows, renderCsv } from '../../src/report/csv.ts';
import { neededPrograms } from '../support/needed-programs.ts';
import { csvReaders, readCsv, type CsvRecord } from '../support/read-csv.ts';
import { aLink, aReport, aRow, spool } from '../support/report-builder.ts';
import { unquote } from '../support/unquote.ts';

const textOf = (report: Report): string =>
  [...renderCsv(report, { columns: 80, color: false, verbose: 0 })].join('');
/** Without the row that ends every report. */
const rowsOf = (report: Report): readonly CsvRecord[] => readCsv(textOf(report)).slice(0, -1);
const firstOf = (report: Report): CsvRecord => rowsOf(report)[0] ?? {};

const glad = [
  aLink('g/user/glad', 'user.glad', 71_229, { status: 'intact' }),
  aLink('g/user/glad/Incoming', 'user.glad.Incoming', 499),
];

/** What the apostrophe and the escapes hid. */
const nameIn = (cell = ''): BytePath => unquote(cell.replace(/^'/, ''));

test('the first line is the header, and every line ends in CRLF', () => {
  const text = textOf(aReport({ stageFiles: [aRow({ others: glad })] }));
  expect(text.startsWith(csvHeader)).toBe(true);
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  expect(text.split('\r\n')).toHaveLength(6);
});

test('the columns are a contract, in their order', () => {
  expect(csvHeader.trimEnd().split(',')).toEqual([
    ...['host', 'row', 'severity', 'codes', 'partition', 'area', 'stage_path', 'owner_pid'],
    ...['owner_state', 'owner_evidence', 'verdict', 'action', 'reasons', 'damage', 'age_seconds'],
    ...['size', 'links_expected', 'links_found', 'links_complete', 'path', 'kind', 'mailbox'],
    ...['message_uid', 'status', 'donor_mailbox', 'donor_uid', 'good_copy', 'detail', 'device'],
    ...['inode', 'modified_at', 'changed_at', 'sha1', 'path_base64', 'mailbox_base64', 'outcome'],
    ...['complete', 'started_at', 'finished_at'],
  ]);
});

const { missing, title } = neededPrograms('what another program reads', csvReaders);

describe.skipIf(missing.length > 0)(title, () => {
  test('a stage file says all about it in one row', () => {
    const row = aRow({ others: glad, sha1: 'da39a3ee5e6b4b0d3255bfef95601890afd80709' });
    expect(firstOf(aReport({ stageFiles: [row] }))).toMatchObject({
      host: 'mx1.example.org',
      row: 'stage-file',
      severity: 'warning',
      codes: 'stage-orphan',
      partition: 'default',
      area: 'sync',
      stage_path: `${spool}/sync./29594/65.`,
      owner_pid: '29594',
      owner_state: 'dead',
      owner_evidence: 'no such process',
      verdict: 'orphan',
      action: 'quarantine',
      reasons: 'owner-dead no-intact-message',
      damage: 'unverifiable',
      age_seconds: '864000',
      size: '935',
      links_expected: '3',
      links_found: '3',
      links_complete: 'true',
      path: `${spool}/sync./29594/65.`,
      kind: 'stage',
      device: '65024',
      inode: row.file.stat.ino.toString(),
      changed_at: '2009-04-04T10:00:00.000000000Z',
      sha1: 'da39a3ee5e6b4b0d3255bfef95601890afd80709',
      path_base64: '',
    });
  });

  test('every other name of the inode has a row under the stage file it belongs to', () => {
    const row = aRow({ others: glad });
    const [, first, second] = rowsOf(aReport({ stageFiles: [row] }));
    const stage = { stage_path: stagePath(row.file), owner_state: 'dead', verdict: 'orphan' };
    expect([first, second]).toMatchObject([
      { row: 'link', ...stage, path: `${spool}/g/user/glad/71229.`, kind: 'mailbox' },
      { row: 'link', ...stage, path: `${spool}/g/user/glad/Incoming/499.`, kind: 'mailbox' },
    ]);
    expect(first).toMatchObject({ mailbox: 'user.glad', message_uid: '71229', status: 'intact' });
  });

  test('the sizes of a column add up to what the report says', () => {
    const report = aReport({
      stageFiles: [aRow({ others: glad }), aRow({ leaf: bytePath('6.') })],
    });
    const sum = rowsOf(report).reduce((bytes, row) => bytes + Number(row['size']), 0);
    expect(sum).toBe(report.totals.bytes);
  });

  test('an age that lies in the future is a number with a sign, and no text', () => {
    expect(firstOf(aReport({ stageFiles: [aRow({ ageSeconds: -5 })] }))['age_seconds']).toBe('-5');
  });

  test('the gravest of several codes gives the severity', () => {
    const row = aRow({ codes: ['stage-too-young', 'stage-digest-mismatch', 'stage-orphan'] });
    expect(firstOf(aReport({ stageFiles: [row] }))).toMatchObject({
      severity: 'critical',
      codes: 'stage-too-young stage-digest-mismatch stage-orphan',
    });
  });

  test('a finding of an audit is a row with its donor and the good copy', () => {
    const finding: Finding = {
      code: 'message-foreign',
      path: bytePath('/a/9.'),
      mailbox: 'user.a',
      messageUid: 9,
      donor: { mailbox: 'user.b', messageUid: 3 },
      goodCopy: { message: { mailbox: 'user.c', messageUid: 4 }, path: bytePath('/c/4.') },
      detail: 'its size is 7, not 935',
    };
    expect(firstOf(aReport({ findings: [finding] }))).toMatchObject({
      row: 'finding',
      severity: 'critical',
      codes: 'message-foreign',
      path: '/a/9.',
      mailbox: 'user.a',
      message_uid: '9',
      donor_mailbox: 'user.b',
      donor_uid: '3',
      good_copy: '/c/4.',
      detail: 'its size is 7, not 935',
      stage_path: '',
    });
  });

  test.each([true, false])('the last row says whether the report is complete: %s', (complete) => {
    const rows = readCsv(textOf(aReport({ complete, notes: ['Nobody looked.'] })));
    expect(rows).toMatchObject([
      { row: 'note', detail: 'Nobody looked.', complete: '' },
      { row: 'report', complete: String(complete), started_at: '2009-04-14T10:00:00.000000000Z' },
    ]);
  });

  test('names of other scripts stand as they are, and need no bytes beside them', () => {
    const row = aRow({ others: [aLink('Entwürfe', 'user.\xc3\xbc', 1)] });
    expect(rowsOf(aReport({ stageFiles: [row] }))[1]).toMatchObject({
      path: `${spool}/Entwürfe/1.`,
      path_base64: '',
      mailbox: 'user.ü',
      mailbox_base64: '',
    });
  });

  test('names that have to be escaped have their bytes beside them', () => {
    const row = aRow({ leaf: asBytes('\xff\x1b'), others: [aLink('x', 'user.\xff', 1)] });
    const [stage, link] = rowsOf(aReport({ stageFiles: [row] }));
    expect(stage).toMatchObject({ path: `${spool}/sync./29594/\\xff\\x1b` });
    expect(Buffer.from(stage?.['path_base64'] ?? '', 'base64').toString('latin1')).toBe(
      stagePath(row.file),
    );
    expect(link).toMatchObject({ mailbox: 'user.\\xff', mailbox_base64: 'dXNlci7/' });
  });

  test.each(['=cmd', '+1', '-1', '@SUM(A1)', ' =cmd', '\uff1dcmd', "'=cmd", "'quoted"])(
    'a mailbox %j is text in a spreadsheet, and can be had back',
    (mailbox) => {
      const row = aRow({ others: [aLink('x', bytePath(mailbox), 1)] });
      const told = rowsOf(aReport({ stageFiles: [row] }))[1]?.['mailbox'] ?? '';
      expect(told).not.toMatch(/^\s*[=+\-@\uff1d]/);
      expect(nameIn(told)).toBe(bytePath(mailbox));
    },
  );

  const hostile = fc.oneof(
    fc.constantFrom('=', '+', '-', '@', ';', ';=', '; "=', ',', '"', "'", '\t', '\r', '\n', '\\'),
    fc.constantFrom('\x1b[2J', '\xff', '\xe2\x80\xae', '\xef\xbc\x9d', '%0a', '|', ' ', 'a', 'ü'),
    fc.integer({ min: 1, max: 255 }).map((byte) => String.fromCharCode(byte)),
  );
  const name = fc
    .array(hostile, { minLength: 1, maxLength: 8 })
    .map((parts) => asBytes(parts.join('').replaceAll('/', '_')));
  const names = fc.array(name, { minLength: 1, maxLength: 60 });

  test('whatever a name is, its cell gives its bytes back and no row is forged', () => {
    fc.assert(
      fc.property(names, (all) => {
        const rows = all.map((leaf) => aRow({ leaf, others: [linkOf(leaf)] }));
        const findings = all.map((path): Finding => ({ code: 'unreadable', path, mailbox: path }));
        const told = rowsOf(aReport({ stageFiles: rows, findings }));
        const paths = rows.flatMap((row) => row.account.links.map(linkPath));
        expect(told.map((row) => nameIn(row['path']))).toEqual([...paths, ...all]);
        expect(told.filter(({ row }) => row !== 'stage-file').map(mailboxOf)).toEqual([
          ...all,
          ...all,
        ]);
        for (const { path_base64: base64 = '', path } of told.filter(hasBytes)) {
          expect(Buffer.from(base64, 'base64').toString('latin1')).toBe(nameIn(path));
        }
      }),
      { numRuns: 12 },
    );
  });

  test('whatever a name is, no cell begins as a formula, wherever a spreadsheet splits', () => {
    fc.assert(
      fc.property(names, (all) => {
        const findings = all.map((path): Finding => ({
          code: 'unreadable',
          path,
          mailbox: path,
          detail: path,
        }));
        const text = textOf(aReport({ findings, header: { host: all[0] ?? '' } }));
        const cells = readCsv(text).flatMap((row) => Object.values(row));
        for (const cell of cells) expect(cell).not.toMatch(/^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/);
        for (const piece of text.split(/[;\t]/).slice(1)) {
          expect(piece).not.toMatch(/^[\s"']*[=+\-@\uff1d]/);
        }
      }),
      { numRuns: 12 },
    );
  });
});

/** In a mailbox of the same name. */
function linkOf(leaf: BytePath): ReturnType<typeof aLink> {
  return aLink('m', leaf, 1, { leaf: asBytes(`1.${leaf}`) });
}

function mailboxOf(row: CsvRecord): BytePath {
  return nameIn(row['mailbox']);
}

function hasBytes(row: CsvRecord): boolean {
  return row['path_base64'] !== '';
}

test('every row is a piece of its own: a million of them need no memory', () => {
  const report = aReport({ stageFiles: [aRow({ others: glad }), aRow()] });
  const pieces = [...csvRows(report)];
  expect(pieces).toHaveLength(5);
  expect(pieces.every((piece) => /^[^\r\n]*\r\n$/.test(piece))).toBe(true);
});
