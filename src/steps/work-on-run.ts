/** Undo or purge as one request: in this process, or in one that has become the owner of the spool (safety.md 1). */
import type { BytePath } from '../model/byte-path.ts';
import { FormatError } from '../model/errors.ts';
import type { RunOutcome, RunStep } from '../model/run.ts';
import type { RunRequest } from '../model/run-talk.ts';
import { isTrouble } from '../model/trouble.ts';
import { formatRunLine, parseRunMessage } from '../parse/run-talk.ts';
import { startDropped, type Ids } from '../system/dropped-process.ts';
import type { Anchor, Changes, Clock, Identities } from '../system/os.ts';
import { lockRoot } from './lock-root.ts';
import { purgeRun } from './purge.ts';
import { undoRun, type RunContext, type RunLock } from './undo.ts';

export interface RunSystem {
  readonly changes: Changes;
  readonly clock: Pick<Clock, 'breathe'>;
  readonly identities: Identities;
  /** Eight hexadecimal digits, new ones at every call. */
  readonly randomHex: () => string;
}

export function workHere(
  { changes, clock, identities, randomHex }: RunSystem,
  request: RunRequest,
  onStep?: (step: RunStep) => void,
): Promise<RunOutcome> {
  const lock = (area: Anchor, run: BytePath): RunLock | string => {
    const taken = lockRoot(area, run, identities, identities.self(), randomHex);
    if (isTrouble(taken)) return `the root cannot be locked (${taken.syscall}: ${taken.errno})`;
    return 'heldBy' in taken ? `the root is locked by ${taken.heldBy}` : taken;
  };
  const context: RunContext = {
    clock,
    apply: request.apply,
    lock,
    ...(onStep === undefined ? {} : { onStep }),
  };
  const { takesEvidence, shownAsLast, messageRoots, place } = request;
  if (request.verb === 'purge') {
    return purgeRun(changes, place, {
      ...context,
      takesEvidence,
      // Which messages have a copy elsewhere is not known here: more is listed as the last than is.
      isRedundant: () => false,
      shownAsLast: new Set(shownAsLast),
    });
  }
  const owners = new Map(request.owners);
  const ownerOf = (pid: number): 'alive' | 'dead' | 'reused' | 'unknown' =>
    owners.get(pid) ?? 'unknown';
  return undoRun(changes, place, { ...context, ownerOf, messageRoots });
}

/** @param script  built JavaScript of the child */
export async function workDropped(
  script: URL,
  ids: Ids,
  request: RunRequest,
  interrupted: AbortSignal,
): Promise<RunOutcome> {
  const steps: RunStep[] = [];
  const outcome = {
    run: request.place.run,
    root: request.place.root,
    steps,
    heldFiles: 0,
    isInterrupted: false,
  };
  const child = await startDropped(script, ids);
  if ('why' in child) return { ...outcome, refusals: [child.why] };
  const interrupt = (): void => {
    child.interrupt();
  };
  interrupted.addEventListener('abort', interrupt, { once: true });
  try {
    await child.send(formatRunLine(request));
    for await (const line of child.lines) {
      const message = parseRunMessage(line);
      if (message.type === 'unfit') return { ...outcome, refusals: [message.why] };
      if (message.type === 'step') {
        steps.push(message.step);
        continue;
      }
      const { refusals, heldFiles, isInterrupted } = message;
      return { ...outcome, refusals, heldFiles, isInterrupted };
    }
    child.finish();
    const { how } = await child.ended;
    return {
      ...outcome,
      refusals: [`the process that makes the changes ended before its work (${how})`],
    };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const why = `the process that makes the changes said something strange: ${error.message}`;
    return { ...outcome, refusals: [why] };
  } finally {
    interrupted.removeEventListener('abort', interrupt);
    child.finish();
    await child.ended;
  }
}
