/** Manifests of both ends of a real replication, before and after messages were overwritten at them. */
import { copyFileSync, renameSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readComparison, type Compared } from '../support/cyrus/compared.ts';
import { DamageLab } from '../support/cyrus/damage-lab.ts';
import { pathOf, plantDamage, type Planted } from '../support/cyrus/plant-damage.ts';
import { missingRequirements } from '../support/cyrus/requirements.ts';
import { runProgram } from '../support/cyrus/run-scan.ts';
import { ends } from '../support/cyrus/situation.ts';

const missing = missingRequirements();
const isCi = (process.env['CI'] ?? '') !== '';

test.runIf(isCi)('a machine that answers for every commit has real ends to compare', () => {
  expect(missing).toEqual([]);
});

const title = `both ends of a real Cyrus${missing.length === 0 ? '' : ` (skipped, missing here: ${missing.join(', ')})`}`;
// Reporters leave out the names of what was skipped; a machine that tests less must say so.
if (missing.length > 0) console.warn(title);

/** In which the master holds a message rightly and the replica does not. */
const repaired = { mailbox: 'user.alice', messageUid: 2 };

describe.skipIf(missing.length > 0)(title, () => {
  let lab: DamageLab | undefined;
  let planted: readonly Planted[] = [];
  let healthy: Compared;
  let damaged: Compared;
  let again: Compared;

  beforeAll(async () => {
    lab = await DamageLab.open();
    healthy = await compare(await manifests(lab, 'healthy'));
    planted = plantDamage(lab);
    const first = await manifests(lab, 'damaged');
    damaged = await compare(first);
    repair(lab);
    again = await compare(first, '--retry', ...(await manifests(lab, 'repaired')));
  });
  afterAll(async () => {
    await lab?.close();
  });

  /** The master's manifest is a, the replica's b. */
  const plantedRows = (): string[] =>
    planted
      .map(({ end, mailbox, messageUid }) =>
        [mailbox, messageUid, end === 'master' ? 'a' : 'b'].join(' '),
      )
      .sort();
  const rows = ({ findings }: Compared): string[] =>
    findings
      .map(({ mailbox, messageUid, damagedEnd }) => [mailbox, messageUid, damagedEnd].join(' '))
      .sort();

  test('are the same after a replication, whatever their layouts, and however much each has purged', () => {
    expect(healthy).toMatchObject({ status: 0, isComplete: true, findings: [] });
    const { compared, same } = healthy.totals;
    expect(same).toBe(compared);
    expect(compared).toBeGreaterThan(40);
  });

  test('differ in exactly the messages that were overwritten, and it is told at which end', () => {
    expect(rows(damaged)).toEqual(plantedRows());
    expect(damaged).toMatchObject({ status: 1, isComplete: true });
  });

  test('differ by their bytes: nothing else is said of an overwritten message', () => {
    expect(new Set(damaged.findings.map(({ code }) => code))).toEqual(new Set(['ends-differ']));
  });

  test('are counted by end', () => {
    const count = (end: string): number => planted.filter((one) => one.end === end).length;
    expect(damaged.totals).toMatchObject({
      endsDiffer: planted.length,
      damagedAtA: count('master'),
      damagedAtB: count('replica'),
    });
  });

  test('with a second pair of manifests, what was repaired in between is settled and not told', () => {
    const still = plantedRows().filter(
      (row) => row !== `${repaired.mailbox} ${repaired.messageUid} b`,
    );
    expect(still).toHaveLength(planted.length - 1);
    expect(rows(again)).toEqual(still);
    expect(again.totals).toMatchObject({ settled: 1, endsDiffer: planted.length - 1 });
  });
});

async function manifests(lab: DamageLab, name: string): Promise<readonly string[]> {
  return await Promise.all(
    ends.map(async (end) => {
      const file = `${lab.home}/${end}-${name}.jsonl`;
      const run = await runProgram(['manifest', '-C', lab[end].configFile, '-o', file]);
      expect(run).toEqual({ status: 0, stdout: '', stderr: '' });
      return file;
    }),
  );
}

async function compare(pair: readonly string[], ...options: string[]): Promise<Compared> {
  return readComparison(await runProgram(['compare', ...pair, '--json', ...options]));
}

/** As every report advises: the right bytes to a new inode, which is renamed over the name. */
function repair(lab: DamageLab): void {
  const path = pathOf(lab, 'replica', repaired);
  copyFileSync(pathOf(lab, 'master', repaired), `${path}new`);
  renameSync(`${path}new`, path);
}
