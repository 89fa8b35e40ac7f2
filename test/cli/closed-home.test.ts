/** The program in a directory that only root may enter: root's home, or one that mktemp made. */
import { chmodSync, cpSync, symlinkSync } from 'node:fs';
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'vitest';
import { isRoot, namesIn } from '../support/clean-run.ts';
import { checkoutRoot } from '../support/checkout-copy.ts';
import { crashedSpool } from '../support/crashed-spool.ts';
import { test } from '../support/spool.ts';

test.skipIf(!isRoot)('cleans and undoes as the owner of the spool (needs root)', ({ dir }) => {
  const spool = crashedSpool(dir);
  const home = join(dir, 'closed');
  for (const part of ['bin', 'dist/program', 'package.json']) {
    cpSync(join(checkoutRoot, part), join(home, part), { recursive: true });
  }
  symlinkSync(join(checkoutRoot, 'node_modules'), join(home, 'node_modules'));
  chmodSync(home, 0o700);
  const stagesweep = (...words: string[]): SpawnSyncReturns<string> =>
    spawnSync(process.execPath, [join(home, 'bin/stagesweep.js'), ...words], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    });
  const before = namesIn(spool);

  const offline = ['--offline', '--min-age', '0s', '--apply', '--yes', '--json'];
  const cleaned = stagesweep('clean', spool, ...offline);
  const { run } = JSON.parse(cleaned.stdout) as { run?: string };
  expect([cleaned.stderr, typeof run]).toEqual(['', 'string']);
  const place = join(spool, 'stagesweep.', run ?? '');
  expect(namesIn(spool)).not.toEqual(before);

  const undone = stagesweep('undo', place, '--offline', '--apply', '--yes', '--json');
  expect([undone.stderr, undone.status]).toEqual(['', 0]);
  expect(namesIn(spool)).toEqual(before);
});
