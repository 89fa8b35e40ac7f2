/**
 * Text that people or programs may have broken: configurations, names, journals, saved reports. As fuzz.test.ts does
 * with Cyrus's binary files: every parser gives a value, or the error that its callers expect.
 *
 * FUZZ_RUNS=100000 npx vitest run test/parse/fuzz-text.test.ts    runs that many per parser (default 300)
 */
import { readFileSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { asBytes } from '../../src/model/byte-path.ts';
import { ConfigError, FormatError, UsageError } from '../../src/model/errors.ts';
import { parseCyrusConf } from '../../src/parse/cyrus-conf.ts';
import { parseImapdConf } from '../../src/parse/imapd-conf.ts';
import { formatJournalLine } from '../../src/parse/journal-line.ts';
import { JournalParser } from '../../src/parse/journal.ts';
import { parseMailboxPath } from '../../src/parse/mailbox-path.ts';
import { parseConfiguration } from '../../src/parse/partitions.ts';
import { readReport } from '../../src/parse/read-report.ts';
import { parseReportJson } from '../../src/parse/report-json.ts';
import { parseAppendName, parseSyncCacheName, parseSyncName } from '../../src/parse/stage-name.ts';
import { renderJson } from '../../src/report/json.ts';
import { renderJsonl } from '../../src/report/jsonl.ts';
import { damagedBytes } from '../support/damaged-bytes.ts';
import { fileStat } from '../support/file-stat.ts';
import { aReport, aRow, aStageDirectory } from '../support/report-builder.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 300);
const folder = new URL('../../fixtures/imapd-conf/', import.meta.url);
const configurations = readdirSync(folder)
  .filter((name) => name.endsWith('.conf'))
  .map((name) => readFileSync(new URL(name, folder)));

const cyrusConf = Buffer.from(`START {
  recover cmd="/usr/sbin/cyrus ctl_cyrusdb -r -C /etc/one.conf"
}
SERVICES {
  imap listen="imap" cmd="imapd -s -C/etc/two.conf" prefork=0 # a comment
}
`);

const stageNames = [
  ...['10014-1214461933-0', '812-946684800', '812-3', '5--100-0', '0.', '65.', '29594.cache'],
  'da39a3ee5e6b4b0d3255bfef95601890afd80709',
];
const mailboxPaths = [
  ...['user/glad/Incoming', 'g/user/glad/INBOX^sub', 'domain/e/example.org/user/fred'],
  ...['uuid/8/2/82061087-429d-423a-b28c-d20fb404dfc6', 'DELETED/user/fred/Sent/5F5E1000', 'S/a/b'],
];

const seen = fileStat({ linkCount: 2, ino: 2n ** 63n + 1n });
const journal = Buffer.from(
  [
    formatJournalLine({
      type: 'run',
      run: '20261124T034800Z-1f2e3d4c',
      version: '1',
      host: 'h',
      root: asBytes('/s'),
      partition: 'p',
      startedNs: 1n,
      uid: 96,
      pid: 1,
      bootId: 'b',
    }),
    formatJournalLine({
      type: 'intent',
      sequence: 0,
      claimedAs: asBytes('0-0badcafe'),
      step: {
        kind: 'file',
        action: 'unlink',
        components: [asBytes('sync.'), asBytes('7001'), asBytes('65.')],
        area: 'sync',
        grammar: 'sync-2.3',
        ownerPid: 7001,
        directory: { dev: 1n, ino: 50n },
        seen,
        sha1: 'da39a3ee5e6b4b0d3255bfef95601890afd80709',
        links: [],
        isEvidence: false,
        reasons: ['owner-dead', 'all-links-found'],
      },
    }),
    formatJournalLine({ type: 'outcome', sequence: 0, outcome: 'refused' }),
    formatJournalLine({ type: 'end', endedNs: 1n, isInterrupted: false }),
  ].join(''),
  'latin1',
);

const report = aReport({
  stageFiles: [aRow(), aRow({ leaf: asBytes('66.'), directory: aStageDirectory(7) })],
});
const reports = [renderJson(report), renderJsonl(report)].map((pieces) =>
  Buffer.from([...pieces].join('')),
);

/** A name that is taken for a stage file must be one by a second reading of the grammar, written down apart. */
function readName(bytes: Buffer): void {
  const leaf = bytes.toString('latin1');
  const isAppend = parseAppendName(leaf) !== undefined;
  const isSync = parseSyncName(leaf) !== undefined;
  const isCache = parseSyncCacheName(leaf) !== undefined;
  const [pid = '', ...rest] = leaf.split('-');
  const digits = (text: string): boolean => /^[0-9]+$/.test(text);
  if (isAppend) expect(digits(pid) && Number(pid) > 0 && rest.length <= 4).toBe(true);
  if (isSync) expect(leaf.length === 40 || digits(leaf.slice(0, -1))).toBe(true);
  if (isCache) expect(digits(leaf.slice(0, -'.cache'.length))).toBe(true);
  if (!isAppend && !isSync && !isCache) throw new FormatError('no stage name', 0);
}

/** Whatever is made of a path, its words are none that climb out of the root. */
function readMailboxPath(bytes: Buffer): void {
  const place = parseMailboxPath(bytes.toString('latin1'));
  if (place === undefined) throw new FormatError('no mailbox', 0);
}

function readJournal(bytes: Buffer): void {
  let sequence = -1;
  const parser = new JournalParser((entry) => {
    if (entry.type === 'intent') {
      expect(entry.sequence).toBeGreaterThan(sequence);
      sequence = entry.sequence;
      const words = [...entry.step.components, ...('claimedAs' in entry ? [entry.claimedAs] : [])];
      expect(words.some((word) => word === '..' || word === '' || word.includes('/'))).toBe(false);
    }
  });
  for (let at = 0; at < bytes.length; at += 100) parser.push(bytes.subarray(at, at + 100));
  parser.end();
}

type ErrorClass = abstract new (...args: never[]) => Error;
const targets: readonly [string, (bytes: Buffer) => unknown, readonly Buffer[], ErrorClass][] = [
  [
    'imapd.conf',
    (bytes) => parseConfiguration(parseImapdConf(bytes.toString('latin1'), 'f'), 'f'),
    configurations,
    ConfigError,
  ],
  [
    'cyrus.conf',
    (bytes) => parseCyrusConf(bytes.toString('latin1'), 'f'),
    [cyrusConf],
    ConfigError,
  ],
  ['a stage name', readName, stageNames.map((name) => Buffer.from(name)), FormatError],
  ['a mailbox path', readMailboxPath, mailboxPaths.map((path) => Buffer.from(path)), FormatError],
  ['a journal', readJournal, [journal], FormatError],
  [
    'a report given to clean --from',
    (bytes) => parseReportJson(bytes.toString('utf8')),
    reports,
    UsageError,
  ],
  [
    'a report given to merge and to check --from',
    (bytes) => readReport(bytes.toString('utf8').split('\n')),
    reports,
    FormatError,
  ],
];

describe.each(targets)('the parser of %s', (name, parse, files, expected) => {
  const outcomes = { value: 0, refused: 0 };

  it('reads the original', () => {
    for (const file of files) {
      if (expected === ConfigError) continue;
      expect(() => parse(file)).not.toThrow();
    }
  });

  it(`gives a value or a ${expected.name} for any damage`, () => {
    fc.assert(
      fc.property(damagedBytes(files), (bytes) => {
        try {
          parse(bytes);
          outcomes.value++;
        } catch (error) {
          if (!(error instanceof expected)) throw error;
          outcomes.refused++;
        }
      }),
      { numRuns },
    );
  });

  afterAll(() => {
    console.info(
      `${name}: ${numRuns} damaged texts, ${outcomes.value} read, ${outcomes.refused} refused`,
    );
  });
});
