/**
 * Help that was made when the program was built, in the widths that pipes and most terminals have: to make it takes
 * three times as long as Node itself.
 */
import { readFileSync } from 'node:fs';
import { attempt } from '../system/attempt.ts';
import { isTrouble } from '../model/trouble.ts';
import { bytePath } from '../model/byte-path.ts';
import { helpWidth } from './help-width.ts';

/** Columns. */
export const readyWidths: readonly number[] = [80, 100];

/** Name of the file for the help of a command, or of all. */
export function readyHelpFile(command: string | undefined, width: number): string {
  return `${command ?? 'stagesweep'}-${width}.txt`;
}

/**
 * @param directory  where those files are
 * @returns          undefined where there is none: yargs has the word then
 */
export function readyHelp(
  directory: URL,
  argv: readonly string[],
  columns: number,
): string | undefined {
  const [command, ...more] = argv.slice(0, -1);
  const isAsked = argv.at(-1) === '--help' || argv.at(-1) === '-h';
  if (!isAsked || more.length > 0 || (command !== undefined && !/^[a-z]+$/.test(command))) {
    return undefined;
  }
  const file = new URL(readyHelpFile(command, helpWidth(columns)), directory);
  const text = attempt(bytePath(file.pathname), 'open', () => readFileSync(file, 'utf8'));
  return isTrouble(text) ? undefined : text;
}
