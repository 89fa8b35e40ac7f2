/**
 * Carries out the plan of one root in a process that has become the owner of the stage directories (safety.md 1).
 *
 * The question of every batch (who has these files open, who runs, which message is intact) is answered by this
 * process, which keeps root's rights: the other could not look into processes of other users any more.
 */
import type { BytePath } from '../model/byte-path.ts';
import type { ChildMessage, RunOrder } from '../model/child-talk.ts';
import { FormatError } from '../model/errors.ts';
import type { PlanStep, RootPlan } from '../model/plan.ts';
import { parseChildMessage } from '../parse/child-message.ts';
import { formatChildOrder } from '../parse/child-order.ts';
import { startDropped, type DroppedProcess } from '../system/dropped-process.ts';
import type { PreflightRequest } from './preflight.ts';
import type { Recheck } from './recheck-steps.ts';
import type { RemoveOutcome, StepResult } from './remove.ts';

export interface DroppedContext {
  /** Built JavaScript of the child. */
  readonly script: URL;
  /** @param own  pid of the process that asks */
  readonly recheck: (batch: readonly PlanStep[], own: number) => Promise<Recheck>;
  readonly onResult: (result: StepResult) => void;
  /** Passed on: a signal to this process alone must reach the other. */
  readonly interrupted: AbortSignal;
}

/** @returns what will not work, one sentence each */
export async function checkDropped(
  script: URL,
  plan: Pick<RootPlan, 'uid' | 'gid'>,
  request: PreflightRequest,
): Promise<readonly string[]> {
  const child = await startDropped(script, plan);
  if ('why' in child) return [child.why];
  await child.send(formatChildOrder({ type: 'check', ...request }));
  try {
    for await (const line of child.lines) {
      const message = parseChildMessage(line, 0);
      if (message.type === 'obstacles') return message.list;
      if (message.type === 'unfit') return [message.why];
    }
    return [await howItEnded(child)];
  } catch (error) {
    if (error instanceof FormatError) return [strange(error)];
    throw error;
  } finally {
    child.finish();
    await child.ended;
  }
}

export async function removeDropped(
  plan: RootPlan,
  order: Omit<RunOrder, keyof RootPlan>,
  context: DroppedContext,
): Promise<RemoveOutcome> {
  const results: StepResult[] = [];
  const { steps, ...rest } = plan;
  const nothing = { run: order.run, root: plan.root, results, isInterrupted: false };
  const child = await startDropped(context.script, plan);
  if ('why' in child) return { ...nothing, stopped: child.why };
  const interrupt = (): void => {
    child.interrupt();
  };
  context.interrupted.addEventListener('abort', interrupt, { once: true });
  try {
    await child.send(formatChildOrder({ type: 'begin', order: { ...rest, ...order } }));
    for (const step of steps) await child.send(formatChildOrder({ type: 'step', step }));
    await child.send(formatChildOrder({ type: 'go' }));
    for await (const line of child.lines) {
      const message = parseChildMessage(line, steps.length);
      if (message.type === 'end') return { ...nothing, ...ending(message) };
      if (message.type === 'unfit') return { ...nothing, stopped: message.why };
      if (message.type === 'recheck') {
        await answer(child, steps, message.first, message.end, context);
      }
      if (message.type !== 'result') continue;
      const step = steps[message.sequence];
      if (step === undefined) throw new FormatError('there is no such step', 0);
      const { sequence, outcome, detail } = message;
      const result = { sequence, step, outcome, ...(detail === undefined ? {} : { detail }) };
      results.push(result);
      context.onResult(result);
    }
    return { ...nothing, stopped: await howItEnded(child) };
  } catch (error) {
    if (error instanceof FormatError) return { ...nothing, stopped: strange(error) };
    throw error;
  } finally {
    context.interrupted.removeEventListener('abort', interrupt);
    // Its orders end here, and so does it, whatever it was doing.
    child.finish();
    await child.ended;
  }
}

async function answer(
  child: DroppedProcess,
  steps: readonly PlanStep[],
  first: number,
  end: number,
  context: DroppedContext,
): Promise<void> {
  const batch = steps.slice(first, end);
  const { refused, kept } = await context.recheck(batch, child.pid);
  const sequenceOf = (step: PlanStep): number => first + batch.indexOf(step);
  await child.send(
    formatChildOrder({
      type: 'rechecked',
      refused: [...refused].map(([step, why]) => ({ sequence: sequenceOf(step), why })),
      kept: [...kept].map(sequenceOf),
    }),
  );
}

function ending(message: Extract<ChildMessage, { type: 'end' }>): {
  journal?: BytePath;
  stopped?: string;
  isInterrupted: boolean;
} {
  const { journal, stopped, isInterrupted } = message;
  return {
    ...(journal === undefined ? {} : { journal }),
    ...(stopped === undefined ? {} : { stopped }),
    isInterrupted,
  };
}

async function howItEnded(child: DroppedProcess): Promise<string> {
  child.finish();
  const { how, stderr } = await child.ended;
  const last = stderr.split('\n').find((line) => /Error|EACCES|cannot/.test(line));
  const why = last === undefined ? '' : `: ${last.trim()}`;
  return `the process that makes the changes ended before its work (${how}${why})`;
}

function strange(error: FormatError): string {
  return `the process that makes the changes said something strange (${error.message}): somebody interferes with it`;
}
