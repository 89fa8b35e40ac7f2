import { describe, expect } from 'vitest';
import type { GoodCopy } from '../../src/model/finding.ts';
import type { Trouble } from '../../src/model/trouble.ts';
import { criticals, misbehaving, runAudit } from '../support/audit-run.ts';
import { composeMessage } from '../support/composed-message.ts';
import { SpoolComposer } from '../support/spool-composer.ts';
import { runScan } from '../support/scan-run.ts';
import { test } from '../support/spool.ts';

/** Records of 2.3.9: delivery to two users gave both one UUID, and nobody a digest. */
function deliveredTwice(dir: string): { config: string; copy: string } {
  const spool = new SpoolComposer(dir, { version: 9, hashed: false, metapartition: false });
  const rent = composeMessage({ from: 'anna', messageId: 'rent', day: 3 });
  const uuid = '00000000000000000000a001';
  const damaged = spool.store('user.alice', rent, { uuid });
  const copy = spool.store('user.bob', rent, { uuid });
  const other = composeMessage({ from: 'boris', messageId: 'other', day: 4 });
  spool.overwrite(damaged, other.bytes);
  return { config: spool.finish(), copy };
}

/** Since 2.4 every record has a digest. Alice's message is overwritten, and `staged` lies in a stage area. */
function keptInAStage(
  dir: string,
  { bytes, leaf, inMailbox = false }: { bytes?: string; leaf?: string; inMailbox?: boolean },
): { config: string; staged: string; damaged: string } {
  const spool = new SpoolComposer(dir, { version: 12, hashed: false, metapartition: false });
  const rent = composeMessage({ from: 'anna', messageId: 'rent', day: 3 });
  const damaged = spool.store('user.alice', rent);
  if (inMailbox) spool.store('user.bob', rent);
  const stage = spool.stage(damaged, 4711, rent.sha1);
  spool.overwrite(stage, composeMessage({ from: 'boris', messageId: 'other', day: 4 }).bytes);
  const held = bytes === undefined ? rent.bytes : Buffer.alloc(rent.bytes.length, bytes);
  const staged = spool.upload(4712, leaf ?? rent.sha1, held);
  return { config: spool.finish(), staged: spool.at(staged), damaged: spool.at(damaged) };
}

const scans = {
  audit: (config: string) => runAudit(config),
  scan: (config: string) => runScan(config),
};

describe.for(['audit', 'scan'] as const)('of a message that was overwritten, %s', (command) => {
  const copyOf = async (config: string, damaged: string): Promise<GoodCopy | undefined> => {
    const told = criticals(await scans[command](config)).filter(({ path }) => path === damaged);
    expect(told.length).toBeGreaterThan(0);
    return told[0]?.goodCopy;
  };

  test('names the stage file that alone has its bytes', async ({ dir }) => {
    const { config, staged, damaged } = keptInAStage(dir, {});
    expect(await copyOf(config, damaged)).toEqual({ path: staged });
  });

  test('names it also by a name that claims nothing', async ({ dir }) => {
    const { config, staged, damaged } = keptInAStage(dir, { leaf: '17.' });
    expect(await copyOf(config, damaged)).toEqual({ path: staged });
  });

  test('names no stage file that claims its digest and has other bytes', async ({ dir }) => {
    const { config, damaged } = keptInAStage(dir, { bytes: 'x' });
    expect(await copyOf(config, damaged)).toBeUndefined();
  });

  test('names the copy in a mailbox before one in a stage area', async ({ dir }) => {
    const { config, damaged } = keptInAStage(dir, { inMailbox: true });
    expect((await copyOf(config, damaged))?.message).toEqual({
      mailbox: 'user.bob',
      messageUid: 1,
    });
  });
});

describe('a good copy', () => {
  test('is none that could not be read, where no record has a digest to hold it against', async ({
    dir,
  }) => {
    const { config, copy } = deliveredTwice(dir);
    const { os } = misbehaving((request, answer): typeof answer =>
      request.path.endsWith(copy) ? refused(request.path) : answer,
    );
    const told = criticals(await runAudit(config, { os }));
    expect(told.map(({ mailbox }) => mailbox)).toContain('user.alice');
    expect(told.filter(({ goodCopy }) => goodCopy !== undefined)).toEqual([]);
  });
});

function refused(path: Trouble['path']): Trouble {
  return { path, syscall: 'open', errno: 'EACCES' };
}
