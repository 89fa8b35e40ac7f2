/**
 * The dlist notation of Cyrus: atoms, quoted strings, literals, (lists) and %(key value) maps.
 * Source: cyrus-imapd imap/dlist.c, _parsesax (reading) and dlist_print (writing).
 */
import { FormatError } from '../model/errors.ts';
import { latin1Of } from './latin1.ts';

export type Dlist =
  | { readonly kind: 'nil' }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly Dlist[] }
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, Dlist> };

/** Headers nest two deep. The bound keeps a file of opening brackets from exhausting the stack. */
const maxDepth = 32;

const byte = {
  lf: 0x0a,
  cr: 0x0d,
  space: 0x20,
  quote: 0x22,
  percent: 0x25,
  open: 0x28,
  close: 0x29,
  plus: 0x2b,
  zero: 0x30,
  nine: 0x39,
  backslash: 0x5c,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const;

/**
 * Reads one dlist value.
 *
 * @param start  offset of its first byte
 * @returns      the value, and the offset after its last byte
 * @throws       FormatError; `.at` counts from the start of `bytes`
 */
export function parseDlist(bytes: Uint8Array, start: number): { value: Dlist; end: number } {
  const cursor = new DlistCursor(bytes, start);
  return { value: cursor.value(0), end: cursor.at };
}

class DlistCursor {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.at = start;
  }

  value(depth: number): Dlist {
    if (depth > maxDepth) throw this.#wrong(`lists nest deeper than ${maxDepth}`);
    const first = this.#peek();
    if (first === byte.open) return this.#list(depth);
    if (first !== byte.percent) return this.#string();
    this.at++;
    // %{ would be a file of the replication protocol, which no header holds.
    if (this.#peek() !== byte.open) throw this.#wrong('% is not followed by (');
    return this.#map(depth);
  }

  #list(depth: number): Dlist {
    const items: Dlist[] = [];
    this.#eachUntilClose(() => items.push(this.value(depth + 1)));
    return { kind: 'list', items };
  }

  #map(depth: number): Dlist {
    const entries = new Map<string, Dlist>();
    this.#eachUntilClose(() => {
      const key = this.#string();
      this.#expect(byte.space);
      // A key given twice: the later one holds, as in Cyrus's callbacks.
      entries.set(key.kind === 'string' ? key.text : 'NIL', this.value(depth + 1));
    });
    return { kind: 'map', entries };
  }

  /**
   * Cyrus writes exactly one blank between items and none inside the brackets, except that the addresses of an
   * ENVELOPE follow each other without one.
   */
  #eachUntilClose(item: () => void): void {
    this.#expect(byte.open);
    while (this.#peek() !== byte.close) {
      item();
      const next = this.#peek();
      if (next !== byte.close && next !== byte.open) this.#expect(byte.space);
    }
    this.at++;
  }

  #string(): Dlist {
    const first = this.#peek();
    if (first === byte.quote) return this.#quoted();
    if (first === byte.openBrace) return this.#literal();
    const start = this.at;
    for (;;) {
      const next = this.#bytes[this.at];
      if (next === undefined || next === byte.space || next === byte.close || next === byte.lf)
        break;
      this.at++;
    }
    if (this.at === start) throw this.#wrong('an atom is empty');
    const text = latin1Of(this.#bytes, start, this.at);
    return text === 'NIL' ? { kind: 'nil' } : { kind: 'string', text };
  }

  #quoted(): Dlist {
    this.at++;
    let text = '';
    let start = this.at;
    for (;;) {
      const next = this.#peek();
      if (next === byte.quote) break;
      if (next === byte.backslash) {
        text += latin1Of(this.#bytes, start, this.at);
        this.at++;
        start = this.at;
        this.#peek();
      }
      this.at++;
    }
    text += latin1Of(this.#bytes, start, this.at);
    this.at++;
    return { kind: 'string', text };
  }

  /**
   * {n} or {n+}, CR LF, n bytes. Cyrus writes one for a name with a quote or a byte above 127 in it, but its own
   * reader stops at the LF after the count and takes the header for broken; the name is there all the same.
   */
  #literal(): Dlist {
    this.at++;
    let length = 0;
    for (let digit = this.#peek(); digit >= byte.zero && digit <= byte.nine; digit = this.#peek()) {
      length = length * 10 + digit - byte.zero;
      if (length > this.#bytes.length) throw this.#wrong('a literal is longer than the file');
      this.at++;
    }
    if (this.#peek() === byte.plus) this.at++;
    this.#expect(byte.closeBrace);
    this.#expect(byte.cr);
    this.#expect(byte.lf);
    if (length > this.#bytes.length - this.at) throw this.#wrong('a literal ends after the file');
    const text = latin1Of(this.#bytes, this.at, this.at + length);
    this.at += length;
    return { kind: 'string', text };
  }

  #peek(): number {
    const next = this.#bytes[this.at];
    if (next === undefined) throw this.#wrong('the list ends too early');
    return next;
  }

  #expect(wanted: number): void {
    const found = this.#peek();
    if (found !== wanted) {
      throw this.#wrong(`expected byte 0x${wanted.toString(16)}, found 0x${found.toString(16)}`);
    }
    this.at++;
  }

  #wrong(message: string): FormatError {
    return new FormatError(message, this.at);
  }
}
