/** What a shell may offer for the word under the cursor, from the same data as --help. Pure. */
import type { Options } from 'yargs';
import { explainableWords } from '../report/explain.ts';
import { commands, type Command } from './commands.ts';
import { groups } from './options.ts';

export interface Offer {
  readonly word: string;
  /** One line for the shells that show it. */
  readonly description: string;
}

/**
 * @param words what was typed after the program's name, up to the cursor; the last word is the one to complete, empty
 *              after a blank. bash gives `--format=js` as three words, zsh and fish as one
 * @returns     empty where a file name belongs: every shell then offers those
 */
export function completeWords(words: readonly string[]): readonly Offer[] {
  const typed = joined(words);
  const current = typed.at(-1) ?? '';
  const line = readLine(typed.slice(0, -1));
  return offersFor(current, line).filter(({ word }) => word.startsWith(valueIn(current)));
}

interface Line {
  /** Undefined: none was named yet, which means scan. */
  readonly command: Command | undefined;
  readonly operands: number;
  readonly given: ReadonlySet<string>;
  /** The option whose value comes next. */
  readonly awaits: Options | undefined;
  readonly onlyOperands: boolean;
}

function offersFor(current: string, line: Line): readonly Offer[] {
  const options = optionsOf(line.command);
  if (line.awaits !== undefined) return choicesOf(line.awaits);
  if (line.onlyOperands) return [];
  const [name, value] = split(current);
  if (value !== undefined) return choicesOf(options.get(name));
  if (current.startsWith('-')) return flagsOf(options, line.given);
  if (line.command === undefined && line.operands === 0) return commandOffers;
  if (line.command?.name === 'explain' && line.operands === 0) return codes;
  return choicesOf(Object.values(line.command?.positionals ?? {})[line.operands]);
}

function readLine(words: readonly string[]): Line {
  let command: Command | undefined;
  let operands = 0;
  let values = 0;
  let awaits: Options | undefined;
  let onlyOperands = false;
  const given = new Set<string>();
  for (const word of words) {
    if (values > 0) {
      values -= 1;
      if (values === 0) awaits = undefined;
      continue;
    }
    if (word === '--') onlyOperands = true;
    else if (word.startsWith('-') && word !== '-' && !onlyOperands) {
      const [name, value] = split(word);
      const option = optionsOf(command).get(name);
      given.add(longNameOf(name, command));
      values = value === undefined ? valuesOf(option) : 0;
      if (values > 0) awaits = option;
    } else {
      const named = commands.find((one) => one.name === word);
      if (command === undefined && operands === 0 && named !== undefined) command = named;
      else operands += 1;
    }
  }
  return { command, operands, given, awaits, onlyOperands };
}

/** By what is typed: `--config` and `-C`. */
function optionsOf(command: Command | undefined): ReadonlyMap<string, Options> {
  const { groups: taken, formats } = command ?? defaultCommand;
  const found = new Map<string, Options>();
  for (const [name, option] of taken.flatMap((group) => Object.entries(groups[group]))) {
    const own =
      name === 'format' && formats !== undefined ? { ...option, choices: formats } : option;
    found.set(`--${name}`, own);
    if (typeof option.alias === 'string') found.set(`-${option.alias}`, own);
  }
  return found;
}

function longNameOf(typed: string, command: Command | undefined): string {
  const all = optionsOf(command);
  const option = all.get(typed);
  for (const [name, one] of all) if (one === option && name.startsWith('--')) return name;
  return typed;
}

function flagsOf(
  options: ReadonlyMap<string, Options>,
  given: ReadonlySet<string>,
): readonly Offer[] {
  const offers: Offer[] = [];
  for (const [name, option] of options) {
    if (!name.startsWith('--')) continue;
    const description = option.describe ?? '';
    // What is on already can only be turned off.
    const word = option.default === true ? `--no-${name.slice(2)}` : name;
    if (given.has(word) && !description.includes('repeatable')) continue;
    offers.push({ word, description });
  }
  return [...offers, ...always];
}

function valuesOf(option: Options | undefined): number {
  if (option === undefined || option.type === 'boolean' || option.type === 'count') return 0;
  return option.nargs ?? 1;
}

function choicesOf(option: Pick<Options, 'choices'> | undefined): readonly Offer[] {
  const { choices } = option ?? {};
  return (Array.isArray(choices) ? choices : []).map((one) => ({
    word: String(one),
    description: '',
  }));
}

/** `--format`, `=`, `js` -> `--format=js` */
function joined(words: readonly string[]): readonly string[] {
  const whole: string[] = [];
  for (const [at, word] of words.entries()) {
    const last = whole.at(-1) ?? '';
    const continues = word === '=' ? last.startsWith('--') : words[at - 1] === '=';
    if (continues && last.startsWith('--')) whole[whole.length - 1] = last + word;
    else whole.push(word);
  }
  return whole;
}

/** The value is undefined without a `=`. */
function split(word: string): readonly [name: string, value: string | undefined] {
  const at = word.startsWith('--') ? word.indexOf('=') : -1;
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

function valueIn(word: string): string {
  return split(word)[1] ?? word;
}

const [defaultCommand = { groups: [], formats: [] }] = commands.filter(
  ({ isDefault }) => isDefault,
);
const commandOffers = commands.map(({ name, summary }) => ({ word: name, description: summary }));
const codes = explainableWords.map((word) => ({ word, description: '' }));
const always: readonly Offer[] = [
  { word: '--help', description: 'show help' },
  { word: '--version', description: 'show version number' },
];
