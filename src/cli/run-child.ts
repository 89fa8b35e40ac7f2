/** The process that undoes or purges a run for root: it becomes the spool's owner. Started by steps/work-on-run.ts. */
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { RunMessage } from '../model/run-talk.ts';
import { formatRunLine, parseRunRequest } from '../parse/run-talk.ts';
import { workHere } from '../steps/work-on-run.ts';
import { nodeChanges } from '../system/anchor.ts';
import { nodeClock } from '../system/clock.ts';
import { nodeIdentities } from '../system/process-identity.ts';
import { becomeOwner, interruptOnSignals } from './child.ts';

async function serve(): Promise<void> {
  const why = becomeOwner();
  if (why !== undefined) {
    say({ type: 'unfit', why });
    return;
  }
  const interrupt = interruptOnSignals();
  // Pid directories get the mode that they had, whatever the mask of whoever started us.
  process.umask(0);
  const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
  const first = await lines[Symbol.asyncIterator]().next();
  if (first.done === true) return;
  const { refusals, heldFiles, isInterrupted } = await workHere(
    {
      changes: nodeChanges,
      clock: nodeClock(0n, interrupt.signal),
      identities: nodeIdentities,
      randomHex: () => randomBytes(4).toString('hex'),
    },
    parseRunRequest(first.value),
    (step) => {
      say({ type: 'step', step });
    },
  );
  say({ type: 'end', refusals, heldFiles, isInterrupted });
  lines.close();
  process.stdin.destroy();
}

function say(message: RunMessage): void {
  process.stdout.write(`${formatRunLine(message)}\n`);
}

void serve();
