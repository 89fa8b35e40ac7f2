/** The process that undoes or purges a run for root: it becomes the spool's owner. Started by steps/work-on-run.ts. */
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Interrupted } from '../model/errors.ts';
import type { RunMessage } from '../model/run-talk.ts';
import { formatRunLine, parseRunRequest } from '../parse/run-talk.ts';
import { workHere } from '../steps/work-on-run.ts';
import { nodeChanges } from '../system/anchor.ts';
import { dropRights } from '../system/drop-rights.ts';
import { nodeClock } from '../system/clock.ts';
import { nodeIdentities } from '../system/process-identity.ts';

async function serve(): Promise<void> {
  const [uid, gid] = process.argv.slice(2).map(Number);
  const why = dropRights({ uid: uid ?? 0, gid: gid ?? 0 });
  if (why !== undefined) {
    say({ type: 'unfit', why: `root's rights could not be given up: ${why}` });
    return;
  }
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      interrupt.abort(new Interrupted());
    });
  }
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

await serve();
