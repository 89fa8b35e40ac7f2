/** A look at a whole mailbox says only that all is well, and is right about it: everything else is said by who opens it. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { bytePath } from '../../src/model/byte-path.ts';
import type { CheckLevel } from '../../src/model/message.ts';
import type { Report } from '../../src/model/report.ts';
import { loadLookAtMailbox } from '../../src/steps/look-at-mailbox.ts';
import type { Glancer, MailboxSum } from '../../src/system/glance.ts';
import { nodeOs } from '../../src/system/node-os.ts';
import type { Os } from '../../src/system/os.ts';
import { readingMemory } from '../../src/system/reading-memory.ts';
import { runAudit } from '../support/audit-run.ts';
import { flag, writeMailbox } from '../support/plain-mailbox.ts';
import { test } from '../support/spool.ts';
import { good, known, odd, three } from '../support/planted-mailboxes.ts';

const look = await loadLookAtMailbox();
const memory = await readingMemory();
const levels = ['exists', 'size', 'digest'] as const;

function lookAt(
  directory: string,
  level: CheckLevel,
  uids: readonly number[],
  isNamed = true,
): MailboxSum | undefined {
  const request = {
    directory: bytePath(directory),
    level,
    isNamed,
    seenUids: new Uint32Array(uids),
  };
  return look?.(request, memory);
}

/** The same spool as an audit sees it that opens every mailbox, and as one sees it that looks at them as a whole. */
async function bothSay(dir: string, check: CheckLevel, jobs = 2): Promise<unknown[]> {
  const said: unknown[] = [];
  for (const os of [nodeOs({ jobs: 1 }), nodeOs({ jobs })]) {
    const report = await runAudit(undefined, { os, paths: [dir], check });
    said.push(JSON.parse(JSON.stringify({ ...report, header: undefined }, noBigints)));
  }
  return said;
}

function noBigints(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

/** How many mailboxes were looked at as a whole, and how many of those are well. */
function watched(real: Os): { readonly os: Os; readonly looks: { all: number; well: number } } {
  const looks = { all: 0, well: 0 };
  const glancer: Glancer = {
    takesMailboxes: true,
    async glance(requests, onGlance, mailboxes) {
      await real.glancer.glance(
        requests,
        onGlance,
        mailboxes && {
          ...mailboxes,
          onLook(request, sum) {
            looks.all += 1;
            if (sum !== undefined) looks.well += 1;
            return mailboxes.onLook(request, sum);
          },
        },
      );
    },
  };
  return { os: { ...real, glancer }, looks };
}

describe('a look at a whole mailbox', () => {
  for (const [words, plant] of Object.entries(good)) {
    test(`finds one ${words} in order`, ({ dir }) => {
      const at = join(dir, 'user/x');
      plant(at);
      const uids = words === 'without messages' ? [] : [7, 1, 2];
      for (const level of levels) expect(lookAt(at, level, uids)).toBeDefined();
    });
  }

  test('counts its messages and the bytes that it read', ({ dir }) => {
    writeMailbox(join(dir, 'x'), odd({ flags: flag.unlinked, onDisk: null }));
    const bytes = three.reduce((sum, { text }) => sum + text.length, 0);
    expect(lookAt(join(dir, 'x'), 'size', [1, 2, 7])).toEqual({ messages: 3, readBytes: 0 });
    expect(lookAt(join(dir, 'x'), 'digest', [1, 2, 7])).toEqual({ messages: 3, readBytes: bytes });
  });

  test('says nothing of a directory that is gone, or was replaced by a symbolic link', ({
    dir,
  }) => {
    writeMailbox(join(dir, 'x'), three);
    symlinkSync('x', join(dir, 'link'));
    expect(lookAt(join(dir, 'gone'), 'size', [])).toBeUndefined();
    expect(lookAt(join(dir, 'link'), 'size', [])).toBeUndefined();
  });

  test('says nothing of one that neither its path nor its header names', ({ dir }) => {
    writeMailbox(join(dir, 'x'), three);
    expect(lookAt(join(dir, 'x'), 'size', [], false)).toBeUndefined();
    good['with a header of 3.6']?.(join(dir, 'y'));
    expect(lookAt(join(dir, 'y'), 'size', [], false)).toBeDefined();
  });

  test('reads no message where one is longer than what is read at once', ({ dir }) => {
    const long = 'x'.repeat(memory.length + 1);
    writeMailbox(join(dir, 'x'), odd({ text: long }));
    expect(lookAt(join(dir, 'x'), 'size', [])).toEqual({ messages: 4, readBytes: 0 });
    expect(lookAt(join(dir, 'x'), 'digest', [])).toBeUndefined();
  });
});

describe('an audit that looks at whole mailboxes says what one says that opens them', () => {
  for (const [words, plant] of Object.entries(known)) {
    test.for(levels)(`of one ${words}, by %s`, async (check, { dir }) => {
      plant(join(dir, 'user/x'));
      const [opened, looked] = await bothSay(dir, check);
      expect(looked).toEqual(opened);
    });
  }

  test.for(levels)('of all of them together, in threads, by %s', async (check, { dir }) => {
    for (const [nth, plant] of Object.values(known).entries()) {
      plant(join(dir, `user/${nth % 2 === 0 ? 'a' : 'z'}${nth}`));
      plant(join(dir, `user/middle/${nth}`));
    }
    // Past what the caller's thread does by itself.
    for (let nth = 0; nth < 700; nth += 1) writeMailbox(join(dir, `user/m${nth}`), three);
    const [opened, looked] = await bothSay(dir, check, 3);
    expect(looked).toEqual(opened);
  });

  test('opens none of which all is well, and only those', async ({ dir }) => {
    for (const [words, plant] of Object.entries(good)) plant(join(dir, 'user/g', words));
    writeMailbox(join(dir, 'user/b'), odd({ onDisk: null }));
    const { os, looks } = watched(nodeOs({ jobs: 2 }));
    const { messages, findings }: Report = await runAudit(undefined, { os, paths: [dir] });
    const count = Object.keys(good).length;
    expect(looks).toEqual({ all: count + 1, well: count });
    expect(findings.map(({ code }) => code)).toEqual(['message-file-missing']);
    expect(messages?.damaged).toBe(0);
  });

  test('opens every mailbox of a partition that has files elsewhere', async ({ dir }) => {
    writeMailbox(join(dir, 'spool/user/x'), three);
    mkdirSync(join(dir, 'archive'));
    const config = join(dir, 'imapd.conf');
    writeFileSync(
      config,
      `defaultpartition: default\npartition-default: ${dir}/spool\narchivepartition-default: ${dir}/archive\n`,
    );
    const { os, looks } = watched(nodeOs({ jobs: 2 }));
    const { messages } = await runAudit(config, { os });
    expect(messages?.intact).toBe(3);
    expect(looks.all).toBe(0);
  });

  test('opens every mailbox of a sample', async ({ dir }) => {
    writeMailbox(join(dir, 'user/x'), three);
    const { os, looks } = watched(nodeOs({ jobs: 2 }));
    await runAudit(undefined, { os, paths: [dir], sample: { share: 0.5, seed: 'a' } });
    expect(looks.all).toBe(0);
  });
});
