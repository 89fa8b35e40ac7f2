import { afterEach, describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/model/errors.ts';
import { nodeWalkers } from '../../../src/system/walk/choose-walk.ts';

describe('the choice of a walker', () => {
  const { arch } = process;
  afterEach(() => {
    Object.defineProperty(process, 'arch', { value: arch });
  });

  test('auto takes the native walker where it can run, and has nothing to explain', async () => {
    const { walk, why } = await nodeWalkers.choose('auto');
    expect([walk.name, why]).toEqual(['native', undefined]);
  });

  test('node takes the plain walker without trying the other', async () => {
    expect(await nodeWalkers.choose('node')).toEqual({ walk: nodeWalkers.plain });
  });

  test('auto takes the plain walker on a processor whose system calls are not known, and says why', async () => {
    Object.defineProperty(process, 'arch', { value: 's390x' });
    const { walk, why } = await nodeWalkers.choose('auto');
    expect(walk.name).toBe('node');
    expect(why).toMatch(/s390x/);
  });

  test('native where it cannot run is an error that says what to do', async () => {
    Object.defineProperty(process, 'arch', { value: 's390x' });
    await expect(nodeWalkers.choose('native')).rejects.toThrow(UsageError);
    await expect(nodeWalkers.choose('native')).rejects.toThrow(/--walker node/);
  });
});
