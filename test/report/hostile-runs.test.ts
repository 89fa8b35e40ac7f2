/** Names in what clean, undo, purge, history and compare tell: the reports that are no entry of `renderers`. */
import { describe, expect, test } from 'vitest';
import { asBytes, toBuffer, type BytePath } from '../../src/model/byte-path.ts';
import type { CleanReport } from '../../src/model/clean-report.ts';
import type { Difference, EndSummary } from '../../src/model/comparison.ts';
import type { PlanStep } from '../../src/model/plan.ts';
import type { HistoryReport, RunReport } from '../../src/model/run-report.ts';
import { renderCleanCsv } from '../../src/report/clean-csv.ts';
import { renderCleanJson, renderCleanJsonl } from '../../src/report/clean-json.ts';
import { renderCleanTable } from '../../src/report/clean-table.ts';
import { renderComparisonCsv } from '../../src/report/comparison-csv.ts';
import {
  renderComparisonJson,
  renderComparisonJsonl,
  type ComparisonEnd,
} from '../../src/report/comparison-json.ts';
import { comparisonTable } from '../../src/report/comparison-table.ts';
import { renderHistoryTable } from '../../src/report/history-table.ts';
import { renderHistoryJson, renderRunJson } from '../../src/report/run-json.ts';
import { renderRunTable } from '../../src/report/run-table.ts';
import { forged, hostileLeaf, hostileNames } from '../support/hostile-names.ts';
import { aReport, aRow, aStageDirectory, aStat, scanTime } from '../support/report-builder.ts';

const page = { columns: 80, color: false, verbose: 2 };
const textOnly = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]*$/u;
const words = hostileNames.map((name) => toBuffer(name).toString('utf8'));
const paths = hostileNames.map((name) => asBytes(`/spool/${name}`));
/** Where the program writes a constant, or numbers. */
const ourSentence = 'is what we say';
const header = { ...aReport().header, host: words[0] ?? '', command: words };

function expectNothingForged(text: string): void {
  for (const line of text.replaceAll('\r\n', '\n').split('\n')) {
    expect(line).toMatch(textOnly);
    expect(line.startsWith(forged)).toBe(false);
  }
}

function stepOf(name: BytePath): PlanStep {
  return {
    kind: 'file',
    action: 'quarantine',
    components: [asBytes('sync.'), asBytes('7'), hostileLeaf(name)],
    area: 'sync',
    grammar: 'sync-2.4',
    ownerPid: 7,
    directory: { dev: 1n, ino: 7n },
    seen: aStat(),
    links: [
      {
        path: asBytes(`/m/${name}`),
        kind: 'mailbox',
        mailbox: name,
        messageUid: 1,
        isIntact: true,
      },
    ],
    isEvidence: true,
    reasons: ['owner-dead'],
  };
}

function cleanReport(isDone: boolean): CleanReport {
  const steps = hostileNames.map(stepOf);
  const detail = words.join(' and ');
  return {
    report: aReport({
      header,
      stageFiles: hostileNames.map((name) =>
        aRow({ directory: aStageDirectory(7), leaf: hostileLeaf(name) }),
      ),
    }),
    plan: {
      roots: paths.map((root) => ({
        ...{ root, rootId: { dev: 1n, ino: 2n }, partition: root, uid: 96, gid: 12, steps },
      })),
      refused: paths.map((root) => ({ root, why: ourSentence })),
      kept: paths.map((path) => ({ path, verdict: 'undecided', reasons: ['owner-unknown'] })),
      bytesQuarantined: 1,
    },
    obstacles: isDone ? [] : paths.map((root) => ({ root, why: `it is ${detail}` })),
    ...(isDone
      ? {
          done: {
            run: '20261124T034800Z-1f2e3d4c',
            roots: paths.map((root) => ({
              root,
              journal: root,
              results: steps.map((step) => ({ step, outcome: 'refused' as const, detail })),
              stopped: `it stopped: ${detail}`,
              isInterrupted: false,
            })),
          },
        }
      : { refusal: ourSentence }),
  };
}

describe.each([
  ['a plan', cleanReport(false)],
  ['what a clean did', cleanReport(true)],
])('%s', (_what, clean) => {
  test.each([
    ['table', renderCleanTable(clean, page)],
    ['json', renderCleanJson(clean)],
    ['jsonl', renderCleanJsonl(clean)],
    ['csv', renderCleanCsv(clean)],
  ])('as %s has no control character and no forged line', (_format, pieces) => {
    expectNothingForged([...pieces].join(''));
  });
});

const runReport: RunReport = {
  header,
  verb: 'purge',
  isApplied: true,
  refusal: ourSentence,
  outcomes: paths.map((root, at) => ({
    run: root,
    root,
    steps: [
      {
        path: root,
        action: 'purge',
        outcome: 'kept',
        detail: words[at] ?? '',
        stagePath: root,
        isLast: true,
        sizeBytes: 1,
      },
    ],
    refusals: words,
    heldFiles: 1,
    isInterrupted: false,
  })),
};
const historyReport: HistoryReport = {
  header,
  runs: paths.map((run, at) => ({
    root: run,
    partition: words[at] ?? '',
    run,
    state: 'unreadable',
    detail: words[at] ?? '',
    counts: {},
    heldFiles: 0,
    heldBytes: 0,
  })),
  refusals: words,
};

test.each([
  ['a purge as table', renderRunTable(runReport, page)],
  ['a purge as json', renderRunJson(runReport)],
  ['a history as table', renderHistoryTable(historyReport, page)],
  ['a history as json', renderHistoryJson(historyReport)],
])('%s has no control character and no forged line', (_format, pieces) => {
  expectNothingForged([...pieces].join(''));
});

const end: EndSummary = {
  file: words[0] ?? '',
  host: words[1] ?? '',
  version: words[2] ?? '',
  startedAt: words[3] ?? '',
  messages: 1,
  mailboxes: 1,
  complete: false,
  incompleteBecause: ourSentence,
};
const differences = hostileNames.flatMap((name): Difference[] => [
  { code: 'ends-differ', mailbox: name, uniqueId: name, messageUid: 1, damagedEnd: 'a' },
  { code: 'only-at-a', mailbox: name, uniqueId: name, messages: 3 },
  { code: 'unreadable', mailbox: name, path: asBytes(`/a/${name}`), detail: name },
]);
const outcome: ComparisonEnd = {
  a: end,
  b: end,
  complete: false,
  notes: words,
  finishedNs: scanTime,
  totals: {
    ...{ compared: 1, same: 0, endsDiffer: 1, onlyAtA: 1, onlyAtB: 0, damagedAtA: 1 },
    ...{ damagedAtB: 0, filesMissing: 0, notCompared: 0, purgedAtOneEnd: 0, settled: 0 },
  },
};

test.each([
  ['table', comparisonTable(page)],
  ['json', renderComparisonJson],
  ['jsonl', renderComparisonJsonl],
  ['csv', renderComparisonCsv],
])('a comparison as %s has no control character and no forged line', async (_format, render) => {
  // eslint-disable-next-line @typescript-eslint/require-await -- a comparison is read as it is made
  const stream = async function* (): AsyncGenerator<Difference> {
    yield* differences;
  };
  let text = '';
  const told = { ...header, startedNs: scanTime, a: end, b: end };
  for await (const piece of render(told, stream(), () => outcome)) text += piece;
  expectNothingForged(text);
});
