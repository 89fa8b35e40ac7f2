/** Reads one manifest line by line, in constant memory, and refuses what cannot be joined. */
import { FormatError, InputError } from '../model/errors.ts';
import type { EndSummary } from '../model/comparison.ts';
import {
  compareKeys,
  type ManifestEnd,
  type ManifestHeader,
  type ManifestKey,
  type ManifestMessage,
  type ManifestTrouble,
} from '../model/manifest.ts';
import { parseManifestLine } from '../parse/manifest-line.ts';

/** A manifest as the command line names it. */
export interface ManifestSource {
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** What stands next: a message, or a mailbox that could not be looked at. */
export type ManifestItem =
  | { readonly kind: 'message'; readonly key: ManifestKey; readonly message: ManifestMessage }
  | { readonly kind: 'trouble'; readonly key: ManifestKey; readonly trouble: ManifestTrouble };

/** Cyrus names are far below a kilobyte; a file without newlines must not fill the memory. */
const longestLineBytes = 1 << 20;
const newline = 0x0a;
/** A trouble of a mailbox comes before its messages, whose uids begin at 0. */
const beforeMessages = -1;

export class ManifestCursor {
  readonly name: string;
  /** Places that belong to no mailbox and could not be read: any mailbox may be missing from this manifest. */
  readonly unread: ManifestTrouble[] = [];
  /** Undefined at the end. */
  item: ManifestItem | undefined;
  /** The message or trouble before it. */
  previous: ManifestKey | undefined;
  header: ManifestHeader | undefined;
  messages = 0;
  mailboxes = 0;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #line = 0;
  #isSpent = false;
  #hasTrouble = false;
  #end: ManifestEnd | undefined;
  #isCutInside = false;
  /** A key of the mailbox that was counted last. */
  #counted: ManifestKey | undefined;

  constructor(source: ManifestSource) {
    this.name = source.name;
    this.#chunks = source.chunks[Symbol.asyncIterator]();
  }

  /** Did the text stop before the manifest was over? Then nothing is known of what would follow. */
  get isCut(): boolean {
    if (this.item !== undefined) return false;
    return this.#isCutInside || (this.header !== undefined && this.#end === undefined);
  }

  /**
   * The next item into `item`. Answers at once while there are lines in memory: an await for every one of ten million
   * lines would take longer than the comparison.
   *
   * @throws InputError naming file and line
   */
  advance(): Promise<void> | undefined {
    this.previous = this.item?.key;
    this.item = undefined;
    return this.#step() ? undefined : this.#refill();
  }

  summary(): EndSummary {
    const why = this.#whyIncomplete();
    return {
      file: this.name,
      ...(this.header === undefined ? {} : headerOf(this.header)),
      ...(this.#end === undefined ? {} : { finishedAt: this.#end.finishedAt }),
      messages: this.messages,
      mailboxes: this.mailboxes,
      complete: why === undefined,
      ...(why === undefined ? {} : { incompleteBecause: why }),
    };
  }

  async #refill(): Promise<void> {
    while (!this.#isSpent) {
      const next = await this.#chunks.next();
      if (next.done) {
        this.#isSpent = true;
        this.#lastLine();
        // What a failed command leaves behind must not read as an end without messages.
        if (this.#line === 0) throw new InputError(`${this.name} is empty: it is no manifest`);
        return;
      }
      const rest = this.#bytes.subarray(this.#at);
      this.#bytes = rest.length === 0 ? Buffer.from(next.value) : Buffer.concat([rest, next.value]);
      this.#at = 0;
      if (this.#line === 0) this.#refuseCompressed();
      if (this.#step()) return;
      if (this.#bytes.length - this.#at > longestLineBytes) {
        this.#line += 1;
        throw this.#wrong(`is longer than ${longestLineBytes} bytes`);
      }
    }
  }

  /** Takes lines from memory up to the next item. @returns false when there are none left */
  #step(): boolean {
    while (this.item === undefined) {
      const end = this.#bytes.indexOf(newline, this.#at);
      if (end < 0) return this.#isSpent;
      const start = this.#at;
      this.#at = end + 1;
      this.#line += 1;
      this.#take(this.#textOf(start, end));
    }
    return true;
  }

  /** Without a newline the last line is whole only if it can be read: writing may have stopped anywhere in it. */
  #lastLine(): void {
    if (this.#at >= this.#bytes.length) return;
    this.#line += 1;
    const text = this.#bytes.toString('utf8', this.#at);
    try {
      parseManifestLine(text);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      if (this.#line === 1) throw this.#wrong(words(error));
      this.#isCutInside = true;
      return;
    }
    this.#take(text);
  }

  #take(text: string): void {
    // An editor's empty last line.
    if (text.trim() === '') return;
    const line = this.#parsed(text);
    if (line === undefined) return;
    if (this.#end !== undefined) throw this.#wrong('stands after the line that ends the manifest');
    switch (line.kind) {
      case 'header':
        if (this.#line > 1) throw this.#wrong('is a second header: two manifests in one file');
        this.header = line.header;
        return;
      case 'end':
        this.#end = line.end;
        return;
      case 'message':
        this.messages += 1;
        this.#place({ kind: 'message', key: line.message, message: line.message });
        return;
      case 'trouble':
        this.#hasTrouble = true;
        this.#takeTrouble(line.trouble);
    }
  }

  #takeTrouble(trouble: ManifestTrouble): void {
    if (trouble.mailbox !== undefined) {
      const { mailbox, uniqueId } = trouble;
      const key = {
        mailbox,
        messageUid: beforeMessages,
        ...(uniqueId === undefined ? {} : { uniqueId }),
      };
      this.#place({ kind: 'trouble', key, trouble });
      return;
    }
    // Later it would be too late: that messages are absent has been concluded by then.
    if (this.previous !== undefined || this.messages > 0) {
      throw this.#wrong('is a trouble without a mailbox after the first message');
    }
    this.unread.push(trouble);
  }

  #place(item: ManifestItem): void {
    const before = this.previous;
    if (before !== undefined) {
      const order = compareKeys(before, item.key);
      // One mailbox may have several troubles.
      if (order > 0 || (order === 0 && item.kind === 'message')) {
        throw this.#wrong(
          order === 0
            ? 'has the mailbox and uid of the line before it'
            : 'is out of order: a manifest is sorted by the bytes of the mailbox name, then by uid',
        );
      }
    }
    const isNext =
      this.#counted?.mailbox !== item.key.mailbox || this.#counted.uniqueId !== item.key.uniqueId;
    if (item.kind === 'message' && isNext) {
      this.mailboxes += 1;
      this.#counted = item.key;
    }
    this.item = item;
  }

  #parsed(text: string): ReturnType<typeof parseManifestLine> {
    try {
      return parseManifestLine(text);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      throw this.#wrong(words(error));
    }
  }

  /** What is no UTF-8 would read as U+FFFD, and two names as one. */
  #textOf(start: number, end: number): string {
    const text = this.#bytes.toString('utf8', start, end);
    if (text.includes('\ufffd') && Buffer.byteLength(text) !== end - start) {
      throw this.#wrong('is no UTF-8');
    }
    return text;
  }

  #refuseCompressed(): void {
    if (this.#bytes[0] === 0x1f && this.#bytes[1] === 0x8b) {
      this.#line = 1;
      throw this.#wrong(
        'is compressed: give it through a pipe, as in zcat FILE | stagesweep compare - B',
      );
    }
  }

  #whyIncomplete(): string | undefined {
    if (this.isCut) return 'it was cut off: its last line is missing';
    const end = this.#end;
    if (end !== undefined && end.messages !== this.messages) {
      return `lines are missing: it says ${end.messages} messages and has ${this.messages}`;
    }
    if (end?.complete === false || this.#hasTrouble) {
      return 'it could not be made of everything: see its lines of the type trouble';
    }
    return undefined;
  }

  #wrong(what: string): InputError {
    return new InputError(`${this.name}:${this.#line}: ${what}`);
  }
}

type HeaderFacts = Pick<EndSummary, 'host' | 'version' | 'startedAt' | 'unixHierarchySep'>;

function headerOf({ host, version, startedAt, unixHierarchySep }: ManifestHeader): HeaderFacts {
  return {
    ...{ host, version, startedAt },
    ...(unixHierarchySep === undefined ? {} : { unixHierarchySep }),
  };
}

/** The offset that a FormatError tells is that of the line, which is named already. */
function words(error: FormatError): string {
  return error.message.replace(/ \(at byte \d+\)$/, '');
}
