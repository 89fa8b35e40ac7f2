import { createHash } from 'node:crypto';
import { symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { bytePath } from '../../src/model/byte-path.ts';
import type { Trouble } from '../../src/model/trouble.ts';
import { nodeOs } from '../../src/system/node-os.ts';
import type { Inspection, InspectRequest } from '../../src/system/os.ts';
import { buildSpool, test, type SpoolTree } from '../support/spool.ts';

const sha1 = (text: string): string => createHash('sha1').update(text, 'latin1').digest('hex');

async function inspect(
  dir: string,
  leaves: readonly string[],
  wants: Partial<InspectRequest> = {},
  jobs = 1,
): Promise<(Inspection | Trouble | undefined)[]> {
  const answers: (Inspection | Trouble | undefined)[] = leaves.map(() => undefined);
  // eslint-disable-next-line @typescript-eslint/require-await -- the port takes what may take its time
  async function* requests(): AsyncGenerator<InspectRequest, void, undefined> {
    for (const leaf of leaves) {
      yield {
        path: bytePath(join(dir, leaf)),
        wantsSha1: true,
        wantsHead: false,
        expectedBytes: 1,
        ...wants,
      };
    }
  }
  await nodeOs({ jobs }).inspector.inspect(requests(), (index, answer) => {
    expect(answers[index]).toBeUndefined();
    answers[index] = answer;
  });
  return answers;
}

function headLength(answer: Inspection | Trouble | undefined): number | undefined {
  return answer !== undefined && 'head' in answer ? answer.head.length : undefined;
}

describe('inspecting message files', () => {
  test('gives the digest, and the header to its blank line', async ({ dir }) => {
    buildSpool(dir, { '1.': 'A: b\r\n\r\nbody', '2.': 'A: b\n\nbody' });
    const answers = await inspect(dir, ['1.', '2.'], { wantsHead: true });
    expect(answers).toMatchObject([
      { sha1: sha1('A: b\r\n\r\nbody'), readBytes: 12 },
      { sha1: sha1('A: b\n\nbody') },
    ]);
    expect(answers.map(headLength)).toEqual([8, 6]);
  });

  test('reads a large attachment no further than its header needs', async ({ dir }) => {
    buildSpool(dir, { '1.': `A: b\r\n\r\n${'x'.repeat(500_000)}` });
    const answers = await inspect(dir, ['1.'], { wantsSha1: false, wantsHead: true });
    expect(answers).toMatchObject([{ readBytes: 16_384 }]);
  });

  test('finds a header that ends behind the usual place', async ({ dir }) => {
    const header = `A: ${'b'.repeat(40_000)}\r\n\r\n`;
    buildSpool(dir, { '1.': `${header}body` });
    const [answer] = await inspect(dir, ['1.'], { wantsSha1: false, wantsHead: true });
    expect(headLength(answer)).toBe(header.length);
  });

  test('opens no FIFO and follows no link', async ({ dir }) => {
    buildSpool(dir, { '1.': { fifo: true }, other: 'x' });
    symlinkSync('other', join(dir, '2.'));
    const answers = await inspect(dir, ['1.', '2.']);
    expect(answers).toMatchObject([{ stat: { kind: 'fifo' } }, { stat: { kind: 'symlink' } }]);
    expect(answers.every((answer) => answer && !('sha1' in answer))).toBe(true);
  });

  test('says ENOENT of what is not there', async ({ dir }) => {
    expect(await inspect(dir, ['9.'])).toMatchObject([{ errno: 'ENOENT' }]);
  });

  test.for([1, 3])('reads an inode with many names once, with %i jobs', async (jobs, { dir }) => {
    const tree: Record<string, SpoolTree[string]> = { '0.': 'shared' };
    for (let uid = 1; uid < 3000; uid++) tree[`${uid}.`] = uid % 3 === 0 ? { link: '0.' } : 'own';
    buildSpool(dir, tree);
    const answers = await inspect(dir, Object.keys(tree), {}, jobs);
    const shared = answers.filter(
      (answer): answer is Inspection =>
        answer !== undefined && 'stat' in answer && answer.stat.linkCount > 1,
    );
    expect(shared).toHaveLength(1000);
    expect(new Set(shared.map((answer) => answer.sha1))).toEqual(new Set([sha1('shared')]));
    expect(shared.reduce((sum, { readBytes }) => sum + readBytes, 0)).toBe(6);
  });

  test('reads by another name when the first one vanished', async ({ dir }) => {
    buildSpool(dir, { '1.': 'shared', '2.': { link: '1.' } });
    unlinkSync(join(dir, '1.'));
    const answers = await inspect(dir, ['1.', '2.']);
    expect(answers).toMatchObject([{ errno: 'ENOENT' }, { sha1: sha1('shared') }]);
  });

  test('ends when what makes the requests fails', async ({ dir }) => {
    buildSpool(dir, { '1.': 'x' });
    // eslint-disable-next-line @typescript-eslint/require-await -- the port takes what may take its time
    async function* failing(): AsyncGenerator<InspectRequest, void, undefined> {
      yield {
        path: bytePath(join(dir, '1.')),
        wantsSha1: true,
        wantsHead: false,
        expectedBytes: 1,
      };
      throw new Error('enough');
    }
    const run = nodeOs({ jobs: 1 }).inspector.inspect(failing(), () => undefined);
    await expect(run).rejects.toThrow('enough');
  });
});
