/** What undo and purge take beside the spool, from what was typed. Pure. */
import { UsageError } from '../model/errors.ts';
import type { Args } from './args.ts';

export interface RunSettings {
  /** As typed: an id, or a directory. */
  readonly run: string;
  readonly apply: boolean;
  /** Is a person asked first? */
  readonly isAsking: boolean;
  readonly evidence: boolean;
  /** --journal, as typed. */
  readonly journal: string | undefined;
}

/** @param isTerminal  standard input and standard error both are one: there is somebody to ask */
export function runSettingsOf(args: Args, isTerminal: boolean): RunSettings {
  const [run] = args.operands;
  if (run === undefined || run === '') throw new UsageError(`${args.command}: which run?`);
  if (args.yes && !args.apply) throw new UsageError('--yes belongs to --apply');
  if (args.apply && !args.yes && !isTerminal) {
    throw new UsageError(
      '--apply asks before it begins, and there is no terminal to ask on: look at what it would do, then add --yes',
    );
  }
  return {
    run,
    apply: args.apply,
    isAsking: args.apply && !args.yes,
    evidence: args.evidence,
    journal: args.journal,
  };
}
