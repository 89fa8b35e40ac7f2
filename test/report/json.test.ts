import { describe, expect, test } from 'vitest';
import { asBytes, bytePath } from '../../src/model/byte-path.ts';
import { findingsOf, type Evidence } from '../../src/model/evidence.ts';
import { renderJson } from '../../src/report/json.ts';
import { renderJsonl } from '../../src/report/jsonl.ts';
import type { Report } from '../../src/model/report.ts';
import {
  aLink,
  aReport,
  aRow,
  aStageDirectory,
  noSuchProcess,
  spool,
} from '../support/report-builder.ts';

type Json = Record<string, unknown>;
const parsed = (report: Report): Json => JSON.parse([...renderJson(report)].join('')) as Json;
const lines = (report: Report): Json[] =>
  [...renderJsonl(report)]
    .join('')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Json);
const firstRow = (row: Evidence): Json =>
  (parsed(aReport({ stageFiles: [row] }))['stageFiles'] as Json[])[0] ?? {};

const glad = [
  aLink('g/user/glad/Incoming', 'user.glad.Incoming', 499),
  aLink('g/user/glad', 'user.glad', 71_229),
];
const hostile = asBytes('\x1b[2J\nx\u202e\xff'.replace('\u202e', '\xe2\x80\xae'));

describe('a row', () => {
  test('has the keys of the contract, in its order', () => {
    const digest = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';
    expect(Object.keys(firstRow(aRow({ others: glad, sha1: digest, nameMatches: true })))).toEqual([
      'path',
      'partition',
      'rootKind',
      'area',
      'grammar',
      'ownerPid',
      'owner',
      'device',
      'inode',
      'linkCount',
      'size',
      'mode',
      'uid',
      'gid',
      'modifiedAt',
      'changedAt',
      'ageSeconds',
      'sha1',
      'nameMatches',
      'verdict',
      'links',
      'damage',
      'action',
      'reasons',
      'codes',
    ]);
  });

  test('has inodes beyond 2^53 as strings', () => {
    expect(firstRow(aRow({ stat: { ino: 2n ** 64n - 1n } }))['inode']).toBe('18446744073709551615');
  });

  test('has times with nine decimals and the mode in octal', () => {
    expect(firstRow(aRow({ stat: { changedNs: 1n, mode: 0o40 } }))).toMatchObject({
      changedAt: '1970-01-01T00:00:00.000000001Z',
      mode: '0040',
    });
  });

  test('counts its own name and lists the others by path', () => {
    const { links } = firstRow(aRow({ others: glad })) as { links: Json & { names: Json[] } };
    expect([links['expected'], links['found']]).toEqual([3, 3]);
    expect(links.names.map((name) => name['path'])).toEqual([
      `${spool}/g/user/glad/71229.`,
      `${spool}/g/user/glad/Incoming/499.`,
    ]);
  });

  test('says how many names are unseen, and why, only when some are', () => {
    const open = aRow({ account: { expected: 3, complete: false, reasons: ['not-searched'] } });
    expect(firstRow(open)['links']).toMatchObject({ unseen: 2, unseenReasons: ['not-searched'] });
    expect(firstRow(aRow())['links']).not.toHaveProperty('unseenReasons');
  });

  test('whose name is not UTF-8 has its bytes beside it', () => {
    const row = firstRow(aRow({ directory: aStageDirectory(), leaf: asBytes('\xff') }));
    expect(row['path']).toBe(`${spool}/stage./\ufffd`);
    expect(Buffer.from(row['pathBase64'] as string, 'base64').toString('latin1')).toBe(
      `${spool}/stage./\xff`,
    );
  });

  test('whose link has a mailbox of raw bytes has those beside it', () => {
    const { links } = firstRow(aRow({ others: [aLink('x', 'user.\xff', 1)] })) as {
      links: { names: Json[] };
    };
    expect(links.names[0]).toMatchObject({ mailbox: 'user.\ufffd', mailboxBase64: 'dXNlci7/' });
  });
});

describe('the document', () => {
  test('has the keys of the contract, in its order', () => {
    expect(Object.keys(parsed(aReport()))).toEqual([
      'schema',
      'tool',
      'host',
      'command',
      'startedAt',
      'finishedAt',
      'complete',
      'coverage',
      'notes',
      'partitions',
      'stageFiles',
      'findings',
      'totals',
    ]);
  });

  test('never says null', () => {
    const report = aReport({
      stageFiles: [aRow(), aRow({ others: glad })],
      findings: [{ code: 'unreadable', path: spool }],
    });
    expect([...renderJson(report)].join('')).not.toContain('null');
  });

  test('has the findings of rows and those of none, by path, each with its severity', () => {
    const row = aRow({ codes: ['stage-orphan', 'last-name'] });
    const before = { code: 'unreadable', path: bytePath('/a'), detail: 'EACCES' } as const;
    const after = { code: 'stage-empty-directory', path: bytePath('/z') } as const;
    const { findings } = parsed(aReport({ stageFiles: [row], findings: [before, after] }));
    expect(findings).toEqual([
      { code: 'unreadable', severity: 'warning', path: '/a', detail: 'EACCES' },
      ...findingsOf(row).map((finding) => ({ ...finding, severity: 'warning' })),
      { code: 'stage-empty-directory', severity: 'info', path: '/z' },
    ]);
  });

  test('with a donor names it', () => {
    const { findings } = parsed(
      aReport({
        findings: [
          {
            code: 'message-foreign',
            path: bytePath('/a/9.'),
            mailbox: 'user.a',
            messageUid: 9,
            donor: { mailbox: 'user.b', messageUid: 3 },
          },
        ],
      }),
    );
    expect(findings).toEqual([
      {
        code: 'message-foreign',
        severity: 'critical',
        path: '/a/9.',
        mailbox: 'user.a',
        messageUid: 9,
        donor: { mailbox: 'user.b', messageUid: 3 },
      },
    ]);
  });

  test('keeps the roots in one list when one of them is not UTF-8', () => {
    const { coverage } = parsed(
      aReport({ coverage: { roots: [bytePath('/a'), asBytes('/\xff')] } }),
    );
    expect(coverage).toMatchObject({ roots: ['/a', '/\ufffd'], rootsBase64: ['L2E=', 'L/8='] });
  });

  test('shows no control and no invisible character, and loses none', () => {
    const report = aReport({
      stageFiles: [aRow({ leaf: asBytes('\x1b\xc2\x9b\x7f\xe2\x80\xae\n') })],
      header: { host: 'mx\u2028\u{e0001}' },
    });
    const text = [...renderJson(report)].join('');
    expect(text.replaceAll('\n', '')).toMatch(/^[\p{L}\p{N}\p{P}\p{S} ]*$/u);
    expect(parsed(report)['host']).toBe('mx\u2028\u{e0001}');
    expect(parsed(report)['stageFiles']).toMatchObject([
      { path: `${spool}/sync./29594/\x1b\u009b\x7f\u202e\n` },
    ]);
  });
});

describe('jsonl', () => {
  const report = aReport({
    stageFiles: [aRow({ leaf: hostile }), aRow({ others: glad })],
    findings: [{ code: 'unreadable', path: hostile }],
    notes: ['Damage was not looked for.'],
  });

  test('has the header first and the totals last', () => {
    expect(lines(report).map((line) => line['type'])).toEqual([
      'header',
      'stageFile',
      'stageFile',
      'finding',
      'finding',
      'finding',
      'totals',
    ]);
  });

  test('says the same as the document', () => {
    const bare = (type: string): Json[] =>
      lines(report)
        .filter((line) => line['type'] === type)
        .map((line) => Object.fromEntries(Object.entries(line).filter(([key]) => key !== 'type')));
    expect({
      ...bare('header')[0],
      stageFiles: bare('stageFile'),
      findings: bare('finding'),
      totals: bare('totals')[0],
    }).toEqual(parsed(report));
  });
});

test.each([
  ['json', renderJson],
  ['jsonl', renderJsonl],
])('a million rows stream as %s: a piece asks for one row and no more', (_format, render) => {
  const row = aRow();
  let asked = 0;
  const rows = new Proxy(Array.from<Evidence>({ length: 1_000_000 }), {
    get(target, key): unknown {
      if (typeof key !== 'string' || !/^\d+$/.test(key)) return Reflect.get(target, key);
      asked += 1;
      return row;
    },
  });
  const pieces = render({ ...aReport(), stageFiles: rows });
  for (let taken = 0; taken < 1000; taken += 1) pieces.next();
  expect(asked).toBeGreaterThan(900);
  expect(asked).toBeLessThanOrEqual(1000);
});

test('evidence is the same words in the report as in the model', () => {
  expect(firstRow(aRow())['owner']).toEqual(noSuchProcess);
});
