import { describe, expect } from 'vitest';
import type { Trouble } from '../../src/model/trouble.ts';
import { criticals, misbehaving, runAudit } from '../support/audit-run.ts';
import { composeMessage } from '../support/composed-message.ts';
import { SpoolComposer } from '../support/spool-composer.ts';
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
