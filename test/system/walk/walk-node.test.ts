import { mkdirSync, rmdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { join, toBuffer } from '../../../src/model/byte-path.ts';
import { plainWalk } from '../../../src/system/walk/walk-node.ts';
import { put, remove, temporary } from '../../support/hard-link-tree.ts';
import { requestFor, silent } from '../../support/walk-run.ts';
import { walkContract } from '../walk.contract.ts';

walkContract('plain', () => plainWalk);

test('a mailbox that is removed while its parent is read has vanished, and is no trouble', async () => {
  const root = temporary();
  const file = put(join(root, '1.'));
  const mailbox = join(root, 'gone');
  mkdirSync(toBuffer(mailbox));
  const told: string[] = [];
  await plainWalk.run(
    { ...requestFor([file]), roots: [root] },
    {
      ...silent,
      hit() {
        rmdirSync(toBuffer(mailbox));
      },
      vanished: (path) => told.push(`vanished ${path}`),
      trouble: (trouble) => told.push(`trouble ${trouble.path}`),
    },
  );
  remove(root);
  expect(told).toEqual([`vanished ${mailbox}`]);
});
