/**
 * The process that changes a spool for root: it becomes the spool's owner, checks that nothing is left of root's rights,
 * and takes orders on standard input (model/child-talk.ts). Started by steps/remove-dropped.ts, never by hand.
 */
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { ChildMessage, ChildOrder, RunOrder } from '../model/child-talk.ts';
import { Interrupted } from '../model/errors.ts';
import type { PlanStep } from '../model/plan.ts';
import { parseChildOrder } from '../parse/child-order.ts';
import { findObstacles } from '../steps/preflight.ts';
import type { Recheck } from '../steps/recheck-steps.ts';
import { removeHere } from '../steps/remove-here.ts';
import { nodeAccess } from '../system/access.ts';
import { nodeChanges } from '../system/anchor.ts';
import { nodeOs } from '../system/node-os.ts';
import { nodeIdentities } from '../system/process-identity.ts';
import { becomeOwner, interruptOnSignals } from './child.ts';

type NextOrder = () => Promise<ChildOrder | undefined>;

async function serve(): Promise<void> {
  const why = becomeOwner();
  if (why !== undefined) {
    say({ type: 'unfit', why });
    return;
  }
  const interrupt = interruptOnSignals();
  const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
  const iterator = lines[Symbol.asyncIterator]();
  const next: NextOrder = async () => {
    const line = await iterator.next();
    return line.done === true ? undefined : parseChildOrder(line.value);
  };
  const first = await next();
  if (first?.type === 'check') check(first);
  else if (first?.type === 'begin') await remove(first.order, next, interrupt);
  lines.close();
  process.stdin.destroy();
}

function check(request: Extract<ChildOrder, { type: 'check' }>): void {
  const { files } = nodeOs({ jobs: 1 });
  const system = {
    files,
    access: nodeAccess,
    changes: nodeChanges,
    identities: nodeIdentities,
    uid: process.geteuid?.() ?? 0,
  };
  say({ type: 'obstacles', list: findObstacles(system, request) });
}

async function remove(order: RunOrder, next: NextOrder, interrupt: AbortController): Promise<void> {
  const steps: PlanStep[] = [];
  for (;;) {
    const given = await next();
    // Whoever gave the orders is gone before they were complete: nothing is begun.
    if (given === undefined) return;
    if (given.type === 'go') break;
    if (given.type === 'step') steps.push(given.step);
  }
  const { files, clock } = nodeOs({ jobs: 1, interrupted: interrupt.signal });
  const sequences = new Map(steps.map((step, sequence) => [step, sequence]));
  const ask = async (batch: readonly PlanStep[]): Promise<Recheck> => {
    const numbers = batch.map((step) => sequences.get(step) ?? 0);
    const first = Math.min(...numbers);
    say({ type: 'recheck', first, end: Math.max(...numbers) + 1 });
    const answer = await next();
    if (answer?.type !== 'rechecked') {
      // The one who can see is gone, so nothing more is known: the rest of the plan is left alone.
      interrupt.abort(new Interrupted());
      const gone = 'the process that looks into others is gone';
      return { refused: new Map(batch.map((step) => [step, gone])), kept: new Set() };
    }
    const stepAt = (sequence: number): PlanStep[] => {
      const step = steps[sequence];
      return step === undefined ? [] : [step];
    };
    return {
      refused: new Map(
        answer.refused.flatMap(({ sequence, why }) =>
          stepAt(sequence).map((step): [PlanStep, string] => [step, why]),
        ),
      ),
      kept: new Set(answer.kept.flatMap(stepAt)),
    };
  };
  const { run, version, host, journal, touched, ...root } = order;
  const outcome = await removeHere(
    {
      changes: nodeChanges,
      identities: nodeIdentities,
      files,
      clock,
      randomHex: () => randomBytes(4).toString('hex'),
    },
    { ...root, steps },
    {
      run,
      version,
      host,
      ...(journal === undefined ? {} : { journal }),
      ...(touched === undefined ? {} : { touched }),
    },
    ask,
    ({ sequence, outcome: what, detail }) => {
      say({
        type: 'result',
        sequence,
        outcome: what,
        ...(detail === undefined ? {} : { detail }),
      });
    },
  );
  say({
    type: 'end',
    ...(outcome.journal === undefined ? {} : { journal: outcome.journal }),
    ...(outcome.stopped === undefined ? {} : { stopped: outcome.stopped }),
    isInterrupted: outcome.isInterrupted,
  });
}

/** A pipe takes it at once, or makes this process wait: nothing is lost when it ends. */
function say(message: ChildMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

void serve();
