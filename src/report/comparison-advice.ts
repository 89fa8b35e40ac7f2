/** What to do, and what never to do, when two ends differ in the bytes of a message. */
import type { ComparisonHeader, Difference } from '../model/comparison.ts';
import { severityOf } from '../model/finding.ts';
import { separatorWords } from './mailbox-argument.ts';

/** Watches differences go by: advice is only given for wrong bytes, and names the mailbox of the first. */
export class ComparisonAdvice {
  #first: Difference | undefined;
  readonly #ends: readonly ComparisonHeader['a'][];

  constructor({ a, b }: ComparisonHeader) {
    this.#ends = [a, b];
  }

  see(difference: Difference): void {
    if (severityOf(difference.code) === 'critical') this.#first ??= difference;
  }

  /** Sentences; empty when nothing was wrong. */
  get steps(): string[] {
    if (this.#first === undefined) return [];
    const { mailbox } = this.#first;
    return [
      'Save this report and both manifests before anything is repaired.',
      'Do not run reconstruct -R or -U, and on 2.3 no reconstruct at all: it makes the records agree with the wrong bytes, and the next sync then destroys the good copy.',
      'Repair from the end that agrees with its record: write its bytes to a new file and rename that over the message, as the cyrus user; never write into the file in place.',
      ...(mailbox === undefined
        ? []
        : [
            `${separatorWords(mailbox, this.#separator)} Then make the manifests anew and compare them.`,
          ]),
    ];
  }

  /** unixhierarchysep of both ends; undefined where they differ, or one does not say. */
  get #separator(): boolean | undefined {
    const [only, ...others] = new Set(this.#ends.map(({ unixHierarchySep }) => unixHierarchySep));
    return others.length === 0 ? only : undefined;
  }
}
