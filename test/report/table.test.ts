import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asBytes, bytePath } from '../../src/model/byte-path.ts';
import type { Evidence } from '../../src/model/evidence.ts';
import { findingCodes, type Finding } from '../../src/model/finding.ts';
import type { Report } from '../../src/model/report.ts';
import { displayWidth } from '../../src/report/display-width.ts';
import { renderTable } from '../../src/report/table.ts';
import { aLink, aReport, aRow, aStageDirectory, spool } from '../support/report-builder.ts';

const page = { columns: 80, color: false, verbose: 0 };
const text = (report: Report, options = page): string => [...renderTable(report, options)].join('');
const linesOf = (report: Report, options = page): string[] => text(report, options).split('\n');
const flat = (report: Report, options = page): string => text(report, options).replace(/\s+/g, ' ');

const sha1 = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';
const glad = [
  aLink('g/user/glad', 'user.glad', 71_229),
  aLink('g/user/glad/Incoming', 'user.glad.Incoming', 499),
];
const digestMismatch = aRow({
  directory: aStageDirectory(31_001),
  leaf: asBytes(sha1),
  damage: 'damaged',
  codes: ['stage-orphan', 'stage-digest-mismatch'],
  others: [
    aLink('uuid/5/2/52345678-1234-1234-1234-123456789012', 'user.frank^smith.Sent', 12, {
      status: 'damaged',
    }),
  ],
});
const unseen = aRow({
  leaf: asBytes('67.'),
  account: { expected: 3, complete: false, reasons: ['not-searched'] },
  codes: ['stage-orphan', 'link-unseen'],
});
const inUse = aRow({
  directory: aStageDirectory(),
  leaf: asBytes('4711-1239703200-0'),
  verdict: 'in-use',
  action: 'keep',
  reasons: ['owner-alive'],
  codes: ['stage-in-use'],
  owner: { state: 'alive', evidence: 'imapd, started before the file changed' },
});

const story = aReport({
  stageFiles: [inUse, aRow({ others: glad }), unseen, digestMismatch],
  complete: false,
  totals: { damagedMessages: 1 },
  findings: [
    { code: 'unreadable', path: bytePath(`${spool}/d/user/x`), detail: 'readdir: EACCES' },
    { code: 'stage-empty-directory', path: bytePath(`${spool}/sync./1`) },
    { code: 'stage-empty-directory', path: bytePath(`${spool}/sync./2`) },
  ],
  coverage: {
    notEntered: [{ path: bytePath(`${spool}/mnt`), reason: 'mount point' }],
    unreadable: [{ path: bytePath(`${spool}/e`), syscall: 'readdir', errno: 'EIO' }],
  },
  notes: ['Messages were not compared with their records.'],
});

test.each([80, 200])('a whole report reads well at %d columns', async (columns) => {
  await expect(text(story, { ...page, columns })).toMatchFileSnapshot(
    `snapshots/table-${columns}.txt`,
  );
});

describe('an incomplete report', () => {
  test('says so before its answer', () => {
    expect(linesOf(story)[1]).toMatch(/^INCOMPLETE/);
  });

  test('without stage files does not say that there are none', () => {
    const report = aReport({ complete: false, findings: [{ code: 'unreadable', path: spool }] });
    expect(text(report)).not.toContain('No stage files:');
    expect(flat(report)).toContain('may be some where nothing could be seen');
  });

  test('is told by what could not be read, even when nobody said that it is one', () => {
    const report = aReport({ findings: [{ code: 'area-skipped', path: spool }] });
    expect(text(report)).not.toContain('No stage files:');
  });

  test('names what to do about an unseen name', () => {
    expect(flat(story)).toContain('name those with --links-in, or use --whole-filesystem');
  });

  test('never claims that every name was found', () => {
    expect(text(story)).not.toContain('Every name was found');
  });
});

test('a scan that found nothing is one sentence with the place', () => {
  expect(flat(aReport())).toContain(
    'No stage files: nothing was left behind in the stage directories of /var/spool/imap.',
  );
});

test('a clock set ahead is told', () => {
  expect(flat(aReport({ header: { clockAheadSeconds: 144_000 } }))).toContain(
    'set ahead by 1 d 16 h',
  );
});

describe('a row', () => {
  test('shows age, owner, size, links found of expected and its path below the partition', () => {
    const report = aReport({ stageFiles: [aRow({ others: glad })] });
    expect(linesOf(report)).toContain('  orphan   10 d  29594 dead  935 B    3/3  sync./29594/65.');
  });

  test('has its other names below it, with kind, mailbox and uid', () => {
    const report = aReport({ stageFiles: [aRow({ others: glad })] });
    expect(flat(report)).toContain('= mailbox g/user/glad/71229. user.glad uid 71229');
  });

  test('says what is known of its owner, once for neighbours', () => {
    const report = aReport({ stageFiles: [aRow(), aRow({ leaf: asBytes('66.') })] });
    const [, rows = ''] = text(report).split('Stage files');
    expect(rows.match(/pid 29594 is gone: no such process/g)).toHaveLength(1);
  });

  test('of an inode with thousands of names stays short', () => {
    const others = Array.from({ length: 3000 }, (_, at) => aLink('g/user/glad', 'user.glad', at));
    expect(flat(aReport({ stageFiles: [aRow({ others })] }))).toContain('… and 2,990 more names');
  });

  test('with a pid that no Linux has keeps its columns', () => {
    const directory = aStageDirectory(1e15);
    expect(text(aReport({ stageFiles: [aRow({ directory })] }))).toContain('>4194304 dead');
  });
});

describe('forty thousand orphans', () => {
  const orphans = Array.from({ length: 40_000 }, (_, at) =>
    aRow({ directory: aStageDirectory(1000 + (at % 400)), leaf: asBytes(`${at}.`) }),
  );

  test('stay a page', () => {
    const lines = linesOf(aReport({ stageFiles: orphans }));
    expect(lines.length).toBeLessThan(66);
    expect(lines.join('\n')).toContain('… and 388 more directories with 38,800 stage files');
  });

  test('do not bury the one that needs a person', () => {
    const report = aReport({ stageFiles: [...orphans, digestMismatch] });
    expect(text(report)).toContain(`sync./31001/${sha1}`);
    expect(text(report)).not.toContain('sync./1000/0.');
  });

  test('without an answer are counted, and some of them shown', () => {
    const undecided = orphans.map((row): Evidence => ({
      ...row,
      verdict: 'undecided',
      action: 'keep',
    }));
    const report = aReport({ stageFiles: undecided });
    expect(text(report)).toContain('… and 39,980 more stage files (-v shows all)');
  });

  test('are all there with -v', () => {
    const lines = linesOf(aReport({ stageFiles: orphans.slice(0, 1000) }), { ...page, verbose: 1 });
    expect(lines.filter((line) => /^ {2}orphan .*\d\.$/.test(line))).toHaveLength(1000);
  });
});

test('empty directories are one line, and each its own with -v', () => {
  expect(text(story)).toContain('2 empty pid directories in /var/spool/imap/sync.');
  expect(text(story, { ...page, verbose: 1 })).toContain('/var/spool/imap/sync./2 is an empty');
});

test('what was left out as older than any of the files is told with what was read', () => {
  const told = (leftOut: number): string =>
    text(aReport({ stageFiles: [aRow()], totals: { inodesSearched: 1 }, coverage: { leftOut } }), {
      ...page,
      columns: 1000,
    });
  expect(told(1)).toContain(
    '1 more directory last changed before any of those inodes was made, and was not read.',
  );
  expect(told(2500)).toContain('2,500 more directories last changed before');
});

test('a place that is a finding is not told twice', () => {
  const path = bytePath('/var/spool/imap/d');
  const report = aReport({
    complete: false,
    findings: [{ code: 'unreadable', path, detail: 'readdir: EACCES' }],
    coverage: { unreadable: [{ path, syscall: 'readdir', errno: 'EACCES' }] },
  });
  expect(text(report).match(/imap\/d /g)).toHaveLength(1);
});

test('a hostile name neither sends an escape nor begins a line', () => {
  const leaf = asBytes('\x1b[2J\r\n  orphan  forged\xe2\x80\xae\xff\x9b');
  const evil = '\x1b]0;evil\x07\n';
  const report = aReport({
    stageFiles: [
      aRow({
        leaf,
        others: [aLink(`x${evil}`, `user.${evil}`, 1)],
        owner: { state: 'unknown', evidence: evil },
      }),
    ],
    findings: [{ code: 'unreadable', path: leaf, mailbox: evil, detail: evil }],
    header: { host: evil, command: ['scan', evil] },
    notes: [evil],
  });
  expect(text(report).replaceAll('\n', '')).toMatch(/^[\p{L}\p{N}\p{P}\p{S} ]*$/u);
  expect(linesOf(report).filter((line) => /^\s*(orphan {2}forged|\\x07)/.test(line))).toEqual([]);
});

describe('colour', () => {
  const colored = text(story, { ...page, color: true });

  test('is only there when it is wanted', () => {
    expect(text(story)).not.toContain('\x1b');
    expect(colored).toContain('\x1b[1;31m');
  });

  test('changes nothing but colour', () => {
    // eslint-disable-next-line no-control-regex -- our own colours
    expect(colored.replace(/\x1b\[[\d;]*m/g, '')).toBe(text(story));
  });
});

describe('commands', () => {
  test('are for the same spool, without what only says how to print', () => {
    const command = [
      'stagesweep',
      '-C',
      '/etc/my imapd.conf',
      '--json',
      '-o',
      'x.json',
      '-v',
      '--min-age=2d',
    ];
    const report = aReport({ stageFiles: [aRow()], header: { command } });
    expect(text(report)).toContain("stagesweep clean -C '/etc/my imapd.conf' --min-age=2d\n");
  });

  test('of the demo name nothing that is gone by now', () => {
    const report = aReport({ stageFiles: [aRow()], header: { command: ['demo'] } });
    expect(text(report)).toContain('stagesweep clean\n');
  });

  test('that are long are continued as a shell wants it', () => {
    const roots = ['/srv/mail/one', '/srv/mail/two', '/srv/mail/three', '/srv/mail/four'];
    const report = aReport({ stageFiles: [aRow()], header: { command: ['scan', ...roots] } });
    expect(text(report)).toContain('clean /srv/mail/one /srv/mail/two /srv/mail/three \\\n');
  });
});

describe('any report', () => {
  const bytes = fc
    .uint8Array({ minLength: 1, maxLength: 120 })
    .map((raw) =>
      asBytes(Buffer.from(raw).toString('latin1').replaceAll('/', '_').replaceAll('\0', '_')),
    );
  const name = fc.oneof(
    bytes,
    fc
      .string({ unit: 'binary', minLength: 1, maxLength: 90 })
      .map((own) => bytePath(own.replaceAll('/', '_'))),
  );
  const row = fc
    .record({
      leaf: name,
      mailbox: name,
      evidence: fc.string({ maxLength: 200 }),
      verdict: fc.constantFrom('orphan', 'in-use', 'too-young', 'undecided', 'unknown-name'),
      pid: fc.option(fc.nat()),
      ageSeconds: fc.integer({ min: -1, max: 4e9 }),
      sizeBytes: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
      unseen: fc.nat({ max: 70_000 }),
      codes: fc.subarray([...findingCodes]),
      links: fc.array(fc.tuple(name, fc.nat()), { maxLength: 12 }),
    })
    .map(
      ({
        leaf,
        mailbox,
        evidence,
        verdict,
        pid,
        ageSeconds,
        sizeBytes,
        unseen: left,
        codes,
        links,
      }) =>
        aRow({
          directory: aStageDirectory(pid ?? undefined),
          leaf,
          verdict,
          owner: { state: 'unknown', evidence },
          others: links.map(([directory, uid]) =>
            aLink(directory, mailbox, uid, { status: 'damaged' }),
          ),
          account:
            left === 0
              ? {}
              : { expected: left + links.length + 1, complete: false, reasons: ['moving'] },
          stat: { sizeBytes },
          ageSeconds,
          codes,
        }),
    );
  const finding: fc.Arbitrary<Finding> = fc.record({
    code: fc.constantFrom(...findingCodes),
    path: name.map((leaf) => asBytes(`${spool}/${leaf}`)),
    mailbox: name,
    detail: fc.string({ unit: 'binary' }),
  });
  const report = fc
    .record({
      stageFiles: fc.oneof(
        fc.array(row, { maxLength: 6 }),
        fc.array(row, { minLength: 55, maxLength: 60 }),
      ),
      findings: fc.array(finding, { maxLength: 6 }),
      complete: fc.boolean(),
      notes: fc.array(fc.string({ unit: 'binary' }), { maxLength: 2 }),
      command: fc.array(fc.string({ unit: 'binary', maxLength: 100 }), { maxLength: 5 }),
      host: fc.string({ unit: 'binary', maxLength: 200 }),
    })
    .map(({ command, host, ...rest }) => aReport({ ...rest, header: { command, host } }));

  test.each([80, 100, 200])('fits %d columns', (columns) => {
    fc.assert(
      fc.property(report, fc.nat({ max: 1 }), (each, verbose) => {
        const lines = linesOf(each, { columns, color: false, verbose });
        expect(lines.filter((line) => displayWidth(line) > columns)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
