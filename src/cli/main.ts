/** argv in, exit status out; the only catch-all. */
import { availableParallelism } from 'node:os';
import { ConfigError, UsageError } from '../model/errors.ts';
import { OutputError } from '../system/output-file.ts';
import { printable } from '../report/quote.ts';
import { programVersion } from '../system/program.ts';
import { parseArgs, type Args } from './args.ts';
import { write } from './output.ts';
import { settingsOf, type Settings, type Surroundings } from './settings.ts';

export async function main(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupted);
  const status = await run(process.argv.slice(2));
  // Worker threads that are still stopping must not hold the prompt.
  process.exit(status);
}

async function run(argv: readonly string[]): Promise<number> {
  try {
    const parsed = await parseArgs(argv, programVersion(), process.stdout.columns || 80);
    if ('text' in parsed) {
      await write(undefined, [parsed.text]);
      return 0;
    }
    return await runCommand(parsed.args, settingsOf(parsed.args, surroundings()));
  } catch (error) {
    return failed(error);
  }
}

/** Commands are loaded when they run: --help and a wrong option answer at once. */
async function runCommand(args: Args, settings: Settings): Promise<number> {
  switch (args.command) {
    case 'scan':
      return (await import('./scan-command.ts')).scanCommand(args, settings);
    case 'explain':
      return (await import('./explain-command.ts')).explainCommand(args, settings);
    // Printed by yargs while it parses: there is nothing left to do.
    case 'completion':
      return 0;
    case 'demo':
      return (await import('./demo-command.ts')).demoCommand(args, settings);
  }
}

function surroundings(): Surroundings {
  return {
    // https://no-color.org: set and not empty
    noColor: (process.env['NO_COLOR'] ?? '') !== '',
    stdoutIsTerminal: process.stdout.isTTY,
    stderrIsTerminal: process.stderr.isTTY,
    columns: process.stdout.columns || undefined,
    cores: availableParallelism(),
  };
}

function failed(error: unknown): number {
  if (error instanceof UsageError || error instanceof ConfigError) {
    console.error(`stagesweep: ${printable(error.message)}`);
    return 64;
  }
  if (error instanceof OutputError) {
    console.error(`stagesweep: ${printable(error.message)}`);
    return 2;
  }
  console.error('stagesweep: this is a bug of ours; please report it with these lines:');
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 70;
}

function interrupted(): void {
  console.error('\nstagesweep: interrupted; nothing was changed and no report was written');
  process.exit(130);
}
