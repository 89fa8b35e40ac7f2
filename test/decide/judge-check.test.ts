import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytePath } from '../../src/model/byte-path.ts';
import type { CheckState } from '../../src/model/check.ts';
import { worst } from '../../src/decide/judge-check.ts';
import { aMailboxSurvey, aQuarantineSurvey, counted } from '../support/check-surveys.ts';
import { aLink, aReport, aRow, aStageDirectory } from '../support/report-builder.ts';
import { judge, healthy, item } from '../support/judged-check.ts';

describe('the state of a check', () => {
  const states: readonly CheckState[] = ['OK', 'WARNING', 'UNKNOWN', 'CRITICAL'];

  test('is OK where nothing is wrong', () => {
    expect(judge(healthy()).status).toBe('OK');
  });

  test('is that of the worst item: CRITICAL before UNKNOWN before WARNING, in any order', () => {
    const some = fc.array(fc.constantFrom(...states));
    fc.assert(
      fc.property(some, some, (one, two) => {
        const most = [...one, ...two].reduce(
          (max, state) => Math.max(max, states.indexOf(state)),
          0,
        );
        expect(worst([...one, ...two])).toBe(states[most]);
        expect(worst([worst(one), worst(two)])).toBe(worst([...two, ...one]));
      }),
    );
  });

  test('is CRITICAL for damage though a part could not be read', () => {
    const findings = [{ code: 'unreadable', path: bytePath('/spool/x') }] as const;
    const report = healthy({ complete: false, findings, totals: { damagedMessages: 1 } });
    expect(judge(report).status).toBe('CRITICAL');
  });

  test('is UNKNOWN for a part that could not be read though there are orphans', () => {
    const findings = [{ code: 'unreadable', path: bytePath('/spool/x') }] as const;
    const report = healthy({ complete: false, findings, stageFiles: [aRow()] });
    expect(judge(report).status).toBe('UNKNOWN');
  });

  test('is UNKNOWN for a report that is incomplete for a reason of which no item tells', () => {
    expect(judge(healthy({ complete: false })).doubts).toEqual(['the report is incomplete']);
  });

  test('is a WARNING where only names are missing, which have a threshold of their own', () => {
    const row = aRow({ account: { expected: 4, complete: false, reasons: ['not-searched'] } });
    const report = healthy({ complete: false, stageFiles: [row] });
    expect([judge(report).status, item(judge(report), 'unseen')?.value]).toEqual(['WARNING', 3]);
  });

  test('is UNKNOWN for a root with neither a stage area nor a mailbox: nothing is mounted there', () => {
    const mailboxes = aMailboxSurvey({
      versions: new Map(),
      barren: [bytePath('/var/spool/imap')],
    });
    expect(judge(healthy({ surveys: { mailboxes } })).status).toBe('UNKNOWN');
  });

  test('is UNKNOWN for a quarantine that cannot be looked at', () => {
    const quarantines = aQuarantineSurvey({ refusals: ['/spool: it is a symlink'] });
    const check = judge(healthy({ surveys: { quarantines } }));
    expect([check.status, item(check, 'quarantine_files')]).toEqual(['UNKNOWN', undefined]);
  });

  test('is UNKNOWN with the doubts about the report, and says them', () => {
    const check = judge(healthy(), {}, 'the report is too old');
    expect([check.status, check.doubts]).toEqual(['UNKNOWN', ['the report is too old']]);
  });
});

describe('the items of a check', () => {
  test('tell orphans by partition and area, the oldest, and where they are', () => {
    const stage = aStageDirectory();
    const rows = [
      aRow({ ageSeconds: 50 }),
      aRow({ ageSeconds: 9000 }),
      aRow({ directory: stage, ageSeconds: 70 }),
    ];
    const check = judge(healthy({ stageFiles: rows }));
    expect(item(check, 'orphans')).toMatchObject({
      state: 'WARNING',
      value: 3,
      parts: [
        { partition: 'default', area: 'stage', value: 1 },
        { partition: 'default', area: 'sync', value: 2 },
      ],
    });
    expect(item(check, 'age')?.value).toBe(9000);
  });

  test('count a place that two findings are about once', () => {
    const path = bytePath('/spool/sync./5');
    const findings = [
      { code: 'stage-reused-pid', path },
      { code: 'stage-reused-pid', path },
      { code: 'stage-empty-directory', path },
    ] as const;
    const check = judge(healthy({ findings }));
    expect(item(check, 'reused_pids')?.value).toBe(1);
    expect(item(check, 'empty_directories')).toMatchObject({ value: 1, state: 'OK' });
  });

  test('name the damaged message, not the stage file beside it', () => {
    const damaged = aRow({
      damage: 'damaged',
      others: [
        aLink('g/user/glad', 'user.glad', 3, { status: 'damaged' }),
        aLink('h/user/hale', 'user.hale', 8, { status: 'intact' }),
      ],
    });
    const check = judge(healthy({ stageFiles: [damaged], totals: { damagedMessages: 1 } }));
    expect(item(check, 'damaged')?.examples).toEqual(['/var/spool/imap/g/user/glad/3.']);
  });

  test('of what was not looked at are absent, and never 0', () => {
    const names = judge(aReport()).items.map(({ name }) => name);
    expect(names).not.toContain('mailboxes');
    expect(names).not.toContain('quarantine_files');
    expect(names).not.toContain('audit_damaged');
  });

  test('of stage files are no 0 where an area could not be read, and at least what was seen', () => {
    const findings = [{ code: 'unreadable', path: bytePath('/var/spool/imap/stage.') }] as const;
    const check = judge(
      healthy({ complete: false, findings, stageFiles: [aRow()], totals: { orphans: 1 } }),
    );
    expect(item(check, 'orphans')).toMatchObject({ value: 1, isAtLeast: true });
    for (const name of ['damaged', 'unseen', 'undecided', 'empty_directories'] as const) {
      expect(item(check, name)).toBeUndefined();
    }
    expect(check.status).toBe('UNKNOWN');
  });

  test('of mailboxes are no 0 where one could not be read, also one that the scan told', () => {
    const mailboxes = aMailboxSurvey({ unread: 2 });
    const check = judge(healthy({ surveys: { mailboxes } }));
    expect(item(check, 'old_expunges')).toBeUndefined();
    expect(item(check, 'leftover_new')).toBeUndefined();
    expect(item(check, 'mailboxes')).toMatchObject({ value: 1000, isAtLeast: true });
  });

  test('of stage files are no 0 where a whole root is lost', () => {
    const lostRoots = [
      { partition: 'two', kind: 'data', path: bytePath('/var/spool/two') },
    ] as const;
    const check = judge(
      healthy({ complete: false, coverage: { lostRoots }, stageFiles: [aRow()] }),
    );
    expect(item(check, 'orphans')).toMatchObject({ value: 1, isAtLeast: true });
    expect(item(check, 'damaged')).toBeUndefined();
  });

  test('of an audit are no 0 where a mailbox could not be read', () => {
    const messages = { checked: 9, intact: 8, damaged: 1, unverifiable: 0, unindexed: 0 };
    const findings = [{ code: 'unreadable', path: bytePath('/var/spool/imap/user/glad') }] as const;
    const check = judge(aReport({ messages, findings, complete: false }));
    expect(item(check, 'audit_damaged')).toMatchObject({ value: 1, isAtLeast: true });
    for (const name of ['audit_missing', 'audit_unindexed', 'old_expunges'] as const) {
      expect(item(check, name)).toBeUndefined();
    }
    expect(item(check, 'corrupt_indexes')).toBeUndefined();
  });

  test('of what indexes list are no 0 where one could not be understood', () => {
    const mailboxes = aMailboxSurvey({ corrupt: counted('/spool/user/a/cyrus.index') });
    const check = judge(healthy({ surveys: { mailboxes } }));
    expect(item(check, 'old_expunges')).toBeUndefined();
    expect(item(check, 'leftover_new')).toMatchObject({ value: 0, isAtLeast: false });
    expect(item(check, 'corrupt_indexes')).toMatchObject({ value: 1, isAtLeast: false });
  });

  test('of stage files are absent in the report of an audit', () => {
    const messages = { checked: 9, intact: 8, damaged: 1, unverifiable: 0, unindexed: 0 };
    const check = judge(aReport({ messages }));
    expect(item(check, 'orphans')).toBeUndefined();
    expect(item(check, 'audit_damaged')).toMatchObject({ value: 1, state: 'CRITICAL' });
  });

  test('leave out the oldest orphan where there is none', () => {
    expect(item(judge(healthy()), 'age')).toBeUndefined();
  });

  test('tell versions with their counts, and call those before 12 old', () => {
    const versions = new Map([
      [9, 3],
      [12, 4],
      [17, 5],
    ]);
    const check = judge(healthy({ surveys: { mailboxes: aMailboxSurvey({ versions }) } }));
    expect(item(check, 'mailboxes')).toMatchObject({ value: 12 });
    expect(item(check, 'old_indexes')).toMatchObject({
      value: 3,
      parts: [{ version: 9, value: 3 }],
    });
  });

  test('say at least, where some records were not looked into', () => {
    const mailboxes = aMailboxSurvey({ withoutGuid: 7, unknownGuid: 100 });
    const check = judge(healthy({ surveys: { mailboxes } }));
    expect(item(check, 'without_guid')).toMatchObject({ value: 7, isAtLeast: true });
  });

  test('do not say at least 0 of records that nobody looked into', () => {
    const mailboxes = aMailboxSurvey({ withoutGuid: 0, unknownGuid: 100 });
    const check = judge(healthy({ surveys: { mailboxes } }));
    expect(item(check, 'without_guid')).toBeUndefined();
    expect(check.notLookedAt.join()).toContain('100 records');
  });

  test('have a few examples of thousands', () => {
    const rows = Array.from({ length: 1000 }, () => aRow());
    expect(item(judge(healthy({ stageFiles: rows })), 'orphans')?.examples).toHaveLength(5);
  });
});
