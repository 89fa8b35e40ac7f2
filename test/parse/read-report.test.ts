/** A report that was saved, read back: the renderers are the judges. */
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { asBytes } from '../../src/model/byte-path.ts';
import { FormatError } from '../../src/model/errors.ts';
import { findingCodes, type Finding } from '../../src/model/finding.ts';
import type { Report } from '../../src/model/report.ts';
import { readReport, readReportSummary } from '../../src/parse/read-report.ts';
import { renderJson } from '../../src/report/json.ts';
import { renderJsonl } from '../../src/report/jsonl.ts';
import { aLink, aReport, aRow, aStageDirectory, spool } from '../support/report-builder.ts';

const renderers = { json: renderJson, jsonl: renderJsonl } as const;
type Form = keyof typeof renderers;
const forms = Object.keys(renderers) as Form[];

const textOf = (form: Form, report: Report): string => [...renderers[form](report)].join('');
const reread = (text: string): Report => readReport(text.split('\n'));

/** Any bytes that a name can have. */
const leaf = fc
  .array(
    fc.integer({ min: 1, max: 255 }).filter((byte) => byte !== 47),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((bytes) => asBytes(String.fromCharCode(...bytes)))
  .filter((name) => name !== '.' && name !== '..');
const time = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 19n });
const ref = fc.record({ mailbox: leaf.map(String), messageUid: fc.nat() });

const row = fc
  .record({
    leaf,
    pid: fc.option(fc.integer({ min: 1, max: 99_999 }), { nil: undefined }),
    modifiedNs: time,
    changedNs: time,
    bornNs: time,
    ino: fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }),
    sizeBytes: fc.nat(),
    others: fc.array(fc.record({ uid: fc.nat(), ref, leaving: fc.boolean() }), { maxLength: 3 }),
    unseen: fc.nat({ max: 2 }),
    verdict: fc.constantFrom('orphan', 'undecided', 'in-use', 'too-young', 'unknown-name'),
    ageSeconds: fc.integer(),
    redundantWith: fc.option(fc.array(ref, { maxLength: 2 }), { nil: undefined }),
    codes: fc.uniqueArray(fc.constantFrom(...findingCodes), { maxLength: 2 }),
    evidence: fc.string({ maxLength: 20 }),
  })
  .map((made) => {
    const { modifiedNs, changedNs, bornNs, ino, sizeBytes, redundantWith } = made;
    const links = made.others.map(({ uid, ref: { mailbox }, leaving }, at) =>
      aLink(`u/${at}`, mailbox, uid, leaving ? { isLeaving: true, codes: ['guid-absent'] } : {}),
    );
    const expected = links.length + 1 + made.unseen;
    return aRow({
      directory: aStageDirectory(made.pid),
      leaf: made.leaf,
      stat: { modifiedNs, changedNs, bornNs, ino, sizeBytes, linkCount: expected },
      others: links,
      account:
        made.unseen === 0 ? {} : { expected, complete: false, reasons: ['not-searched', 'moving'] },
      owner: { state: 'unknown', evidence: made.evidence },
      verdict: made.verdict as 'orphan',
      ageSeconds: made.ageSeconds,
      codes: made.codes,
      ...(redundantWith === undefined ? {} : { redundantWith }),
    });
  });

const finding: fc.Arbitrary<Finding> = fc
  .record({
    code: fc.constantFrom(...findingCodes),
    leaf,
    mailbox: fc.option(leaf.map(String), { nil: undefined }),
    donor: fc.option(ref, { nil: undefined }),
    copy: fc.option(fc.oneof(ref, fc.constant('a stage file' as const)), { nil: undefined }),
    detail: fc.option(fc.string(), { nil: undefined }),
  })
  .map(({ code, leaf: name, mailbox, donor, copy, detail }) => ({
    code,
    path: asBytes(`${spool}/x/${name}`),
    ...(mailbox === undefined ? {} : { mailbox, messageUid: 7 }),
    ...(donor === undefined ? {} : { donor }),
    ...(copy === undefined
      ? {}
      : {
          goodCopy: {
            path: asBytes(`${spool}/${name}`),
            ...(copy === 'a stage file' ? {} : { message: copy }),
          },
        }),
    ...(detail === undefined ? {} : { detail }),
  }));

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const scanReport = fc
  .record({
    rows: fc
      .uniqueArray(row, {
        maxLength: 6,
        selector: ({ file }) => `${file.directory.path}/${file.leaf}`,
      })
      .filter((all) => new Set(all.map(({ file }) => file.stat.ino)).size === all.length),
    findings: fc.array(finding, { maxLength: 4 }),
    notes: fc.array(fc.string(), { maxLength: 2 }),
    complete: fc.boolean(),
  })
  .map(({ rows, findings, notes, complete }) =>
    aReport({
      stageFiles: rows.sort((a, b) =>
        byName(
          `${a.file.directory.path}/${a.file.leaf}`,
          `${b.file.directory.path}/${b.file.leaf}`,
        ),
      ),
      findings: findings.sort((a, b) => byName(a.path, b.path)),
      notes,
      complete,
      coverage: {
        unreadable: [{ path: asBytes(`${spool}/\xff`), errno: 'EACCES', syscall: 'open' }],
        notEntered: [{ path: asBytes(`${spool}/m`), reason: 'mount point' }],
        leftOut: 17,
        lostRoots: [{ partition: 'two', kind: 'archive', path: asBytes(`${spool}\xfd`) }],
        roots: [spool, asBytes(`${spool}\xfe`)],
      },
    }),
  );

const auditReport = fc
  .record({ findings: fc.array(finding, { maxLength: 4 }), isSampled: fc.boolean() })
  .map(({ findings, isSampled }) =>
    aReport({
      findings: findings.sort((a, b) => byName(a.path, b.path)),
      messages: { checked: 9, intact: 5, damaged: 3, unverifiable: 1, unindexed: 2 },
      audit: {
        check: 'digest',
        mailboxes: 4,
        bytesRead: 1234,
        isShared: false,
        unixHierarchySep: true,
        ...(isSampled ? { sample: { share: 0.01, seed: 's' } } : {}),
      },
    }),
  );

describe.each(forms)('a report saved as %s', (form) => {
  test('of a scan is read back whole: written again it is the same text', () => {
    fc.assert(
      fc.property(scanReport, (report) => {
        const text = textOf(form, report);
        expect(textOf(form, reread(text))).toBe(text);
      }),
    );
  });

  test('of an audit is read back whole', () => {
    fc.assert(
      fc.property(auditReport, (report) => {
        const text = textOf(form, report);
        expect(textOf(form, reread(text))).toBe(text);
      }),
    );
  });

  test('without its rows has its sums, and how many findings of each severity', () => {
    const report = aReport({
      stageFiles: [aRow({ codes: ['stage-orphan', 'stage-digest-mismatch'] })],
      findings: [{ code: 'stage-empty-directory', path: asBytes('/z') }],
    });
    const summary = readReportSummary(textOf(form, report).split('\n'));
    expect(summary.findings).toEqual({ critical: 1, warning: 1, info: 1 });
    expect(summary.totals).toEqual(report.totals);
    expect(summary.header.host).toBe(report.header.host);
  });

  test('of another schema says which one is read here', () => {
    const text = textOf(form, aReport()).replace('report/1', 'report/2');
    expect(() => reread(text)).toThrow(/report\/2.*report\/1/);
  });
});

test('stage files of one inode share one account, as in the scan', () => {
  const other = aLink('g/user/glad', 'user.glad', 1);
  const [a, b] = ['1.', '2.'].map((name) => asBytes(name));
  const directory = aStageDirectory(7);
  const stage = [a, b].map((name) => ({
    directory,
    leaf: name ?? asBytes(''),
    kind: 'stage' as const,
    codes: [],
  }));
  const account = { expected: 3, links: [...stage, other], complete: true, reasons: [] };
  const rows = [a, b].map((name) =>
    aRow({ directory, leaf: name ?? asBytes(''), stat: { ino: 5n, linkCount: 3 }, account }),
  );
  const report = reread(textOf('jsonl', aReport({ stageFiles: rows })));
  const [one, two] = report.stageFiles;
  expect(one?.account).toBe(two?.account);
  expect(textOf('jsonl', report)).toBe(textOf('jsonl', aReport({ stageFiles: rows })));
});

test('JSONL that was cut off between two lines is no report', () => {
  const lines = textOf('jsonl', aReport({ stageFiles: [aRow(), aRow()] })).split('\n');
  for (let kept = 1; kept < lines.length - 1; kept += 1) {
    expect(() => readReport(lines.slice(0, kept))).toThrow(/ends in the middle/);
  }
});

test('what is wrong is told with its line and its field', () => {
  const text = textOf('jsonl', aReport({ stageFiles: [aRow()] }));
  expect(() => reread(text.replace('"verdict":"orphan"', '"verdict":"fine"'))).toThrow(
    /line 2: verdict/,
  );
});

test('a key that a later version added is passed over', () => {
  const text = textOf('jsonl', aReport({ stageFiles: [aRow()] }));
  const grown = text.replaceAll('{"type"', '{"later":{"a":[1]},"type"').replace(/^\{[^}]*\},/, '{');
  expect(textOf('jsonl', reread(grown))).toBe(text);
});

describe('bytes that anybody may have written', () => {
  const runs = Number(process.env['FUZZ_RUNS'] ?? 300);
  let tried = 0;
  afterAll(() => {
    console.info(`saved reports: ${tried} that were changed at random`);
  });

  test.each(forms)('give a report or a FormatError: %s', (form) => {
    const originals = fc
      .sample(scanReport, { numRuns: 10, seed: 7 })
      .map((one) => textOf(form, one));
    const change = fc.record({
      which: fc.nat({ max: originals.length - 1 }),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      removed: fc.nat({ max: 40 }),
      put: fc.oneof(
        fc.string({ maxLength: 8 }),
        fc.constantFrom('null', '-1', '1e400', '[]', '{}', '"', '\\ud800', '9'.repeat(30)),
      ),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        let text = originals[changes[0]?.which ?? 0] ?? '';
        for (const { at, removed, put } of changes) {
          const offset = Math.floor(at * text.length);
          text = text.slice(0, offset) + put + text.slice(offset + removed);
        }
        tried += 1;
        try {
          textOf(form, reread(text));
          readReportSummary(text.split('\n'));
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: runs },
    );
  });
});
