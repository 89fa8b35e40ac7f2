/** A hostile owner of the spool works against a run (safety.md 16, 18, 19), in a process of its own. */
import { execFile } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { bytePath } from '../../src/model/byte-path.ts';
import type { RootPlan } from '../../src/model/plan.ts';
import { removeRoot, type StepResult } from '../../src/steps/remove.ts';
import { nodeChanges } from '../../src/system/anchor.ts';
import { FaultPort } from '../support/fault-changes.ts';
import { filesBelow, planOf, statAt } from '../support/removal-spool.ts';
import { removeContext } from '../support/remove-context.ts';
import { test } from '../support/spool.ts';

const attacker = fileURLToPath(new URL('../support/attacker.js', import.meta.url));
/** Files of the pid directory in one run. */
const files = 40;
const runs = 80;

/**
 * One run's leftovers, beside the spool: every other one is shared with a message, each has bytes of its own. The plan
 * is made before they are moved into the spool, where the attack goes on all the time.
 */
function prepare(dir: string, round: number): RootPlan {
  const [place, spool] = [join(dir, `place-${round}`), join(dir, 'spool')];
  const pid = String(8001 + round);
  mkdirSync(join(place, 'sync.', pid), { recursive: true });
  mkdirSync(join(place, 'user/alice'), { recursive: true });
  for (let number = 0; number < files; number++) {
    const name = join(place, 'sync.', pid, `${number}.`);
    writeFileSync(name, `planned ${round}/${number}`);
    if (number % 2 === 0) linkSync(name, join(place, `user/alice/${number}.`));
  }
  const plan = planOf(place);
  renameSync(join(place, 'sync.', pid), join(spool, 'sync.', pid));
  const { dev, ino } = statAt(spool, '.');
  return { ...plan, root: bytePath(spool), rootId: { dev, ino } };
}

function contents(root: string): Set<string> {
  return new Set(filesBelow(root).map((path) => readFileSync(join(root, path), 'utf8')));
}

/** Each file below, with all that would tell a touch: its ctime too. */
function stillnessOf(root: string): string[] {
  return filesBelow(root).map((path) => {
    const { ino, changedNs, linkCount } = statAt(root, path);
    return [path, ino, changedNs, linkCount, readFileSync(join(root, path), 'utf8')].join(' ');
  });
}

test('files that were not planned are never touched, and fresh ones survive and are told', async ({
  dir,
}) => {
  const [spool, own, victims] = [join(dir, 'spool'), join(dir, 'own'), join(dir, 'victims')];
  for (const path of [spool, own, victims, join(spool, 'sync.')]) mkdirSync(path);
  for (let number = 0; number < files; number++) {
    writeFileSync(join(victims, `${number}.`), `victim ${number}`);
  }
  const victimsBefore = stillnessOf(victims);
  const first = prepare(dir, 0);
  const args = [attacker, spool, own, victims, String(files)];
  const attack = promisify(execFile)(process.execPath, args);
  while (!existsSync(join(own, 'begun'))) await new Promise((resolve) => setImmediate(resolve));

  const results: StepResult[] = [];
  for (let round = 0; round < runs; round++) {
    const plan = round === 0 ? first : prepare(dir, round);
    const context = removeContext(round + 1, { onResult: (result) => results.push(result) });
    const { stopped } = await removeRoot(new FaultPort(nodeChanges), plan, context);
    expect(stopped).toBeUndefined();
  }
  writeFileSync(join(own, 'stop'), '');
  const told = JSON.parse((await attack).stdout) as Record<string, number>;

  expect(stillnessOf(victims)).toEqual(victimsBefore);
  const left = contents(dir);
  for (let round = 0; round < runs; round++) {
    for (let number = 0; number < files; number++) {
      expect(left).toContain(`planned ${round}/${number}`);
      if (number % 2 > 0) continue;
      const message = join(dir, `place-${round}/user/alice/${number}.`);
      expect(readFileSync(message, 'utf8')).toBe(`planned ${round}/${number}`);
    }
  }
  for (let number = 0; number < (told['fresh'] ?? 0); number++) {
    expect(left).toContain(`fresh ${number}`);
  }
  // What is in quarantine and was not planned is told by the name that it has there.
  const strangers = filesBelow(spool, 'stagesweep.').filter((path) =>
    readFileSync(join(spool, path), 'utf8').startsWith('fresh'),
  );
  for (const path of strangers) {
    const leaf = basename(path);
    const isTold = results.some(({ detail }) => detail?.includes(leaf));
    expect(isTold, path).toBe(true);
  }
  const outcomes: Record<string, number> = {};
  for (const { outcome } of results) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  console.log(`attack: ${JSON.stringify(told)}; steps: ${JSON.stringify(outcomes)}`);
  expect(told['rounds']).toBeGreaterThan(2000);
  expect(outcomes['refused']).toBeGreaterThan(0);
});
