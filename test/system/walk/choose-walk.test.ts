import { afterEach, describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/model/errors.ts';
import { nodeWalkers } from '../../../src/system/walk/choose-walk.ts';

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

/** Of this process, more than there are now. */
function countedThreads(): { threads: () => number } {
  const count = (): number =>
    process.getActiveResourcesInfo().filter((kind) => kind === 'MessagePort').length;
  const before = count();
  return { threads: () => count() - before };
}
