/** Args and surroundings -> Settings: complete and read-only. Pure. */
import { UsageError } from '../model/errors.ts';
import type { Severity } from '../model/finding.ts';
import type { CheckLevel } from '../model/message.ts';
import { parseDuration } from '../parse/duration.ts';
import { parseRate } from '../parse/rate.ts';
import { parseShare } from '../parse/sample-share.ts';
import { eitherFormat, type Format } from '../report/formats.ts';
import type { Args } from './args.ts';
import { commands } from './commands.ts';

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
  /** As the report calls this host; undefined: as it calls itself. */
  readonly host: string | undefined;
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
  const format = formatOf(args);
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
    format,
    output: args.output,
    host: hostOf(args.host),
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

/** Before anything is looked at: a report that cannot be written is not worth hours of reading. */
function formatOf({ command, format, json }: Args): Format {
  const own = commands.find(({ name }) => name === command)?.formats ?? ['table'];
  if (json && format !== own[0] && format !== 'json') {
    throw new UsageError(`--json and --format ${format} contradict each other`);
  }
  const wanted = json ? 'json' : format;
  const found = own.find((one) => one === wanted);
  if (found !== undefined) return found;
  throw new UsageError(`--format ${wanted}: ${command} writes ${eitherFormat(own)}`);
}

/** One word, as a line of `merge --expect` has it. */
function hostOf(typed: string | undefined): string | undefined {
  // eslint-disable-next-line no-control-regex -- control characters have no place in a name
  if (typed === undefined || /^[^\s\x00-\x1f\x7f#]{1,253}$/.test(typed)) return typed;
  throw new UsageError(`--host ${typed}: one word of at most 253 characters is needed`);
}
