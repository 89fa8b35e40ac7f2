/** What only clean takes, from what was typed. Pure. */
import { UsageError } from '../model/errors.ts';
import type { Area } from '../model/stage.ts';
import type { Args } from './args.ts';
import type { Settings } from './settings.ts';

export interface CleanSettings {
  readonly apply: boolean;
  readonly yes: boolean;
  readonly only: Area | undefined;
  readonly pids: ReadonlySet<number>;
  readonly maxDelete: number | undefined;
  /** --from, as typed. */
  readonly from: string | undefined;
  /** --journal, as typed. */
  readonly journal: string | undefined;
  /** Can a question be asked? */
  readonly isAsking: boolean;
}

/** A spool in use: nothing younger is removed, whatever is typed (safety.md 9). */
const floorSeconds = 600;
const pidAtMost = 2 ** 31 - 1;

/** @param isTerminal  standard input and standard error both are one: there is somebody to ask */
export function cleanSettingsOf(
  args: Args,
  settings: Settings,
  isTerminal: boolean,
): CleanSettings {
  if (!settings.offline && settings.minAgeSeconds < floorSeconds) {
    throw new UsageError(
      `--min-age ${args.minAge}: clean takes 10m at least, since a spool in use has files that are about to be linked. For a spool that no Cyrus uses add --offline`,
    );
  }
  if (args.yes && !args.apply) throw new UsageError('--yes belongs to --apply');
  if (args.journal !== undefined && !args.apply) {
    throw new UsageError('--journal belongs to --apply');
  }
  if (args.apply && !args.yes && !isTerminal) {
    throw new UsageError(
      '--apply asks before it begins, and there is no terminal to ask on: look at the plan, then add --yes',
    );
  }
  return {
    apply: args.apply,
    yes: args.yes,
    only: args.only === 'sync' || args.only === 'stage' ? args.only : undefined,
    pids: new Set(args.pids.map((typed) => wholeNumber(typed, '--pid', 1, pidAtMost))),
    maxDelete:
      args.maxDelete === undefined
        ? undefined
        : wholeNumber(args.maxDelete, '--max-delete', 0, Number.MAX_SAFE_INTEGER),
    from: args.from,
    journal: args.journal,
    isAsking: args.apply && !args.yes,
  };
}

function wholeNumber(typed: string, option: string, least: number, most: number): number {
  const value = Number(typed);
  if (!/^\d+$/.test(typed) || value < least || value > most) {
    throw new UsageError(`${option} ${typed}: a whole number from ${least} on is needed`);
  }
  return value;
}
