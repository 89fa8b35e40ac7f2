/** Names in bytes, one after the other, each ended by a NUL: in the form in which system calls take them. */
const digit = 0x30;
const dot = 0x2e;
/** Of a uid, with its dot and its NUL. */
const messageAtMost = 12;

export class NameBytes {
  #bytes = Buffer.allocUnsafeSlow(65_536);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** @param name  a character for each byte */
  add(name: string): void {
    this.#makeRoom(name.length + 1);
    this.#length += this.#bytes.write(name, this.#length, 'latin1');
    this.#bytes[this.#length++] = 0;
  }

  /** As add() of its name, without making that. */
  addMessage(uid: number): void {
    this.#makeRoom(messageAtMost);
    const bytes = this.#bytes;
    let end = this.#length + 1;
    for (let power = 10; power <= uid; power *= 10) end += 1;
    let rest = uid;
    for (let at = end - 1; at >= this.#length; at -= 1) {
      bytes[at] = digit + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    bytes[end] = dot;
    bytes[end + 1] = 0;
    this.#length = end + 2;
  }

  /** A copy for all threads. */
  shared(): Uint8Array<SharedArrayBuffer> {
    const shared = new Uint8Array(new SharedArrayBuffer(this.#length));
    shared.set(this.#bytes.subarray(0, this.#length));
    return shared;
  }

  #makeRoom(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(this.#bytes.length * 2 + bytes);
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
