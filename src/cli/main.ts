/** argv in, exit status out; the only catch-all. */
import { availableParallelism } from 'node:os';
import { ConfigError, InputError, Interrupted, UsageError } from '../model/errors.ts';
import { printable } from '../report/quote.ts';
import { unknownLine } from '../report/unknown-line.ts';
import { OutputError } from '../system/output-file.ts';
import { programVersion } from '../system/program.ts';
import { parseArgs, type Args } from './args.ts';
import { commandOf } from './command-of.ts';
import { write } from './output.ts';
import { settingsOf, type Settings, type Surroundings } from './settings.ts';

export async function main(): Promise<void> {
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // Threads must come to their end by themselves: exiting while one loads koffi aborts the whole process. Who
    // presses Ctrl-C twice does not want to wait for that.
    process.on(signal, () => {
      if (interrupt.signal.aborted) process.exit(130);
      interrupt.abort(new Interrupted());
    });
  }
  // Not process.exit(): a reader may still be taking what was written.
  process.exitCode = await run(process.argv.slice(2), interrupt.signal);
}

async function run(argv: readonly string[], interrupted: AbortSignal): Promise<number> {
  try {
    const [command, divider, ...typed] = argv;
    if (command === 'completion' && divider === '--') {
      return await (await import('./completion-command.ts')).answerShell(typed);
    }
    const parsed = await parseArgs(argv, programVersion(), process.stdout.columns || 80);
    if ('text' in parsed) {
      await write(undefined, [parsed.text]);
      return 0;
    }
    return await runCommand(parsed.args, settingsOf(parsed.args, surroundings()), interrupted);
  } catch (error) {
    return commandOf(argv) === 'check' ? await checkFailed(error) : failed(error);
  }
}

/** Commands are loaded when they run: --help and a wrong option answer at once. */
async function runCommand(
  args: Args,
  settings: Settings,
  interrupted: AbortSignal,
): Promise<number> {
  switch (args.command) {
    case 'scan':
      return (await import('./scan-command.ts')).scanCommand(args, settings, interrupted);
    case 'audit':
      return (await import('./audit-command.ts')).auditCommand(args, settings, interrupted);
    case 'manifest':
      return (await import('./manifest-command.ts')).manifestCommand(args, settings, interrupted);
    case 'compare':
      return (await import('./compare-command.ts')).compareCommand(args, settings, interrupted);
    case 'clean':
      return (await import('./clean-command.ts')).cleanCommand(args, settings, interrupted);
    case 'undo':
    case 'purge':
      return (await import('./run-command.ts')).runCommand(
        args.command,
        args,
        settings,
        interrupted,
      );
    case 'history':
      return (await import('./history-command.ts')).historyCommand(args, settings, interrupted);
    case 'check':
      return (await import('./check-command.ts')).checkCommand(args, settings, interrupted);
    case 'merge':
      return (await import('./merge-command.ts')).mergeCommand(args, settings, interrupted);
    case 'explain':
      return (await import('./explain-command.ts')).explainCommand(args, settings);
    case 'completion':
      return (await import('./completion-command.ts')).completionCommand(
        args,
        process.env['SHELL'],
      );
    case 'demo':
      return (await import('./demo-command.ts')).demoCommand(args, settings, interrupted);
  }
}

function surroundings(): Surroundings {
  return {
    // https://no-color.org: set and not empty
    noColor: (process.env['NO_COLOR'] ?? '') !== '',
    stdoutIsTerminal: process.stdout.isTTY,
    // A terminal of 0 columns (script(1), some consoles) makes the spinner erase lines without end.
    stderrIsTerminal: process.stderr.isTTY && process.stderr.columns > 0,
    columns: process.stdout.columns || undefined,
    cores: availableParallelism(),
  };
}

/** Monitoring reads one line on standard output, and takes 3 for an answer that could not be given, whatever the reason. */
async function checkFailed(error: unknown): Promise<number> {
  await write(undefined, [unknownLine(wordsOf(error))]);
  const isExpected = [UsageError, ConfigError, InputError, OutputError, Interrupted].some(
    (kind) => error instanceof kind,
  );
  if (!isExpected) failed(error);
  return 3;
}

function wordsOf(error: unknown): string {
  if (error instanceof Interrupted) return 'interrupted';
  return error instanceof Error ? error.message : String(error);
}

function failed(error: unknown): number {
  if (error instanceof UsageError || error instanceof ConfigError) {
    console.error(`stagesweep: ${printable(error.message)}`);
    return 64;
  }
  if (error instanceof OutputError || error instanceof InputError) {
    console.error(`stagesweep: ${printable(error.message)}`);
    return 2;
  }
  if (error instanceof Interrupted) {
    console.error('stagesweep: interrupted; nothing was changed and no report was written');
    return 130;
  }
  console.error('stagesweep: this is a bug of ours; please report it with these lines:');
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 70;
}
