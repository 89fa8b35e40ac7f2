/** A whole journal from its bytes, as they come: it can be larger than memory. */
import { FormatError } from '../model/errors.ts';
import type { JournalEntry } from '../model/journal.ts';
import { lineBytesAtMost, parseJournalLine, resumedLine } from './journal-line.ts';
import { latin1Of } from './latin1.ts';

/**
 * A run that was killed, or that met a full disk, leaves its last line torn. That is tolerated at the very end, and
 * before a line that says so (`resumed`); anything else that is off ends the reading: who forges one line forges all.
 */
export class JournalParser {
  readonly #onEntry: (entry: JournalEntry) => void;
  readonly #order = new EntryOrder();
  #pieces: string[] = [];
  #pieceBytes = 0;
  /** What was wrong with the line before, while it may still prove to be a torn one. */
  #torn: FormatError | undefined;
  #at = 0;

  constructor(onEntry: (entry: JournalEntry) => void) {
    this.#onEntry = onEntry;
  }

  /** @throws FormatError; `at` is the byte of the journal at which its line starts */
  push(bytes: Uint8Array): void {
    for (let start = 0; start < bytes.length;) {
      const newline = bytes.indexOf(0x0a, start);
      const end = newline < 0 ? bytes.length : newline;
      this.#pieceBytes += end - start;
      if (this.#pieceBytes > lineBytesAtMost) throw new FormatError('a line is too long', this.#at);
      this.#pieces.push(latin1Of(bytes, start, end));
      if (newline >= 0) this.#line();
      start = end + 1;
    }
  }

  /**
   * @returns whether the last line is torn; whoever appends writes `resumed` first then, on a line of its own
   * @throws FormatError for a wrong line in the middle
   */
  end(): { readonly isTorn: boolean } {
    const rest = this.#pieces.join('');
    if (rest !== '' && this.#torn && !resumedLine.startsWith(rest)) throw this.#torn;
    return { isTorn: rest !== '' || this.#torn !== undefined };
  }

  #line(): void {
    const line = this.#pieces.join('');
    const start = this.#at;
    this.#at += this.#pieceBytes + 1;
    this.#pieces = [];
    this.#pieceBytes = 0;
    if (this.#torn) {
      if (line === resumedLine) this.#torn = undefined;
      // `resumed` itself may be torn.
      else if (resumedLine.startsWith(line)) return;
      else throw this.#torn;
    }
    let entry: JournalEntry;
    try {
      entry = parseJournalLine(line);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.#torn = new FormatError(error.message.replace(/ \(at byte \d+\)$/, ''), start);
      return;
    }
    const wrong = this.#order.wrongWith(entry);
    if (wrong !== undefined) throw new FormatError(wrong, start);
    this.#onEntry(entry);
  }
}

/** In which order entries come. */
class EntryOrder {
  #hasRun = false;
  #isOver = false;
  #last = -1;
  /** Intents without an outcome: a batch at most, in a journal of ours. */
  readonly #open = new Set<number>();

  wrongWith(entry: JournalEntry): string | undefined {
    if (this.#hasRun === (entry.type === 'run')) return 'the first line, and no other, is the run';
    this.#hasRun = true;
    switch (entry.type) {
      case 'run':
        return undefined;
      case 'intent':
        if (this.#isOver || entry.sequence <= this.#last) return 'an intent comes out of order';
        this.#last = entry.sequence;
        this.#open.add(entry.sequence);
        return undefined;
      case 'outcome':
        return !this.#isOver && this.#open.delete(entry.sequence)
          ? undefined
          : 'an outcome has no intent';
      case 'end':
        if (this.#isOver) return 'the run ends twice';
        this.#isOver = true;
        return undefined;
      case 'undone':
      case 'purged':
        this.#isOver = true;
        return entry.sequence <= this.#last ? undefined : 'a step was undone that was never begun';
      case 'resumed':
        this.#isOver = true;
        return undefined;
    }
  }
}
