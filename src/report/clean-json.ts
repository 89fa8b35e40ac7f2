/** A clean as JSON: the envelope of its scan with the plan, and with what was done (contract.md). */
import type { CleanReport, DoneRoot, Obstacle } from '../model/clean-report.ts';
import type { RefusedRoot } from '../model/plan.ts';
import { pathFields, type Fields } from './json-fields.ts';
import { renderJson } from './json.ts';
import { renderJsonl } from './jsonl.ts';
import { actionOf, planRows, stepPath, type PlanRow } from './plan-rows.ts';
import { safeJson } from './safe-json.ts';

export function* renderCleanJson(clean: CleanReport): Generator<string> {
  // The scan's document is one object; what a clean adds goes before its closing brace.
  let held: string | undefined;
  for (const piece of renderJson(clean.report)) {
    if (held !== undefined) yield held;
    held = piece;
  }
  yield (held ?? '{').replace(/\}\s*$/, '');
  yield* list('plan', planRows(clean.plan), planFields);
  yield* list('refused', clean.plan.refused, hindranceFields);
  yield* list('obstacles', clean.obstacles, hindranceFields);
  yield `,\n"bytesQuarantined":${clean.plan.bytesQuarantined}`;
  if (clean.refusal !== undefined) yield `,\n"refusal":${safeJson(clean.refusal)}`;
  if (clean.done !== undefined) {
    yield `,\n"run":${safeJson(clean.done.run)}`;
    yield* list('journals', clean.done.roots, journalFields);
    yield* list('steps', doneSteps(clean.done.roots), (fields) => fields);
  }
  yield '}\n';
}

/** "plan" and "step" lines come before the totals, which stay the last line. */
export function* renderCleanJsonl(clean: CleanReport): Generator<string> {
  let held: string | undefined;
  for (const piece of renderJsonl(clean.report)) {
    if (held !== undefined) yield held;
    held = piece;
  }
  for (const row of planRows(clean.plan)) yield line('plan', planFields(row));
  for (const one of clean.plan.refused) yield line('refused', hindranceFields(one));
  for (const one of clean.obstacles) yield line('obstacle', hindranceFields(one));
  if (clean.refusal !== undefined) yield line('refusal', { why: clean.refusal });
  if (clean.done !== undefined) {
    const { run, roots } = clean.done;
    for (const root of roots) yield line('run', { run, ...journalFields(root) });
    for (const fields of doneSteps(roots)) yield line('step', fields);
  }
  if (held !== undefined) yield held;
}

function planFields({ path, action, reasons }: PlanRow): Fields {
  return { ...pathFields(path), action, reasons };
}

function hindranceFields({ root, why }: RefusedRoot | Obstacle): Fields {
  return { ...pathFields(root), why };
}

function journalFields({ root, journal, stopped, isInterrupted }: DoneRoot): Fields {
  return {
    ...pathFields(root),
    journal: journal === undefined ? undefined : pathFields(journal)['path'],
    stopped,
    interrupted: isInterrupted || undefined,
  };
}

function* doneSteps(roots: readonly DoneRoot[]): Generator<Fields> {
  for (const { root, results } of roots) {
    for (const { step, outcome, detail } of results) {
      yield { ...pathFields(stepPath(root, step)), action: actionOf(step), outcome, detail };
    }
  }
}

function line(type: string, fields: Fields): string {
  return `${safeJson({ type, ...fields })}\n`;
}

function* list<T>(
  name: string,
  items: Iterable<T>,
  fields: (item: T) => Fields,
): Generator<string> {
  yield `,\n${safeJson(name)}:[`;
  let separator = '\n';
  for (const item of items) {
    yield separator + safeJson(fields(item));
    separator = ',\n';
  }
  yield ']';
}
