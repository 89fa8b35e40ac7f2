/** Bytes in pieces -> lines of text. Cut while still bytes: a piece may end in the middle of a character. */
import { FormatError } from '../model/errors.ts';

const newline = 10;

/** Holds no more than one line. */
export class TextLines {
  readonly #longest: number;
  // Joined once a line: joining at every piece would copy a line of many pieces over and over.
  #begun: Uint8Array[] = [];
  #length = 0;

  /** @param longest  in bytes */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** The lines that end in this piece, without their ends. @throws FormatError of a line that is too long */
  *add(piece: Uint8Array): Generator<string> {
    let start = 0;
    for (let end = piece.indexOf(newline); end >= 0; end = piece.indexOf(newline, start)) {
      this.#keep(piece.subarray(start, end));
      yield this.#line();
      start = end + 1;
    }
    if (start < piece.length) this.#keep(piece.subarray(start));
  }

  /** What came after the last newline. */
  *rest(): Generator<string> {
    if (this.#length > 0) yield this.#line();
  }

  #keep(part: Uint8Array): void {
    this.#length += part.length;
    if (this.#length > this.#longest) {
      throw new FormatError(`a line of it is longer than ${this.#longest} bytes`, this.#longest);
    }
    this.#begun.push(part);
  }

  #line(): string {
    const [first] = this.#begun;
    const bytes = this.#begun.length === 1 && first !== undefined ? first : joined(this.#begun);
    this.#begun = [];
    this.#length = 0;
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}
