/** What a program found, as a set of lines that two programs must have in common before their times are compared. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

export interface Answer {
  readonly count: number;
  /** The same for the same items in any order: a sum, so that a million items are not kept. */
  readonly sum: string;
}

/** The items in one line of output: most often one, in a report several, in a heading none. */
export type ItemsOf = (line: string) => readonly string[];

export class AnswerSum {
  #count = 0;
  #sum = 0n;

  add(item: string): void {
    this.#count += 1;
    const digest = createHash('sha1').update(item, 'latin1').digest();
    this.#sum = BigInt.asUintN(64, this.#sum + digest.readBigUInt64LE());
  }

  get answer(): Answer {
    return { count: this.#count, sum: this.#sum.toString(16) };
  }
}

export function answerOf(items: Iterable<string>): Answer {
  const sum = new AnswerSum();
  for (const item of items) sum.add(item);
  return sum.answer;
}

export async function readAnswer(file: string, itemsOf: ItemsOf): Promise<Answer> {
  const sum = new AnswerSum();
  // Names are bytes; read as one character each they are compared as what they are.
  const lines = createInterface({ input: createReadStream(file, 'latin1'), crlfDelay: Infinity });
  for await (const line of lines) for (const item of itemsOf(line)) sum.add(item);
  return sum.answer;
}

export function isSame(a: Answer, b: Answer): boolean {
  return a.count === b.count && a.sum === b.sum;
}

/** Every non-empty line is an item: what find and its kind print. */
export const wholeLine: ItemsOf = (line) => (line === '' ? [] : [line]);

/** `SHA1(name)= digest` of openssl, `digest  name` of sha1sum: the digests. */
export const digestOf: ItemsOf = (line) => {
  const found = /(?:^|= )([0-9a-f]{40})(?:$| )/.exec(line)?.[1];
  return found === undefined ? [] : [found];
};
