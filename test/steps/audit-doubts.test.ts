/** What may be wrong for a moment only, or could not be read: looked at again before it is told. */
import { rmSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { Trouble } from '../../src/model/trouble.ts';
import type { Inspection } from '../../src/system/os.ts';
import { gone, misbehaving, runAudit } from '../support/audit-run.ts';
import { composeMessage } from '../support/composed-message.ts';
import { composeTruncationSpool } from '../support/composed-spool.ts';
import { test } from '../support/spool.ts';
import { SpoolComposer } from '../support/spool-composer.ts';

describe('a mismatch on a spool in use', () => {
  const one = (dir: string): { config: string; path: string } => {
    const spool = new SpoolComposer(dir, { version: 17, hashed: false, metapartition: false });
    const message = composeMessage({ from: 'anna', subject: 'a', messageId: 'a', day: 3 });
    const path = spool.store('user.alice', message);
    return { config: spool.finish(), path: spool.at(path) };
  };
  const wrong = (answer: Inspection | Trouble): Inspection | Trouble => ({
    ...answer,
    sha1: 'ab'.repeat(20),
  });

  test('that is gone at a later look is not told', async ({ dir }) => {
    const { config } = one(dir);
    const { os } = misbehaving((_request, answer, round) => (round < 2 ? wrong(answer) : answer));
    const report = await runAudit(config, { os, offline: false });
    expect(report.findings).toEqual([]);
    expect(report.messages).toMatchObject({ checked: 1, intact: 1, damaged: 0 });
  });

  test('is looked at three times more, after a pause each, before it is told', async ({ dir }) => {
    const { config } = one(dir);
    const { os, pauses } = misbehaving((_request, answer) => wrong(answer));
    const report = await runAudit(config, { os, offline: false });
    expect(pauses).toEqual([2000, 2000, 2000]);
    expect(report.messages).toMatchObject({ checked: 1, intact: 0, damaged: 1 });
  });

  test('of a file that comes late is no missing file', async ({ dir }) => {
    const { config } = one(dir);
    const { os } = misbehaving((request, answer, round) => (round < 1 ? gone(request) : answer));
    expect((await runAudit(config, { os, offline: false })).findings).toEqual([]);
  });

  test('of a record that was expunged for good meanwhile is nothing', async ({ dir }) => {
    const { config, path } = one(dir);
    const { os } = misbehaving((request, answer, round) => {
      if (round === 0) unlinkSync(path);
      if (round === 0) rmSync(join(dir, 'spool/user/alice/cyrus.index'));
      return round === 0 ? gone(request) : answer;
    });
    const report = await runAudit(config, { os, offline: false });
    expect(report.findings).toEqual([]);
    expect(report.messages).toMatchObject({ checked: 0, damaged: 0, unverifiable: 0 });
  });
});

describe('a file that cannot be read', () => {
  test('makes the answer incomplete and is no damage', async ({ dir }) => {
    const spool = composeTruncationSpool(dir);
    const { os } = misbehaving((request, answer) =>
      request.path.endsWith('/user/carol/1.')
        ? { path: request.path, syscall: 'read', errno: 'EIO' }
        : answer,
    );
    const report = await runAudit(spool.config, { os });
    expect(report.complete).toBe(false);
    expect(report.findings.filter(({ code }) => code === 'unreadable')).toMatchObject([
      { mailbox: 'user.carol', detail: 'read: EIO' },
    ]);
  });

  test('in a directory that is closed is not told a thousand times', async ({ dir }) => {
    const spool = new SpoolComposer(dir, { version: 17, hashed: false, metapartition: false });
    for (let uid = 1; uid <= 60; uid++) {
      spool.store('user.alice', composeMessage({ from: 'anna', messageId: `m${uid}`, day: 3 }));
    }
    const { os } = misbehaving((request) => ({
      path: request.path,
      syscall: 'open',
      errno: 'EACCES',
    }));
    const { findings, messages } = await runAudit(spool.finish(), { os });
    expect(findings.filter(({ code }) => code === 'unreadable')).toHaveLength(21);
    expect(messages).toMatchObject({ checked: 60, unverifiable: 60 });
  });
});
