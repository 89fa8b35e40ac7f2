/** Args and surroundings -> Settings: complete and read-only. Pure. */
import { UsageError } from '../model/errors.ts';
import type { Severity } from '../model/finding.ts';
import type { CheckLevel } from '../model/message.ts';
import { parseDuration } from '../parse/duration.ts';
import { parseRate } from '../parse/rate.ts';
import { parseShare } from '../parse/sample-share.ts';
import type { Format } from '../report/renderers.ts';
import type { Args } from './args.ts';

/** What the terminal and the environment say. */
export interface Surroundings {
  readonly noColor: boolean;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** Of standard output, undefined when it is no terminal. */
  readonly columns: number | undefined;
  readonly cores: number;
}

export interface Settings {
  readonly minAgeSeconds: number;
  readonly offline: boolean;
  readonly proc: string;
  readonly walker: 'auto' | 'native' | 'node';
  readonly jobs: number;
  readonly format: Format;
  readonly output: string | undefined;
  readonly failOn: Severity;
  readonly verbose: number;
  readonly quiet: boolean;
  readonly color: boolean;
  readonly progress: boolean;
  readonly columns: number;
  readonly check: CheckLevel;
  /** Of the messages; undefined: all of them. */
  readonly share: number | undefined;
  /** Undefined: as fast as the disk gives. */
  readonly bytesPerSecond: number | undefined;
}

/** More threads than this only wait for the same disk. */
const jobsAtMost = 8;
/** Reports that go to a file or a pipe are read in mails and tickets. */
const columnsElsewhere = 80;

export function settingsOf(args: Args, around: Surroundings): Settings {
  if (args.json && args.format !== 'table' && args.format !== 'json') {
    throw new UsageError(`--json and --format ${args.format} contradict each other`);
  }
  if (args.quiet && args.verbose > 0)
    throw new UsageError('--quiet and --verbose contradict each other');
  if (args.seed !== undefined && args.sample === undefined) {
    throw new UsageError('--seed belongs to --sample');
  }
  const toTerminal = around.stdoutIsTerminal && args.output === undefined;
  return {
    minAgeSeconds: parseDuration(args.minAge, '--min-age'),
    offline: args.offline,
    proc: args.proc,
    walker: args.walker as Settings['walker'],
    jobs: args.jobs ?? Math.min(around.cores, jobsAtMost),
    format: args.json ? 'json' : (args.format as Format),
    output: args.output,
    failOn: args.failOn as Severity,
    verbose: args.verbose,
    quiet: args.quiet,
    color: args.color && !around.noColor && toTerminal,
    progress: args.progress && !args.quiet && around.stderrIsTerminal,
    check: args.check as CheckLevel,
    share: args.sample === undefined ? undefined : parseShare(args.sample, '--sample'),
    bytesPerSecond: args.bwlimit === undefined ? undefined : parseRate(args.bwlimit, '--bwlimit'),
    columns: toTerminal ? (around.columns ?? columnsElsewhere) : columnsElsewhere,
  };
}
