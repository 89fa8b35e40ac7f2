/** safety.md 18 to 21, line by line: claim, verify, unlink, look. Each test breaks when its line is broken. */
import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { removeRoot } from '../../src/steps/remove.ts';
import { nodeChanges } from '../../src/system/anchor.ts';
import { FaultPort, type Call } from '../support/fault-changes.ts';
import { readRuns } from '../support/read-runs.ts';
import {
  afterClaim,
  alone,
  beforeClaim,
  beforeUnlink,
  filesOnly,
  quarantined,
  runWith,
  shared,
  told,
} from '../support/removal-run.ts';
import { buildForest, bytesOf, filesBelow, planOf, stageNames } from '../support/removal-spool.ts';
import { removeContext } from '../support/remove-context.ts';
import { test } from '../support/spool.ts';

describe('safety.md 18 and 19: claim and verify', () => {
  test('a fresh file that came under the name is put back, and told', async ({ dir }) => {
    buildForest(dir, alone);
    const outcome = await runWith(filesOnly(planOf(dir)), beforeClaim, () => {
      renameSync(join(dir, 'sync./7001/0.'), join(dir, 'old'));
      writeFileSync(join(dir, 'sync./7001/0.'), 'fresh');
    });
    expect(told(outcome)[0]).toMatch(/put-back · another file came/);
    expect(readFileSync(join(dir, 'sync./7001/0.'), 'utf8')).toBe('fresh');
    expect(quarantined(dir)).toEqual([]);
  });
  test('a fresh file whose name was taken meanwhile stays in quarantine, and is told', async ({
    dir,
  }) => {
    buildForest(dir, alone);
    const plan = filesOnly(planOf(dir));
    let step = 0;
    const port = new FaultPort(nodeChanges, undefined, (call, when) => {
      if (step === 0 && beforeClaim(call, when)) {
        step = 1;
        renameSync(join(dir, 'sync./7001/0.'), join(dir, 'old'));
        writeFileSync(join(dir, 'sync./7001/0.'), 'fresh');
      } else if (step === 1 && afterClaim(call, when)) {
        step = 2;
        writeFileSync(join(dir, 'sync./7001/0.'), 'fresher');
      }
    });
    const outcome = await removeRoot(port, plan, removeContext());
    expect(told(outcome)[0]).toMatch(/failed · .*stays in quarantine as 0-.*EEXIST/);
    expect(readFileSync(join(dir, 'sync./7001/0.'), 'utf8')).toBe('fresher');
    expect(quarantined(dir)).toEqual(['fresh']);
  });
  test('a directory that came under the name is put back too', async ({ dir }) => {
    buildForest(dir, alone);
    const outcome = await runWith(filesOnly(planOf(dir)), beforeClaim, () => {
      renameSync(join(dir, 'sync./7001/0.'), join(dir, 'old'));
      mkdirSync(join(dir, 'sync./7001/0.'));
      writeFileSync(join(dir, 'sync./7001/0./within'), 'fresh');
    });
    expect(told(outcome)[0]).toMatch(/put-back/);
    expect(existsSync(join(dir, 'sync./7001/0./within'))).toBe(true);
  });
  test('a file that is written to as it is claimed goes back', async ({ dir }) => {
    buildForest(dir, alone);
    const outcome = await runWith(filesOnly(planOf(dir)), beforeClaim, () => {
      appendFileSync(join(dir, 'sync./7001/0.'), 'a live session');
    });
    expect(told(outcome)[0]).toMatch(/put-back · it was written to/);
    expect(readFileSync(join(dir, 'sync./7001/0.'), 'utf8')).toMatch(/a live session$/);
  });
  test('a file of which the last message goes before the unlink is kept', async ({ dir }) => {
    buildForest(dir, shared);
    const outcome = await runWith(planOf(dir), afterClaim, () => {
      unlinkSync(join(dir, 'user/alice/1.'));
    });
    expect(told(outcome)[0]).toMatch(/quarantined · it is the last name/);
    expect(quarantined(dir)).toHaveLength(1);
  });
  test('another name that came meanwhile does not count as the message', async ({ dir }) => {
    buildForest(dir, shared);
    const outcome = await runWith(planOf(dir), afterClaim, () => {
      renameSync(join(dir, 'user/alice/1.'), join(dir, 'user/alice/elsewhere'));
    });
    expect(told(outcome)[0]).toMatch(/quarantined · no message that was intact/);
  });
  test('nothing is ever renamed onto a name that exists', async ({ dir }) => {
    buildForest(dir, alone);
    const outcome = await runWith(
      filesOnly(planOf(dir)),
      ({ syscall, leaf }, when) =>
        syscall === 'lstat' && /^0-[0-9a-f]{8}$/.test(leaf) && when === 'before',
      () => {
        const [run = ''] = readdirSync(join(dir, 'stagesweep.')).filter((leaf) => leaf !== 'lock');
        const leaf = /"claimedAs":"([^"]+)"/.exec(
          readFileSync(join(dir, 'stagesweep.', run, 'journal.jsonl'), 'utf8'),
        )?.[1];
        linkSync(join(dir, 'sync./7001/0.'), join(dir, 'stagesweep.', run, leaf ?? ''));
      },
    );
    expect(told(outcome)[0]).toMatch(/failed · rename .*EEXIST/);
    expect(stageNames(dir)).toHaveLength(1);
  });
});

describe('safety.md 20 and 21: after the unlink', () => {
  test('the bytes of a message that is expunged at that moment are copied', async ({ dir }) => {
    buildForest(dir, shared);
    const bytes = bytesOf(dir);
    const outcome = await runWith(planOf(dir), beforeUnlink, () => {
      unlinkSync(join(dir, 'user/alice/1.'));
    });
    expect(told(outcome)[0]).toMatch(/copied · .*is gone$/);
    expect(bytesOf(dir)).toEqual(bytes);
    expect(filesBelow(dir, 'stagesweep.').map((path) => path.split('/').at(-1))).toEqual([
      expect.stringMatching(/^0-[0-9a-f]{8}$/),
    ]);
    expect(readRuns(dir).entries).toContainEqual(
      expect.objectContaining({ type: 'outcome', outcome: 'copied' }),
    );
  });
  test('a copy that fails is told as the loss that it is, and ends the run', async ({ dir }) => {
    buildForest(dir, [...shared, ['sync./7002/0.']]);
    const plan = planOf(dir);
    const expunge = ({ syscall, leaf }: Call, when: string): void => {
      if (beforeUnlink({ syscall, leaf, number: 0 }, when)) rmSync(join(dir, 'user/alice/1.'));
    };
    const port = new FaultPort(nodeChanges, { first: 'copy', errno: 'ENOSPC' }, expunge);
    const outcome = await removeRoot(port, plan, removeContext());
    expect(told(outcome)).toEqual([expect.stringMatching(/failed · .*no whole copy.*ENOSPC/)]);
    expect(outcome.stopped).toMatch(/no whole copy/);
    expect(stageNames(dir)).toEqual(['sync./7002/0.']);
  });
  test('a message with a new inode is told, and fine', async ({ dir }) => {
    buildForest(dir, [['sync./7001/0.', 'user/alice/1.', 'user/bob/1.']]);
    const outcome = await runWith(planOf(dir), beforeUnlink, () => {
      unlinkSync(join(dir, 'user/alice/1.'));
      writeFileSync(join(dir, 'user/alice/1.'), 'linked anew');
    });
    expect(told(outcome)[0]).toMatch(/unlinked · .*alice\/1\. has another inode now$/);
    expect(outcome.stopped).toBeUndefined();
  });
  test('a message that is written to in place stops the whole run', async ({ dir }) => {
    buildForest(dir, [...shared, ['sync./7002/0.']]);
    const outcome = await runWith(planOf(dir), beforeUnlink, () => {
      utimesSync(join(dir, 'user/alice/1.'), 1, 1);
    });
    expect(outcome.results).toHaveLength(1);
    expect(outcome.stopped).toMatch(/alice\/1\. was written to/);
    expect(stageNames(dir)).toEqual(['sync./7002/0.']);
  });
});
