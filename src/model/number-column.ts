/** Numbers of 32 bits, of which there can be millions: four bytes each. */
export class NumberColumn {
  #numbers = new Uint32Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** @returns its position */
  push(number: number): number {
    if (this.#length === this.#numbers.length) {
      const room = new Uint32Array(this.#length * 2);
      room.set(this.#numbers);
      this.#numbers = room;
    }
    this.#numbers[this.#length] = number;
    return this.#length++;
  }

  /** A copy for all threads. */
  shared(): Uint32Array<SharedArrayBuffer> {
    const shared = new Uint32Array(new SharedArrayBuffer(this.#length * 4));
    shared.set(this.#numbers.subarray(0, this.#length));
    return shared;
  }

  at(position: number): number {
    return this.#numbers[position] ?? 0;
  }

  /** @param position  of a number that was pushed before */
  set(position: number, number: number): void {
    this.#numbers[position] = number;
  }
}
