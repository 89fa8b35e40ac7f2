/** An audit beside a real Cyrus in use: what moves while it is read must never be told as damage. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CyrusLab } from '../support/cyrus-lab.ts';
import { Bustle } from '../support/cyrus/bustle.ts';
import { allowMoreProcesses } from '../support/cyrus/more-processes.ts';
import { createUser, fill } from '../support/cyrus/replication.ts';
import { missingRequirements } from '../support/cyrus/requirements.ts';
import { runProgram, type ProgramRun } from '../support/cyrus/run-scan.ts';
import { ends, type End } from '../support/cyrus/situation.ts';
import { Traffic } from '../support/cyrus/traffic.ts';

const missing = missingRequirements();
const isCi = (process.env['CI'] ?? '') !== '';

test.runIf(isCi)('a machine that answers for every commit has a real Cyrus to be beside', () => {
  expect(missing).toEqual([]);
});

const title = `audit beside a Cyrus in use${missing.length === 0 ? '' : ` (skipped, missing here: ${missing.join(', ')})`}`;
if (missing.length > 0) console.warn(title);

/** Of each end; the first falls into a quiet server's caches, the others into full work. */
const auditsEach = 5;

interface ToldAudit {
  readonly complete: boolean;
  readonly findings: readonly { code: string; path: string; severity: string }[];
  readonly messages: { checked: number; damaged: number; unindexed: number };
}

async function read(run: Promise<ProgramRun>): Promise<ToldAudit> {
  return JSON.parse((await run).stdout) as ToldAudit;
}

function keyOf({ code, path }: ToldAudit['findings'][number]): string {
  return `${code} ${path}`;
}

describe.skipIf(missing.length > 0)(title, () => {
  let lab: CyrusLab | undefined;
  /** What the crashes of the lab left, as it was told before the work began. */
  const known = new Set<string>();
  const told: ToldAudit[] = [];
  let rounds = 0;
  let errors: readonly string[] = [];

  beforeAll(async () => {
    lab = await CyrusLab.open();
    const { master } = lab;
    for (const end of ends) allowMoreProcesses(lab[end]);
    for (const user of ['vera', 'will', 'xena']) {
      await createUser(master, user);
      await fill(master, user, 3);
    }
    const audit = (end: End): Promise<ProgramRun> =>
      runProgram(['audit', '-C', configOf(end), '--no-idle', '--json']);
    const configOf = (end: End): string => lab?.[end].configFile ?? '';
    for (const end of ends)
      for (const one of (await read(audit(end))).findings) known.add(keyOf(one));
    const work = [
      new Traffic(lab, 'xena'),
      new Bustle(master, 'vera'),
      new Bustle(master, 'will'),
    ] as const;
    for (let number = 0; number < auditsEach; number += 1) {
      for (const end of ends) {
        told.push(await read(audit(end)));
      }
    }
    for (const one of work) await one.end();
    rounds = work.reduce((sum, one) => sum + one.rounds, 0);
    errors = work.flatMap((one) => one.errors);
    console.info(`audits beside a Cyrus in use: ${told.length}, rounds of work: ${rounds}`);
  }, 240_000);
  afterAll(async () => {
    await lab?.close();
  });

  test('the work goes on without an error', () => {
    expect(errors).toEqual([]);
    expect(rounds).toBeGreaterThan(auditsEach);
  });

  test('nothing is told that was not so before', () => {
    const added = told.flatMap(({ findings }) => findings.filter((one) => !known.has(keyOf(one))));
    expect(added).toEqual([]);
    expect(told.map(({ messages }) => messages.damaged)).toEqual(told.map(() => 0));
  });

  test('every audit comes to its end, and is complete', () => {
    expect(told.map(({ complete }) => complete)).toEqual(told.map(() => true));
    expect(Math.min(...told.map(({ messages }) => messages.checked))).toBeGreaterThan(10);
  });
});
