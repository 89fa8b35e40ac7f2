/** stagesweep completion: the script for a shell, and the answer when that asks what fits. */
import type { Args } from './args.ts';
import { completeWords } from './complete-words.ts';
import { completionScripts, guessShell, shells } from './completion-script.ts';
import { write } from './output.ts';

/** @param loginShell $SHELL, for who names none */
export async function completionCommand(
  args: Args,
  loginShell: string | undefined,
): Promise<number> {
  const [named] = args.operands;
  const shell = shells.find((one) => one === named) ?? guessShell(loginShell);
  await write(undefined, [completionScripts[shell]]);
  return 0;
}

/** The words as a shell has them, half typed and hence nothing that could be parsed as a command line. */
export async function answerShell(words: readonly string[]): Promise<number> {
  await write(
    undefined,
    completeWords(words).map(({ word, description }) =>
      description === '' ? `${word}\n` : `${word}\t${description}\n`,
    ),
  );
  return 0;
}
