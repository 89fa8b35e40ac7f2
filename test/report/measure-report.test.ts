import { describe, expect, test } from 'vitest';
import { asBytes, bytePath } from '../../src/model/byte-path.ts';
import type { Report } from '../../src/model/report.ts';
import { measurementsOf, type MetricName } from '../../src/report/measure-report.ts';
import { aMailboxSurvey, aQuarantineSurvey, counted } from '../support/check-surveys.ts';
import { aReport, aRow, aStageDirectory, aStat, spool } from '../support/report-builder.ts';

/** `{labels} value` of every sample of a metric. */
function samples(report: Report, name: MetricName): string[] {
  return measurementsOf(report)
    .filter((one) => one.name === name)
    .map(({ labels, value }) => [...Object.values(labels), value].join(' '));
}

const archive = {
  partition: 'default',
  kind: 'archive',
  path: bytePath('/var/spool/archive'),
  dev: 7n,
  ino: 2n,
  filesystem: 'xfs',
} as const;
const [data] = aReport().roots;
if (data === undefined) throw new Error('a report without a root');

describe('a scan as numbers', () => {
  test('has 0 orphans in areas that were read and hold none', () => {
    expect(samples(aReport(), 'cyrus_stage_orphans')).toEqual([
      'default sync 0',
      'default stage 0',
    ]);
  });

  test('has the orphans of a partition and area together, in whichever of its directories', () => {
    const inArchive = aStageDirectory(5, {
      path: asBytes('/var/spool/archive/sync./5'),
      root: archive.path,
      rootKind: 'archive',
    });
    const report = aReport({
      roots: [data, archive],
      stageFiles: [aRow({ ageSeconds: 5 }), aRow({ directory: inArchive, ageSeconds: 70 })],
    });
    expect(samples(report, 'cyrus_stage_orphans')).toEqual(['default sync 2', 'default stage 0']);
    expect(samples(report, 'cyrus_stage_oldest_seconds')[0]).toBe('default sync 70');
  });

  test('counts the bytes of an inode once', () => {
    const stat = aStat({ sizeBytes: 100, linkCount: 2 });
    const rows = [aRow({ stat }), aRow({ leaf: asBytes('66.'), stat })];
    expect(samples(aReport({ stageFiles: rows }), 'cyrus_stage_orphan_bytes')[0]).toBe(
      'default sync 100',
    );
  });

  test('has every verdict', () => {
    const rows = [
      aRow({ verdict: 'in-use' }),
      aRow({ verdict: 'too-young' }),
      aRow({ verdict: 'undecided' }),
      aRow({ verdict: 'unknown-name' }),
    ];
    const report = aReport({ stageFiles: rows });
    for (const name of [
      'cyrus_stage_in_use',
      'cyrus_stage_too_young',
      'cyrus_stage_undecided',
      'cyrus_stage_unknown_names',
    ] as const) {
      expect(samples(report, name)).toEqual(['default sync 1', 'default stage 0']);
    }
  });

  test('says when it ended, in seconds', () => {
    const report = aReport({ header: { finishedNs: 1_239_703_201_500_000_000n } });
    expect(samples(report, 'cyrus_stage_scan_completion_timestamp_seconds')).toEqual([
      '1239703201.5',
    ]);
  });
});

describe('what was not looked at has no number', () => {
  const unread = (path: string): Report =>
    aReport({
      complete: false,
      findings: [{ code: 'unreadable', path: bytePath(path) }],
      stageFiles: [aRow()],
    });

  test('an area with a directory that could not be read', () => {
    const report = unread(`${spool}/sync./4711`);
    expect(samples(report, 'cyrus_stage_orphans')).toEqual(['default stage 0']);
    expect(samples(report, 'cyrus_stage_scan_complete')).toEqual(['0']);
  });

  test('sums over areas of which one could not be read', () => {
    const report = unread(`${spool}/sync.`);
    for (const name of [
      'cyrus_stage_damaged_messages',
      'cyrus_stage_empty_directories',
      'cyrus_stage_unseen_links',
      'cyrus_stage_last_names',
    ] as const) {
      expect(samples(report, name)).toEqual([]);
    }
  });

  test('but damage that was found has one, so that its alert does not fall silent', () => {
    const report = { ...unread(`${spool}/sync.`), totals: aReport().totals };
    const damaged = { ...report, totals: { ...report.totals, damagedMessages: 2 } };
    expect(samples(damaged, 'cyrus_stage_damaged_messages')).toEqual(['2']);
  });

  test('sums and areas of a partition of which a directory is lost', () => {
    const lostRoots = [{ partition: 'default', kind: 'archive', path: archive.path }] as const;
    const report = aReport({ complete: false, coverage: { lostRoots } });
    expect(samples(report, 'cyrus_stage_orphans')).toEqual([]);
    expect(samples(report, 'cyrus_stage_unseen_links')).toEqual([]);
    const other = lostRoots.map((root) => ({ ...root, partition: 'two' }));
    const beside = aReport({ complete: false, coverage: { lostRoots: other } });
    expect(samples(beside, 'cyrus_stage_orphans')).toHaveLength(2);
    expect(samples(beside, 'cyrus_stage_unseen_links')).toEqual([]);
  });

  test('what an index lists that could not be understood', () => {
    const mailboxes = aMailboxSurvey({ corrupt: counted('/spool/user/a/cyrus.index') });
    const report = aReport({ surveys: { mailboxes } });
    expect(samples(report, 'cyrus_mailbox_old_expunge_mailboxes')).toEqual([]);
    expect(samples(report, 'cyrus_mailbox_corrupt_indexes')).toEqual(['1']);
    expect(samples(report, 'cyrus_mailbox_leftover_new_files')).toEqual(['0']);
  });

  test('messages of an audit that could not read a mailbox, where none of a kind was found', () => {
    const messages = { checked: 9, intact: 8, damaged: 1, unverifiable: 0, unindexed: 0 };
    const findings = [{ code: 'unreadable', path: bytePath(`${spool}/user/glad`) }] as const;
    expect(samples(aReport({ messages, findings }), 'cyrus_audit_messages')).toEqual([
      'intact 8',
      'damaged 1',
    ]);
  });

  test('mailboxes of which some could not be read, but for how many those are', () => {
    const mailboxes = aMailboxSurvey({ unread: 2 });
    const report = aReport({ surveys: { mailboxes } });
    expect(samples(report, 'cyrus_mailbox_unreadable')).toEqual(['2']);
    expect(samples(report, 'cyrus_mailbox_old_expunge_mailboxes')).toEqual([]);
    expect(samples(report, 'cyrus_mailbox_leftover_new_files')).toEqual([]);
  });

  test('a partition whose root could not be read', () => {
    expect(samples(unread(spool), 'cyrus_stage_orphans')).toEqual([]);
    expect(samples(unread(spool), 'cyrus_stage_damaged_messages')).toEqual([]);
  });

  test('an area that was skipped', () => {
    const findings = [{ code: 'area-skipped', path: bytePath(`${spool}/stage.`) }] as const;
    const report = aReport({ complete: false, findings });
    expect(samples(report, 'cyrus_stage_orphans')).toEqual(['default sync 0']);
  });

  test('but an area whose files were listed has one, though a file of it could not be read', () => {
    const report = unread(`${spool}/sync./29594/65.`);
    expect(samples(report, 'cyrus_stage_orphans')).toEqual(['default sync 1', 'default stage 0']);
  });

  test('and a mailbox that could not be read takes away no number of stage files', () => {
    const report = unread(`${spool}/user/glad`);
    expect(samples(report, 'cyrus_stage_orphans')).toHaveLength(2);
    expect(samples(report, 'cyrus_stage_unreadable')).toEqual(['1']);
  });

  test('stage files in the report of an audit', () => {
    const messages = { checked: 9, intact: 7, damaged: 1, unverifiable: 1, unindexed: 2 };
    const report = aReport({ messages });
    expect(measurementsOf(report).filter(({ name }) => name.startsWith('cyrus_stage'))).toEqual([]);
    expect(samples(report, 'cyrus_audit_messages')).toEqual([
      'intact 7',
      'damaged 1',
      'unverifiable 1',
      'unindexed 2',
    ]);
  });

  test('mailboxes in the report of a scan', () => {
    const names = measurementsOf(aReport()).map(({ name }) => name);
    expect(names.filter((name) => /mailbox|quarantine|audit/.test(name))).toEqual([]);
  });

  test('records of which a part was not looked into', () => {
    const mailboxes = aMailboxSurvey({ withoutGuid: 7, unknownGuid: 1 });
    const report = aReport({ surveys: { mailboxes } });
    expect(samples(report, 'cyrus_mailbox_records_without_guid')).toEqual([]);
  });

  test('quarantines of which one could not be looked at', () => {
    const quarantines = aQuarantineSurvey({ files: 3, refusals: ['x'] });
    const report = aReport({ surveys: { quarantines } });
    expect(samples(report, 'cyrus_stage_quarantine_files')).toEqual([]);
  });
});

test('a check has mailboxes by the version of their index', () => {
  const mailboxes = aMailboxSurvey({
    versions: new Map([
      [9, 3],
      [17, 40],
    ]),
    oldExpunges: counted('/spool/user/a/cyrus.expunge'),
  });
  const report = aReport({ surveys: { mailboxes, quarantines: aQuarantineSurvey({ files: 2 }) } });
  expect(samples(report, 'cyrus_mailbox_index_version_mailboxes')).toEqual(['9 3', '17 40']);
  expect(samples(report, 'cyrus_mailbox_old_expunge_mailboxes')).toEqual(['1']);
  expect(samples(report, 'cyrus_stage_quarantine_files')).toEqual(['2']);
});
