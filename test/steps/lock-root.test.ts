import { execFile } from 'node:child_process';
import { linkSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect } from 'vitest';
import { asBytes } from '../../src/model/byte-path.ts';
import type { ProcessIdentity } from '../../src/model/process.ts';
import { isTrouble } from '../../src/model/trouble.ts';
import { lockRoot, type RootLock } from '../../src/steps/lock-root.ts';
import { nodeChanges } from '../../src/system/anchor.ts';
import { nodeFiles } from '../../src/system/files.ts';
import type { Anchor } from '../../src/system/os.ts';
import { emitModules } from '../support/emit-modules.ts';
import { FaultPort } from '../support/fault-changes.ts';
import { test } from '../support/spool.ts';

const contender = fileURLToPath(new URL('../support/lock-contender.js', import.meta.url));

function areaAt(path: string, hook?: ConstructorParameters<typeof FaultPort>[2]): Anchor {
  const stat = nodeFiles.lstat(asBytes(path));
  if (isTrouble(stat)) throw new Error(stat.errno);
  const port = new FaultPort(nodeChanges, undefined, hook);
  const area = port.openDirectory(asBytes(path), stat);
  if (isTrouble(area)) throw new Error(area.errno);
  return area;
}

function processOf(pid: number, over: Partial<ProcessIdentity> = {}): ProcessIdentity {
  return { pid, startedAfterBootNs: 5n, bootId: 'b-1', pidNamespace: '7', uid: 96, ...over };
}

let draws = 0;
function lock(
  area: Anchor,
  self: ProcessIdentity,
  alive: readonly ProcessIdentity[] = [self],
): ReturnType<typeof lockRoot> {
  return lockRoot(
    area,
    `20261124T000000Z-${self.pid.toString(16).padStart(8, '0')}`,
    { startOf: (pid) => alive.find((one) => one.pid === pid)?.startedAfterBootNs },
    self,
    () => (draws++).toString(16).padStart(8, '0'),
  );
}

function got(answer: ReturnType<typeof lockRoot>): RootLock {
  if ('release' in answer) return answer;
  throw new Error(JSON.stringify(answer));
}

describe('safety.md 14', () => {
  test('a lock that a living process holds is refused, and names it', ({ dir }) => {
    const area = areaAt(dir);
    got(lock(area, processOf(1)));
    expect(lock(area, processOf(2), [processOf(1)])).toEqual({
      heldBy: 'run 20261124T000000Z-00000001 of process 1',
    });
  });
  test('a released lock is gone, and nothing else stays', ({ dir }) => {
    const area = areaAt(dir);
    got(lock(area, processOf(1))).release();
    expect(readdirSync(dir)).toEqual([]);
  });
  test.for([
    ['whose process ended', processOf(2), []],
    [
      'whose pid was given to another process',
      processOf(2),
      [processOf(1, { startedAfterBootNs: 6n })],
    ],
    ['of an earlier start of the kernel', processOf(2, { bootId: 'b-2' }), [processOf(1)]],
  ] as const)('a lock %s is taken over', ([, self, alive], { dir }) => {
    const area = areaAt(dir);
    got(lock(area, processOf(1)));
    expect(got(lock(area, self, alive)).whyLost()).toBeUndefined();
    expect(readdirSync(dir)).toEqual(['lock']);
  });
  test('a lock from another pid namespace is never judged stale', ({ dir }) => {
    const area = areaAt(dir);
    got(lock(area, processOf(1)));
    expect(lock(area, processOf(2, { pidNamespace: '8' }), [])).toMatchObject({
      heldBy: expect.stringMatching(/another pid namespace/) as string,
    });
  });
  test('a lock that nobody can read is left to a person', ({ dir }) => {
    writeFileSync(join(dir, 'lock'), '{"pid":1}');
    expect(lock(areaAt(dir), processOf(2))).toMatchObject({
      heldBy: expect.stringMatching(/cannot be read/) as string,
    });
  });
  test('a living lock that came in place of the stale one is put back', ({ dir }) => {
    got(lock(areaAt(dir), processOf(1)));
    let isDone = false;
    let living: RootLock | undefined;
    const area = areaAt(dir, ({ syscall, leaf }, when) => {
      if (isDone || syscall !== 'rename' || leaf !== 'lock' || when !== 'before') return;
      isDone = true;
      living = got(lock(areaAt(dir), processOf(3), []));
    });
    const answer = lock(area, processOf(2), [processOf(3)]);
    expect(answer).toMatchObject({ heldBy: expect.stringMatching(/process 3$/) as string });
    expect(living?.whyLost()).toBeUndefined();
  });
  test('whoever has lost its lock is told so, and leaves the other one alone', ({ dir }) => {
    const first = got(lock(areaAt(dir), processOf(1)));
    renameSync(join(dir, 'lock'), join(dir, 'aside'));
    const second = got(lock(areaAt(dir), processOf(2), []));
    linkSync(join(dir, 'aside'), join(dir, 'aside-too'));
    expect(first.whyLost()).toMatch(/another run/);
    first.release();
    expect(second.whyLost()).toBeUndefined();
  });

  test('of two processes at once exactly one gets the lock, stale ones included', async ({
    dir,
  }) => {
    const modules = join(dir, 'modules');
    emitModules(['steps/lock-root.ts', 'system/anchor.ts', 'system/files.ts'], modules);
    mkdirSync(join(dir, 'area'));
    const rounds = 1500;
    const contend = async (base: number): Promise<Record<string, unknown>> => {
      const args = [contender, modules, dir, String(base), String(rounds)];
      const { stdout } = await promisify(execFile)(process.execPath, args);
      return JSON.parse(stdout) as Record<string, unknown>;
    };
    const [one, two] = await Promise.all([contend(100_000), contend(200_000)]);
    console.log(`two processes, ${rounds} rounds each: ${JSON.stringify([one, two])}`);
    expect([one['together'], two['together']]).toEqual([0, 0]);
    expect([one['troubles'], two['troubles']]).toEqual([[], []]);
    expect(Number(one['got'])).toBeGreaterThan(100);
    expect(Number(two['got'])).toBeGreaterThan(100);
    expect(Number(one['held']) + Number(two['held'])).toBeGreaterThan(0);
  });
});
