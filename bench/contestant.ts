/** Who runs in a race: a command, and whether what it said is right. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isSame, readAnswer, type Answer, type ItemsOf } from './answer.ts';
import type { Command, Run } from './measure.ts';

export interface Contestant {
  readonly name: string;
  /** What it says of its version, for the results. */
  readonly version?: string;
  readonly command: Command;
  /** The same on a small spool elsewhere: brings its program into memory, and nothing of the spool. */
  readonly small?: Command;
  /** @returns why the answer is not the right one, in words */
  check(output: string, run: Run): Promise<string | undefined>;
  /** Milliseconds that it told itself, when a phase and not the process is compared. */
  readonly told?: (output: string) => number;
  /** Fewer runs than the others have, and none to warm up, where one takes many times as long as all of theirs. */
  readonly runsAtMost?: number;
  /** Of a census: how often it went round. */
  readonly passes?: (output: string) => number;
  /** Of a search: the share of the spool's names that it had read when it knew enough. */
  readonly searched?: (output: string) => number;
}

const program = fileURLToPath(new URL('../bin/stagesweep.js', import.meta.url));
const timedPhase = fileURLToPath(new URL('./timed-phase.js', import.meta.url));

/** The program as it is installed. */
export function stagesweep(words: readonly string[]): Command {
  return { argv: [process.execPath, program, ...words] };
}

/** Every file of these spools was made a moment ago, by nobody who lives. */
export function scanWords(root: string, ...more: readonly string[]): readonly string[] {
  const report = ['--format', 'jsonl', '--no-progress', '--host', 'bench'];
  return ['scan', root, '--offline', '--min-age', '0s', ...report, ...more];
}

export function phase(root: string, ...words: readonly string[]): Command {
  return { argv: [process.execPath, timedPhase, root, ...words] };
}

/** The first line of timed-phase.js. */
export function toldMs(output: string): number {
  return Number(/^#([\d.]+)$/m.exec(readFileSync(output, 'latin1').slice(0, 64))?.[1]);
}

/** Of a census of timed-phase.js. */
export function toldPasses(output: string): number {
  return Number(/^#passes (\d+)$/m.exec(readFileSync(output, 'latin1').slice(0, 128))?.[1]);
}

/** Lines of timed-phase.js without its time and its passes. */
export function withoutTime(itemsOf: ItemsOf): ItemsOf {
  return (line) => (line.startsWith('#') ? [] : itemsOf(line));
}

/** A check that compares a set of items. @param statuses of a program that did its work */
export function mustSay(
  expected: Answer,
  itemsOf: ItemsOf,
  statuses: readonly number[] = [0],
): Contestant['check'] {
  return async (output, { status }) => {
    if (!statuses.includes(status)) return `it ended with status ${status}`;
    const answer = await readAnswer(output, itemsOf);
    if (isSame(answer, expected)) return undefined;
    return answer.count === expected.count
      ? 'it found other items'
      : `it found ${answer.count} items, there are ${expected.count}`;
  };
}
