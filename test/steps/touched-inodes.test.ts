import { describe, expect } from 'vitest';
import { linkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asBytes, bytePath } from '../../src/model/byte-path.ts';
import type { FileStep, RootPlan } from '../../src/model/plan.ts';
import { touchedInodes } from '../../src/steps/touched-inodes.ts';
import { nodeFiles } from '../../src/system/files.ts';
import { buildSpool, test } from '../support/spool.ts';

function planOf(dir: string, root: string, leaf: string): RootPlan {
  const seen = nodeFiles.lstat(bytePath(join(dir, root, 'stage.', leaf)));
  if ('errno' in seen) throw new Error(seen.errno);
  const step: FileStep = {
    kind: 'file',
    action: 'quarantine',
    components: [asBytes('stage.'), asBytes(leaf)],
    area: 'stage',
    grammar: 'stage-counter',
    ownerPid: 5,
    directory: seen,
    seen,
    links: [],
    isEvidence: false,
    reasons: [],
  };
  return {
    root: bytePath(join(dir, root)),
    rootId: seen,
    partition: root,
    uid: 96,
    gid: 8,
    steps: [step],
  };
}

describe('safety 9: our own work moves ctime, across roots as well', () => {
  test('the ctime that an earlier root of the clean left is told to the next', ({ dir }) => {
    buildSpool(dir, { 'a/stage./5-0': 'x', 'b/stage./5-0': { link: 'a/stage./5-0' } });
    const [first, next] = [planOf(dir, 'a', '5-0'), planOf(dir, 'b', '5-0')];
    linkSync(join(dir, 'a/stage./5-0'), join(dir, 'moved'));
    const now = nodeFiles.lstat(bytePath(join(dir, 'moved')));
    expect(touchedInodes(nodeFiles, [first], next)).toEqual([
      expect.objectContaining({ changedNs: 'errno' in now ? 0n : now.changedNs }),
    ]);
  });

  test('a file that no earlier root had a step for explains nothing', ({ dir }) => {
    buildSpool(dir, { 'a/stage./5-0': 'x', 'b/stage./5-0': 'y' });
    expect(touchedInodes(nodeFiles, [planOf(dir, 'a', '5-0')], planOf(dir, 'b', '5-0'))).toEqual(
      [],
    );
  });

  test('another file under the name explains nothing', ({ dir }) => {
    buildSpool(dir, { 'a/stage./5-0': 'x', 'b/stage./5-0': { link: 'a/stage./5-0' } });
    const [first, next] = [planOf(dir, 'a', '5-0'), planOf(dir, 'b', '5-0')];
    writeFileSync(join(dir, 'other'), 'y');
    const other = nodeFiles.lstat(bytePath(join(dir, 'other')));
    expect(touchedInodes({ lstat: () => other }, [first], next)).toEqual([]);
  });
});
