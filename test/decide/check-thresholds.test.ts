import { describe, expect, test } from 'vitest';
import { bytePath } from '../../src/model/byte-path.ts';
import type { CheckItemName } from '../../src/model/check.ts';
import { severityOf, type FindingCode } from '../../src/model/finding.ts';
import type { Report } from '../../src/model/report.ts';
import { defaultThresholds } from '../../src/decide/default-thresholds.ts';
import { aMailboxSurvey, counted } from '../support/check-surveys.ts';
import { aLink, aReport, aRow } from '../support/report-builder.ts';
import { above, judge, healthy, item } from '../support/judged-check.ts';

const sha = 'a'.repeat(40);
const linkedUpload = aRow({
  leaf: bytePath(sha),
  others: [aLink('g/user/glad', 'user.glad', 3)],
});
const upload = { ...linkedUpload, file: { ...linkedUpload.file, grammar: 'sync-2.4' as const } };

describe('thresholds', () => {
  const three = healthy({ stageFiles: [aRow(), aRow(), aRow()] });

  test('take the place of the defaults, each by itself', () => {
    const policy = { thresholds: { orphans: { warning: above(3) } } };
    expect(item(judge(three, policy), 'orphans')?.state).toBe('OK');
    const both = { thresholds: { orphans: { critical: above(2) } } };
    expect(item(judge(three, both), 'orphans')).toMatchObject({
      state: 'CRITICAL',
      thresholds: { warning: above(0), critical: above(2) },
    });
  });

  test('are by default the severities of the findings', () => {
    const items: readonly [CheckItemName, FindingCode][] = [
      ['orphans', 'stage-orphan'],
      ['last_names', 'last-name'],
      ['unseen', 'link-unseen'],
      ['undecided', 'stage-undecided'],
      ['unknown_names', 'stage-unknown-name'],
      ['reused_pids', 'stage-reused-pid'],
      ['empty_directories', 'stage-empty-directory'],
      ['old_expunges', 'index-old-expunge'],
      ['audit_missing', 'message-file-missing'],
      ['audit_unindexed', 'message-unindexed'],
      ['quarantine_files', 'quarantine-kept'],
    ];
    for (const [name, code] of items) {
      const { warning, critical } = defaultThresholds[name] ?? {};
      const level =
        critical === undefined ? (warning === undefined ? 'info' : 'warning') : 'critical';
      expect([name, level]).toEqual([name, severityOf(code)]);
    }
  });

  test('can be set on what has none by default', () => {
    const policy = { thresholds: { age: { critical: above(3600) } } };
    expect(judge(three, policy).status).toBe('CRITICAL');
  });

  test('do not make what could not be read OK', () => {
    const findings = [{ code: 'area-skipped', path: bytePath('/spool/sync.') }] as const;
    const report = healthy({ complete: false, findings });
    const policy = { thresholds: { unreadable: { warning: above(10) } } };
    expect(judge(report, policy).status).toBe('UNKNOWN');
  });
});

describe('an upgrade', () => {
  const expunge = healthy({
    surveys: {
      mailboxes: aMailboxSurvey({
        versions: new Map([[9, 2]]),
        oldExpunges: counted('/spool/user/a/cyrus.expunge'),
      }),
    },
  });

  test('makes a cyrus.expunge CRITICAL that is a WARNING otherwise', () => {
    expect(item(judge(expunge), 'old_expunges')?.state).toBe('WARNING');
    expect(item(judge(expunge, { upgradeTo: '3.8' }), 'old_expunges')?.state).toBe('CRITICAL');
  });

  test('says why, and where it stands in Cyrus', () => {
    const matters = item(judge(expunge, { upgradeTo: '3.8' }), 'old_expunges')?.matters;
    expect(matters?.[0]?.source).toContain('cleanup_stale_expunged');
  });

  test('leaves alone what is not there', () => {
    const check = judge(healthy(), { upgradeTo: '3.8' });
    expect(item(check, 'old_expunges')?.matters).toEqual([]);
    expect(check.status).toBe('OK');
  });

  test('to 2.4 is warned of leftovers that it would write into, and not of others', () => {
    const names = (report: Report): number | undefined =>
      item(judge(report, { upgradeTo: '2.4' }), 'orphans')?.matters.length;
    expect(names(healthy({ stageFiles: [upload] }))).toBe(1);
    expect(names(healthy({ stageFiles: [aRow()] }))).toBe(0);
  });

  test('to 2.5 has nothing to fear from them', () => {
    const check = judge(healthy({ stageFiles: [upload] }), { upgradeTo: '2.5' });
    expect(item(check, 'orphans')?.matters).toEqual([]);
  });

  test('is UNKNOWN where nobody looked at what it would destroy', () => {
    const check = judge(aReport(), { upgradeTo: '3.8' });
    expect(check.status).toBe('UNKNOWN');
    expect(check.doubts.join()).toContain('old_expunges');
  });

  test('to a version that writes an older index is told as a step back', () => {
    const mailboxes = aMailboxSurvey({ versions: new Map([[20, 4]]) });
    const check = judge(healthy({ surveys: { mailboxes } }), { upgradeTo: '3.8' });
    expect(item(check, 'newer_indexes')).toMatchObject({ value: 4, state: 'WARNING' });
  });

  test('to 3.6 and later concerns mailboxes in directories with their names only', () => {
    const of = (byUniqueId: number): number | undefined => {
      const mailboxes = aMailboxSurvey({ byUniqueId });
      const check = judge(healthy({ surveys: { mailboxes } }), { upgradeTo: '3.6' });
      return item(check, 'mailboxes')?.matters.length;
    };
    expect([of(0), of(1000)]).toEqual([1, 0]);
  });
});
