/** The plan as rows, one for each stage file and directory, with what is to become of it. */
import { compareBytes, join, parentOf, type BytePath } from '../model/byte-path.ts';
import type { Plan, PlanStep } from '../model/plan.ts';
import type { Action, Reason } from '../model/verdict.ts';

export type PlanAction = Action | 'remove-directory';

export interface PlanRow {
  readonly path: BytePath;
  readonly action: PlanAction;
  readonly reasons: readonly Reason[];
  /** 0 for what is kept. */
  readonly sizeBytes: number;
}

/** Sorted by path. */
export function planRows(plan: Plan): PlanRow[] {
  const rows = plan.kept.map(({ path, reasons }): PlanRow => ({
    path,
    action: 'keep',
    reasons,
    sizeBytes: 0,
  }));
  for (const { root, steps } of plan.roots) {
    for (const step of steps) {
      const isFile = step.kind === 'file';
      rows.push({
        path: stepPath(root, step),
        action: actionOf(step),
        reasons: isFile ? step.reasons : [],
        sizeBytes: isFile ? step.seen.sizeBytes : 0,
      });
    }
  }
  return rows.sort((a, b) => compareBytes(a.path, b.path));
}

export function stepPath(root: BytePath, step: PlanStep): BytePath {
  return step.components.reduce<BytePath>((path, leaf) => join(path, leaf), root);
}

export function actionOf(step: PlanStep): PlanAction {
  return step.kind === 'file' ? step.action : 'remove-directory';
}

/** Files of one directory that share an action and its reasons. */
export interface PlanGroup {
  readonly directory: BytePath;
  readonly action: PlanAction;
  readonly reasons: readonly Reason[];
  readonly files: number;
}

export function groupRows(rows: readonly PlanRow[]): PlanGroup[] {
  const groups = new Map<string, { row: PlanRow; directory: BytePath; files: number }>();
  for (const row of rows) {
    const directory = parentOf(row.path);
    const key = `${directory}\0${row.action}\0${row.reasons.join(' ')}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { row, directory, files: 1 });
    else group.files += 1;
  }
  return [...groups.values()].map(({ row, directory, files }) => ({
    directory,
    action: row.action,
    reasons: row.reasons,
    files,
  }));
}
