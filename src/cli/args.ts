/** What was typed, nothing resolved: argv through yargs. The only file that knows yargs. */
import yargs, { type Argv, type Options } from 'yargs';
import { UsageError } from '../model/errors.ts';
import { eitherFormat } from '../report/formats.ts';
import { commands, type CommandName } from './commands.ts';
import { exitStatuses } from './exit-statuses.ts';
import { helpWidth } from './help-width.ts';
import { groups } from './options.ts';

export interface Args {
  readonly command: CommandName;
  readonly operands: readonly string[];
  /** Names of the options that were typed; the others have their defaults. */
  readonly given: ReadonlySet<string>;
  readonly config: readonly string[];
  readonly cyrusConf: string | undefined;
  readonly archive: readonly string[];
  readonly meta: readonly string[];
  readonly linksIn: readonly string[];
  readonly wholeFilesystem: boolean;
  readonly enterMounts: boolean;
  readonly minAge: string;
  readonly offline: boolean;
  readonly proc: string;
  readonly format: string;
  readonly json: boolean;
  readonly output: string | undefined;
  readonly host: string | undefined;
  readonly jobs: number | undefined;
  readonly walker: string;
  readonly failOn: string;
  readonly quiet: boolean;
  readonly verbose: number;
  readonly color: boolean;
  readonly progress: boolean;
  readonly keep: boolean;
  readonly apply: boolean;
  readonly yes: boolean;
  readonly journal: string | undefined;
  readonly only: string | undefined;
  readonly pids: readonly string[];
  readonly from: string | undefined;
  readonly maxReportAge: string | undefined;
  readonly expect: string | undefined;
  readonly upgradeTo: string | undefined;
  readonly deep: boolean;
  /** --warn-… and --crit-… by their names. */
  readonly limits: Readonly<Record<string, string>>;
  readonly maxDelete: string | undefined;
  readonly evidence: boolean;
  readonly users: readonly string[];
  readonly mailboxes: readonly string[];
  readonly bwlimit: string | undefined;
  readonly check: string;
  readonly shared: boolean;
  readonly sample: string | undefined;
  readonly seed: string | undefined;
  /** Undefined: when a Cyrus runs. */
  readonly idle: boolean | undefined;
  readonly resume: string | undefined;
  /** Two, or none. */
  readonly retry: readonly string[];
}

/** Either what to do, or text that yargs made (--help, --version) and that ends the run. */
export type Parsed = { readonly args: Args } | { readonly text: string };

/** @throws UsageError with the sentence that yargs or we have for it */
export async function parseArgs(
  argv: readonly string[],
  version: string,
  columns: number,
): Promise<Parsed> {
  let text = '';
  let found: Args | undefined;
  const parser = yargs()
    .scriptName('stagesweep')
    .usage('stagesweep [scan] [PARTITION..]\n\n' + summary)
    .parserConfiguration({ 'duplicate-arguments-array': true, 'greedy-arrays': false })
    .version(version)
    .alias('version', 'V')
    .help()
    .alias('help', 'h')
    // yargs speaks the language of the environment; half of a message would be its, and half ours.
    .detectLocale(false)
    .strict()
    .recommendCommands()
    .wrap(helpWidth(columns))
    .epilogue(exitStatus)
    .fail((message: string, error: Error | undefined) => {
      // "Not enough arguments following: C" comes as an error of yargs's own.
      if (error !== undefined && error.name !== 'YError') throw error;
      throw new UsageError(onceNamed((error?.message ?? message).replace(/\s+/g, ' ')));
    });
  for (const command of commands) {
    parser.command(
      [command.usage, ...(command.isDefault ? ['$0'] : [])],
      command.summary,
      (builder) => build(builder, command),
      (raw) => {
        // Not in its types.
        const { defaulted = {} } = parser.parsed as { defaulted?: Record<string, unknown> };
        found = argsOf(command.name, raw, defaulted);
      },
    );
  }
  await parser.parseAsync(argv.map(guarded), {}, (error, _, output) => {
    if (error) throw error;
    text = output;
  });
  if (text !== '') return { text: `${text}\n` };
  if (found === undefined) throw new UsageError('no command; see stagesweep --help');
  return { args: found };
}

function build(builder: Argv, command: (typeof commands)[number]): Argv {
  for (const [name, positional] of Object.entries(command.positionals)) {
    builder.positional(name, positional);
  }
  for (const group of command.groups) {
    const { format, ...options } = groups[group];
    if (format !== undefined) builder.option('format', formatOption(format, command));
    builder.options(options);
  }
  for (const [example, explanation] of command.examples) builder.example(example, explanation);
  return builder;
}

/** yargs names an unknown option as it was typed and in camelCase: "Unknown arguments: crit-x, critX". */
function onceNamed(message: string): string {
  const [, names] = /^Unknown arguments?: (.*)$/.exec(message) ?? [];
  if (names === undefined) return message;
  const all = names.split(', ');
  const doubles = new Set(all.flatMap((name) => (name.includes('-') ? [camelCase(name)] : [])));
  const once = all.filter((name) => !doubles.has(name));
  return `Unknown argument${once.length === 1 ? '' : 's'}: ${once.join(', ')}`;
}

function camelCase(name: string): string {
  return name.replace(/-+(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** Each command writes some of the formats; settingsOf() refuses the others with a sentence that names those. */
function formatOption(format: Options, { formats = [] }: (typeof commands)[number]): Options {
  const { describe = '', group, requiresArg } = format;
  const [usual] = formats;
  return {
    type: 'string',
    describe: `${describe}: ${eitherFormat(formats)}`,
    ...(usual === undefined ? {} : { default: usual }),
    ...(group === undefined ? {} : { group }),
    ...(requiresArg === undefined ? {} : { requiresArg }),
  };
}

/** yargs gives one value for an option that was given once, and an array for more. */
function argsOf(
  command: CommandName,
  raw: Readonly<Record<string, unknown>>,
  defaulted: Readonly<Record<string, unknown>>,
): Args {
  const list = (name: string): string[] => {
    const value = raw[name];
    if (value === undefined) return [];
    return (Array.isArray(value) ? value : [value]).map((word) => unguarded(String(word)));
  };
  const single = (name: string): string | undefined => {
    const values = list(name);
    if (values.length > 1) throw new UsageError(`--${name} was given ${values.length} times`);
    if (values[0] === '') throw new UsageError(`--${name} needs a value`);
    return values[0];
  };
  const flag = (name: string): boolean => raw[name] === true;
  const operands = commands.find(({ name }) => name === command)?.positionals ?? {};
  return {
    command,
    operands: Object.keys(operands).flatMap(list),
    given: new Set(Object.keys(raw).filter((name) => !(name in defaulted))),
    config: list('config'),
    cyrusConf: single('cyrus-conf'),
    archive: list('archive'),
    meta: list('meta'),
    linksIn: list('links-in'),
    wholeFilesystem: flag('whole-filesystem'),
    enterMounts: flag('enter-mounts'),
    minAge: single('min-age') ?? '36h',
    offline: flag('offline'),
    proc: single('proc') ?? '/proc',
    format: single('format') ?? 'table',
    json: flag('json'),
    output: single('output'),
    host: single('host'),
    jobs: jobsOf(single('jobs')),
    walker: single('walker') ?? 'auto',
    failOn: single('fail-on') ?? 'warning',
    quiet: flag('quiet'),
    verbose: typeof raw['verbose'] === 'number' ? raw['verbose'] : 0,
    color: raw['color'] !== false,
    progress: raw['progress'] !== false,
    keep: flag('keep'),
    apply: flag('apply'),
    yes: flag('yes'),
    journal: single('journal'),
    only: single('only'),
    pids: list('pid'),
    from: single('from'),
    maxReportAge: single('max-report-age'),
    expect: single('expect'),
    upgradeTo: single('upgrade-to'),
    deep: flag('deep'),
    limits: Object.fromEntries(
      Object.keys(raw)
        .filter((name) => /^(?:warn|crit)-/.test(name))
        .flatMap((name): [string, string][] => {
          const range = single(name);
          return range === undefined ? [] : [[name, range]];
        }),
    ),
    maxDelete: single('max-delete'),
    evidence: flag('evidence'),
    users: list('user'),
    mailboxes: list('mailbox'),
    bwlimit: single('bwlimit'),
    check: single('check') ?? 'digest',
    shared: flag('shared'),
    sample: single('sample'),
    seed: single('seed'),
    idle: typeof raw['idle'] === 'boolean' ? raw['idle'] : undefined,
    resume: single('resume'),
    retry: list('retry'),
  };
}

// yargs 18 makes an empty string of a positional `-`. No argument can hold a NUL.
const dash = '\0';

function guarded(word: string): string {
  return word === '-' ? dash : word;
}

function unguarded(word: string): string {
  return word === dash ? '-' : word;
}

function jobsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const jobs = Number(text);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > 256) {
    throw new UsageError(`--jobs ${text}: a whole number from 1 to 256 is needed`);
  }
  return jobs;
}

const summary = [
  'Finds what crashes and restarts of Cyrus IMAP left in sync. and stage., every',
  'other name of each file, and whether a message was damaged. Reads only.',
].join('\n');

const exitStatus = [
  'EXIT STATUS',
  ...exitStatuses.map(([status, meaning]) => `  ${String(status).padEnd(3)}  ${meaning}`),
  'check alone: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN, also for a wrong command line',
].join('\n');
