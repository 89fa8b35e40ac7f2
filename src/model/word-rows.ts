/** Rows of as many 32-bit words each, of which there can be millions, in one memory: row n begins at word n × width. */
export class WordRows {
  /** Replaced when rows are added past its end: not to be kept over a push(). */
  words: Uint32Array;
  readonly #width: number;
  #length = 0;

  /** @param room  for so many rows; it grows past them */
  constructor(width: number, room: number) {
    this.#width = width;
    this.words = new Uint32Array(width * Math.max(room, 16));
  }

  get length(): number {
    return this.#length;
  }

  /** A row of zeros. @returns its number */
  push(): number {
    if (this.#length * this.#width === this.words.length) {
      const words = new Uint32Array(this.words.length * 2);
      words.set(this.words);
      this.words = words;
    }
    return this.#length++;
  }
}
