import { lstatSync } from 'node:fs';
import { afterEach, describe, expect } from 'vitest';
import { bytePath } from '../../../src/model/byte-path.ts';
import { UsageError } from '../../../src/model/errors.ts';
import { nodeCensuses } from '../../../src/system/walk/choose-census.ts';
import { nodeWalkers } from '../../../src/system/walk/choose-walk.ts';
import { ThreadAhead } from '../../../src/system/walk/thread-ahead.ts';
import { censusRequest } from '../../support/census-request.ts';
import { test } from '../../support/spool.ts';
import { silent } from '../../support/walk-run.ts';

describe('the choice of a walker', () => {
  const walkers = nodeWalkers();
  const { arch } = process;
  afterEach(() => {
    Object.defineProperty(process, 'arch', { value: arch });
  });

  test('auto takes the native walker where it can run, and has nothing to explain', async () => {
    const { walk, why } = await walkers.choose('auto');
    expect([walk.name, why]).toEqual(['native', undefined]);
  });

  test('node takes the plain walker without trying the other', async () => {
    expect(await walkers.choose('node')).toEqual({ walk: walkers.plain });
  });

  test('auto takes the plain walker on a processor whose system calls are not known, and says why', async () => {
    Object.defineProperty(process, 'arch', { value: 's390x' });
    const { walk, why } = await walkers.choose('auto');
    expect(walk.name).toBe('node');
    expect(why).toMatch(/s390x/);
  });

  test('native where it cannot run is an error that says what to do', async () => {
    Object.defineProperty(process, 'arch', { value: 's390x' });
    await expect(walkers.choose('native')).rejects.toThrow(UsageError);
    await expect(walkers.choose('native')).rejects.toThrow(/--walker node/);
  });

  test('what was expected ends when it is dismissed, wanted or not', async () => {
    const { threads } = countedThreads();
    walkers.expect('auto', 2);
    walkers.expect('auto', 2);
    expect(threads()).toBe(1);
    await walkers.dismiss();
    expect(threads()).toBe(0);
  });

  test('nothing comes up for a walk of one reader, or of the plain walker', () => {
    const { threads } = countedThreads();
    walkers.expect('auto', 1);
    walkers.expect('node', 8);
    expect(threads()).toBe(0);
  });
});

test('a census takes the thread that was expected', async ({ dir }) => {
  const ahead = new ThreadAhead();
  ahead.expect('auto', 2);
  const { census } = await nodeCensuses(ahead).choose('auto');
  const devices = [lstatSync(dir, { bigint: true }).dev];
  await census.pass(censusRequest({ roots: [bytePath(dir)], devices, jobs: 2 }), silent);
  expect(ahead.take()).toBeUndefined();
});

/** Of this process, more than there are now. */
function countedThreads(): { threads: () => number } {
  const count = (): number =>
    process.getActiveResourcesInfo().filter((kind) => kind === 'MessagePort').length;
  const before = count();
  return { threads: () => count() - before };
}
