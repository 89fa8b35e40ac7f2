import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Contestant } from '../../bench/contestant.ts';
import { runRace, type Race } from '../../bench/race.ts';
import { test } from '../support/spool.ts';

const right: Contestant['check'] = () => Promise.resolve(undefined);
const race = (contestants: readonly Contestant[]): Race => ({
  id: 'test',
  title: 'test',
  spool: '-',
  files: 0,
  amount: 0,
  cache: 'warm',
  contestants,
  pairs: [['a', 'b']],
});

test('who comes first changes from round to round, and who is slow stops early', async ({
  dir,
}) => {
  const log = join(dir, 'log');
  const writes = (name: string): Contestant => ({
    name,
    command: { argv: ['sh', '-c', `printf ${name} >>"$0"`, log] },
    check: right,
  });
  const contestants = [writes('a'), { ...writes('b'), runsAtMost: 2 }, writes('c')];
  const settings = { runs: 4, warmsUp: false, scratch: dir };
  const { comparisons } = await runRace(race(contestants), settings);
  expect(readFileSync(log, 'utf8')).toBe('abc' + 'bca' + 'ca' + 'ac');
  expect(comparisons[0]?.ratio?.pairs).toBe(2);
});

test('an exception in a run is a wrong answer, and the others go on', async ({ dir }) => {
  const fails: Contestant = {
    name: 'a',
    command: { argv: ['true'] },
    check: () => Promise.reject(new Error('no report')),
  };
  const works: Contestant = { name: 'b', command: { argv: ['true'] }, check: right };
  const settings = { runs: 3, warmsUp: true, scratch: dir };
  const { figures, comparisons } = await runRace(race([fails, works]), settings);
  expect(figures).toMatchObject([{ wrong: 'Error: no report' }, { name: 'b' }]);
  expect(figures.map(({ ms }) => ms.length)).toEqual([0, 3]);
  expect(comparisons[0]?.ratio).toBeUndefined();
});

test('a spool that cannot be made ready is a wrong answer of all', async ({ dir }) => {
  const works: Contestant = {
    name: 'b',
    command: { argv: ['touch', join(dir, 'ran')] },
    check: right,
  };
  const broken: Race = {
    ...race([works]),
    before() {
      throw new Error('disk full');
    },
  };
  const { figures } = await runRace(broken, { runs: 2, warmsUp: false, scratch: dir });
  expect(figures[0]?.wrong).toMatch(/disk full/);
  expect(existsSync(join(dir, 'ran'))).toBe(false);
});
