import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { asBytes, bytePath } from '../../src/model/byte-path.ts';
import { formatLock } from '../../src/parse/lock-text.ts';
import { removeRoot } from '../../src/steps/remove.ts';
import { nodeChanges } from '../../src/system/anchor.ts';
import { statAt } from '../support/hand-made-run.ts';
import { alone } from '../support/removal-run.ts';
import { buildForest, planOf } from '../support/removal-spool.ts';
import { removeContext } from '../support/remove-context.ts';
import { test } from '../support/spool.ts';

const killed = '20261124T000000Z-0000abcd';

/** Cleans a spool in whose quarantine lies what `leave` makes. @returns the names in the quarantine afterwards */
async function left(dir: string, leave: (area: string) => void): Promise<string[]> {
  buildForest(dir, alone);
  const area = join(dir, 'stagesweep.');
  mkdirSync(area, { mode: 0o700 });
  leave(area);
  const context = removeContext(1);
  expect((await removeRoot(nodeChanges, planOf(dir), context)).stopped).toBeUndefined();
  return readdirSync(area).filter((leaf) => leaf !== context.run);
}

function runWith(area: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(join(area, killed), { mode: 0o700 });
  for (const [leaf, text] of Object.entries(files)) writeFileSync(join(area, killed, leaf), text);
}

describe('the next run takes away', () => {
  test.for<readonly [string, Readonly<Record<string, string>>]>([
    ['without a journal', {}],
    ['with an empty journal', { 'journal.jsonl': '' }],
    ['with a journal whose first line is torn', { 'journal.jsonl': '{"type":"ru' }],
  ])('the directory of a run %s', async ([, files], { dir }) => {
    expect(
      await left(dir, (area) => {
        runWith(area, files);
      }),
    ).toEqual([]);
  });

  test('a lock that was never linked, of a process that is gone', async ({ dir }) => {
    const { pid, ...self } = removeContext(1).identities.self();
    const holder = formatLock({ ...self, run: killed, pid: pid + 1 });
    expect(
      await left(dir, (area) => {
        writeFileSync(join(area, 'lock-0000abcd'), holder);
      }),
    ).toEqual([]);
  });

  test('a lock that was torn long ago', async ({ dir }) => {
    const leave = (area: string): void => {
      const path = join(area, 'lock-0000abcd');
      writeFileSync(path, '{"ru');
      utimesSync(path, 1, 1);
    };
    expect(await left(dir, leave)).toEqual([]);
  });
});

describe('the next run leaves', () => {
  test.for<readonly [string, Readonly<Record<string, string>>]>([
    ['that holds a file and has no journal', { '0-00000000': 'bytes' }],
    ['that holds a file beside an empty journal', { 'journal.jsonl': '', '0-00000000': 'bytes' }],
    ['whose journal is none of ours', { 'journal.jsonl': '{"type":"other"}\n{}\n' }],
    ['whose journal lies elsewhere', { 'journal.elsewhere': '' }],
  ])('the directory of a run %s', async ([, files], { dir }) => {
    expect(
      await left(dir, (area) => {
        runWith(area, files);
      }),
    ).toEqual([killed]);
    expect(readdirSync(join(dir, 'stagesweep.', killed)).sort()).toEqual(Object.keys(files).sort());
  });

  test('a lock that is being made', async ({ dir }) => {
    expect(
      await left(dir, (area) => {
        writeFileSync(join(area, 'lock-0000abcd'), '');
      }),
    ).toEqual(['lock-0000abcd']);
  });

  test('the lock of a living process that was put aside', async ({ dir }) => {
    const self = removeContext(1).identities.self();
    const holder = formatLock({ ...self, run: killed });
    const area = await left(dir, (at) => {
      writeFileSync(join(at, 'lock-0000abcd'), holder);
    });
    expect(area).toEqual(['lock-0000abcd']);
  });
});

test('a run whose journal lies elsewhere says so in its directory', async ({ dir }) => {
  const spool = join(dir, 'spool');
  mkdirSync(spool);
  buildForest(spool, [['sync./7001/0.', 'user/alice/1.']]);
  mkdirSync(join(dir, 'shelf'));
  const directory = nodeChanges.openDirectory(
    bytePath(join(dir, 'shelf')),
    statAt(join(dir, 'shelf')),
  );
  if ('errno' in directory) throw new Error(directory.errno);
  const journal = { directory, leaf: asBytes('run.0.jsonl') };
  const context = removeContext(1, { journal });
  await removeRoot(nodeChanges, planOf(spool), context);
  expect(readdirSync(join(spool, 'stagesweep.', context.run))).toEqual(['journal.elsewhere']);
  directory.close();
});
