/** Which command a line is of, though it may be wrong otherwise: monitoring wants its own exit status even then. */
import { commands, type CommandName } from './commands.ts';
import { groups } from './options.ts';

/** @returns undefined when the first word is no command: then it is the default one's */
export function commandOf(argv: readonly string[]): CommandName | undefined {
  const word = argv.find((one, at) => {
    const before = argv[at - 1];
    return !isOption(one) && (before === undefined || !takesNext(before));
  });
  return commands.find(({ name }) => name === word)?.name;
}

function isOption(word: string): boolean {
  return word.startsWith('-') && word !== '-';
}

/** `-C file`, `--config file`; not `-Cfile` and `--config=file`. */
function takesNext(word: string): boolean {
  return isOption(word) && withValue.has(word.replace(/^--?/, ''));
}

const withValue: ReadonlySet<string> = new Set(
  Object.values(groups).flatMap((group) =>
    Object.entries(group).flatMap(([name, { type, choices, alias }]) => {
      if (type !== 'string' && choices === undefined) return [];
      return typeof alias === 'string' ? [name, alias] : [name];
    }),
  ),
);
