/** Whoever can name a file or a mailbox must not write in our reports: all formats, and each by its own reader. */
import { describe, expect, test } from 'vitest';
import { asBytes, compareBytes, toBuffer, type BytePath } from '../../src/model/byte-path.ts';
import { checkItemNames } from '../../src/model/check.ts';
import type { Evidence } from '../../src/model/evidence.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { Report } from '../../src/model/report.ts';
import { stagePath } from '../../src/model/stage.ts';
import { formats, type Format } from '../../src/report/formats.ts';
import { renderers } from '../../src/report/renderers.ts';
import { forged, hostileLeaf, hostileNames } from '../support/hostile-names.ts';
import { neededPrograms } from '../support/needed-programs.ts';
import { csvReaders, readCsv } from '../support/read-csv.ts';
import { aLink, aReport, aRow, aStageDirectory } from '../support/report-builder.ts';
import { runMactime, timelineMakers } from '../support/run-mactime.ts';
import { unquote } from '../support/unquote.ts';

const harmlessNames = hostileNames.map((_, at) => asBytes(`name${at}`));

/** Names at every place that a stranger can name, or can make somebody else write. */
function reportOf(names: readonly BytePath[], isAudit = false): Report {
  const finding = (name: BytePath): Finding => ({
    code: 'message-foreign',
    path: asBytes(`/spool/${name}`),
    mailbox: name,
    messageUid: 9,
    donor: { mailbox: name, messageUid: 3 },
    goodCopy: { mailbox: name, messageUid: 4, path: asBytes(`/good/${name}`) },
    detail: textOfName(name),
  });
  const findings = names.map(finding).sort((a, b) => compareBytes(a.path, b.path));
  const [host = '', ...words] = names.map(textOfName);
  return aReport({
    header: { host, command: words },
    complete: false,
    stageFiles: isAudit ? [] : names.map(rowOf).sort(byPath),
    findings,
    notes: words,
    roots: names.map((name) => ({
      partition: name,
      kind: 'data',
      path: asBytes(`/spool/${name}`),
      dev: 1n,
      ino: 2n,
      filesystem: name,
    })),
    coverage: {
      roots: names.map((name) => asBytes(`/spool/${name}`)),
      unreadable: names.map((path) => ({ path, syscall: 'readdir', errno: 'EACCES' })),
      notEntered: names.map((path) => ({ path, reason: 'mount point' })),
    },
    check: {
      status: 'WARNING',
      items: checkItemNames.map((item) => ({
        name: item,
        state: 'WARNING',
        value: 3,
        isAtLeast: true,
        thresholds: {},
        parts: names.map((partition) => ({ partition, area: 'sync', value: 1 })),
        examples: names,
        matters: [],
      })),
      doubts: words,
      notLookedAt: words,
    },
    ...(isAudit
      ? {
          messages: { checked: 9, intact: 0, damaged: 9, unverifiable: 0, unindexed: 0 },
          audit: { check: 'digest', mailboxes: 1, bytesRead: 1, isShared: false },
        }
      : {}),
  });
}

/** What the program itself would quote of it. */
function textOfName(name: BytePath): string {
  return toBuffer(name).toString('utf8');
}

function rowOf(name: BytePath): Evidence {
  const root = asBytes(`/spool/${name}`);
  const path = asBytes(`${root}/sync./7`);
  return aRow({
    directory: aStageDirectory(7, { path, root, partition: name }),
    leaf: hostileLeaf(name),
    owner: { state: 'unknown', evidence: `a process called ${textOfName(name)} may have it` },
    verdict: 'undecided',
    others: [
      aLink(`m/${name}`, name, 1, { leaf: hostileLeaf(name), codes: ['message-foreign'] }),
      aLink(`n/${name}`, name, 2, { status: 'damaged' }),
    ],
    account: { complete: false, expected: 9, reasons: ['not-searched'] },
    redundantWith: [{ mailbox: name, messageUid: 5 }],
  });
}

function byPath(a: Evidence, b: Evidence): number {
  return compareBytes(stagePath(a.file), stagePath(b.file));
}

function textOf(format: Format, report: Report, verbose = 2, columns = 80): string {
  return [...renderers[format](report, { columns, color: false, verbose })].join('');
}

const hostile = reportOf(hostileNames);
const harmless = reportOf(harmlessNames);
const stageNames = hostile.stageFiles.map(({ file }) => stagePath(file));
/** What no reader takes for anything but text. */
const textOnly = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]*$/u;

describe.each(formats)('%s', (format) => {
  test.each([
    ['a scan', hostile],
    ['an audit', reportOf(hostileNames, true)],
  ])('of %s has no control character, no invisible one, and no forged line', (_what, report) => {
    for (const [verbose, columns] of [
      [0, 40],
      [0, 80],
      [2, 80],
      [2, 200],
    ] as const) {
      const text = textOf(format, report, verbose, columns).replaceAll('\r\n', '\n');
      for (const line of text.split('\n')) {
        expect(line).toMatch(textOnly);
        expect(line.startsWith(forged)).toBe(false);
      }
    }
  });
});

/** A format without one does not compile. */
interface Judge {
  readonly by: string;
  /** Debian package by program. */
  readonly needs?: Readonly<Record<string, string>>;
  readonly judge: (format: Format) => void;
}

interface Named {
  readonly path: string;
  readonly pathBase64?: string;
}

const bytesOf = ({ path, pathBase64 }: Named): string =>
  (pathBase64 === undefined ? Buffer.from(path) : Buffer.from(pathBase64, 'base64')).toString(
    'latin1',
  );

/** What is counted is as often in a report of hostile names as in one of the same shape with harmless ones. */
function expectSameShape(format: Format, partsOf: (text: string) => readonly string[]): void {
  const [parts, expected] = [hostile, harmless].map((report) =>
    partsOf(textOf(format, report)).toSorted(),
  );
  expect(parts).toEqual(expected);
}

const judges: Readonly<Record<Format | 'prometheus' | 'nagios', Judge>> = {
  table: {
    by: 'its lines that begin a row',
    judge: (format) => {
      const rows = (text: string): string[] =>
        text
          .split('\n')
          .flatMap((line) => /^ {0,2}(?:critical|warning|info) [\w-]+:/.exec(line) ?? []);
      expectSameShape(format, rows);
    },
  },
  json: {
    by: 'JSON.parse',
    judge: (format) => {
      const told = JSON.parse(textOf(format, hostile)) as Record<
        'stageFiles' | 'findings',
        Named[]
      >;
      expect(told.stageFiles.map(bytesOf)).toEqual(stageNames);
    },
  },
  jsonl: {
    by: 'JSON.parse, line by line',
    judge: (format) => {
      const told = textOf(format, hostile)
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Named & { readonly type: string });
      expect(told.filter(({ type }) => type === 'stageFile').map(bytesOf)).toEqual(stageNames);
      expectSameShape(format, (text) => text.match(/^\{"type":"\w+"/gm) ?? []);
    },
  },
  csv: {
    by: "Python's csv",
    needs: csvReaders,
    judge: (format) => {
      const rows = readCsv(textOf(format, hostile));
      expect(
        rows
          .filter(({ row }) => row === 'stage-file')
          .map((row) => unquote(row['path']?.replace(/^'/, '') ?? '')),
      ).toEqual(stageNames);
      for (const cell of rows.flatMap((row) => Object.values(row))) {
        expect(cell).not.toMatch(/^\s*[=+\-@\uff1d]/);
      }
      expectSameShape(format, (text) => readCsv(text).map(({ row = '' }) => row));
    },
  },
  body: {
    by: 'mactime',
    needs: timelineMakers,
    judge: (format) => {
      const named = runMactime(textOf(format, hostile)).filter(({ macb }) => macb.startsWith('m'));
      const names = new Set(named.map(({ name }) => unquote(name)));
      expect(stageNames.filter((name) => !names.has(name))).toEqual([]);
      expect(named).toHaveLength(3 * stageNames.length);
    },
  },
  html: {
    by: 'its tags and their attributes',
    judge: (format) => {
      // A place where a long name may break: as many as it has slashes, and nothing to it.
      expectSameShape(format, (text) =>
        (text.replaceAll('<wbr>', '').match(/<[^>]*>/g) ?? []).map((tag) =>
          tag.replaceAll(/"[^"]*"/g, '""'),
        ),
      );
    },
  },
  prometheus: {
    by: 'its lines without the values of labels',
    judge: (format) => {
      expectSameShape(format, (text) =>
        text.split('\n').map((line) => line.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')),
      );
    },
  },
  nagios: {
    by: 'its performance data and the number of its lines',
    judge: (format) => {
      expectSameShape(format, (text) =>
        text.split('\n').map((line) => line.split('|').slice(1).join('|')),
      );
    },
  },
};

describe.each(formats)('%s', (format) => {
  const { by, needs, judge } = judges[format];
  const claim = `names are nothing but names to ${by}`;
  const { missing, title } =
    needs === undefined ? { missing: [], title: claim } : neededPrograms(claim, needs);
  test.skipIf(missing.length > 0)(title, () => {
    judge(format);
  });
});
