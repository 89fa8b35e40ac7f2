/** Facts for a plan: a root that holds what a test puts into it. */
import { makePlan, type PlanFacts } from '../../src/decide/make-plan.ts';
import { join } from '../../src/model/byte-path.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { PidDirectory, RootSurvey } from '../../src/model/root-survey.ts';
import type { Policy } from '../../src/model/selection.ts';
import { aLink, aRow, aStageDirectory, aStat, scanTime, spool } from './report-builder.ts';

export const sha = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';
export const day = 86_400_000_000_000n;

export const everything: Policy = {
  only: undefined,
  pids: new Set(),
  saved: undefined,
  maxDelete: undefined,
  minAgeSeconds: 600,
};

export function survey(changes: Partial<RootSurvey> = {}): RootSurvey {
  const directory = { kind: 'directory', mode: 0o700 } as const;
  return {
    root: {
      partition: 'default',
      kind: 'data',
      path: spool,
      dev: 65_024n,
      ino: 2n,
      filesystem: 'ext4',
    },
    stat: aStat({ ...directory, ino: 2n }),
    areas: [
      { path: join(spool, 'sync.'), stat: aStat(directory) },
      { path: join(spool, 'stage.'), stat: aStat(directory) },
    ],
    ...changes,
  };
}

export function pidDirectory(pid: number, changes: Partial<PidDirectory> = {}): PidDirectory {
  return {
    directory: aStageDirectory(pid),
    seen: aStat({ kind: 'directory', mode: 0o700, ino: BigInt(pid), changedNs: scanTime - day }),
    owner: { state: 'dead', evidence: 'no such process' },
    isEmpty: true,
    ...changes,
  };
}

export function plan(facts: Partial<PlanFacts>, policy: Partial<Policy> = {}): Plan {
  return makePlan(
    { rows: [], pidDirectories: [], surveys: [survey()], nowNs: scanTime, ...facts },
    { ...everything, ...policy },
  );
}

export const actions = (made: Plan): string[] =>
  made.roots.flatMap(({ steps }) =>
    steps.map(
      (step) => `${step.kind === 'file' ? step.action : 'rmdir'} ${step.components.join('/')}`,
    ),
  );
export const keptReasons = (made: Plan): (readonly string[])[] =>
  made.kept.map(({ reasons }) => reasons);

export const intact = aLink('user/glad', 'user.glad', 1, { status: 'intact' });
export const unlinkable = aRow({ others: [intact], action: 'unlink', damage: 'none', sha1: sha });
