import { describe, expect, test } from 'vitest';
import { SharedClaims } from '../../src/decide/shared-claims.ts';
import type { SharedName } from '../../src/model/audit.ts';
import { asBytes } from '../../src/model/byte-path.ts';
import { inodeKey } from '../../src/model/inode.ts';

const name = (ino: bigint, claim: string, linkCount = 2): SharedName => ({
  inode: inodeKey({ dev: 1n, ino }),
  linkCount,
  messageUid: Number(ino),
  claim,
});
const at = asBytes('/spool/user/alice');

describe('names of shared inodes', () => {
  test('that agree are forgotten when all were met', () => {
    const claims = new SharedClaims(1);
    claims.add(at, name(1n, 'a'));
    claims.add(at, name(1n, 'a'));
    // There is room again.
    claims.add(at, name(2n, 'a'));
    expect(claims.unfollowed).toBe(0);
    expect([...claims.disputed()]).toEqual([]);
  });

  test('that differ are told with every name, also those that agree with one another', () => {
    const claims = new SharedClaims();
    for (const claim of ['a', 'a', 'b']) claims.add(at, name(1n, claim, 3));
    const [names] = [...claims.disputed()];
    expect(names).toHaveLength(3);
  });

  test('past the limit are counted', () => {
    const claims = new SharedClaims(1);
    claims.add(at, name(1n, 'a'));
    claims.add(at, name(2n, 'a'));
    expect(claims.unfollowed).toBe(1);
  });
});
