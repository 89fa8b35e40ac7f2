/** What was found out about the bytes of stage files: a byte each where their names are right, as nearly all are. */
import type { StageContent } from './evidence.ts';
import { claimedSha1, type StageFile } from './stage.ts';

/** Not looked at, looked at and not read, read and as its name says, read and something else. */
const [unknown, unread, named, other] = [0, 1, 2, 3];
const nothing: StageContent = {};

export class StageContents {
  readonly #files: readonly StageFile[];
  readonly #states: Uint8Array;
  readonly #others = new Map<number, StageContent>();

  /** Nothing is known of any. */
  constructor(files: readonly StageFile[]) {
    this.#files = files;
    this.#states = new Uint8Array(files.length);
  }

  /** @param sha1  absent when the bytes would be read, and are not */
  set(index: number, sha1?: string): void {
    const file = this.#files[index];
    const claimed = file === undefined ? undefined : claimedSha1(file);
    if (sha1 === undefined) this.#states[index] = unread;
    else if (sha1 === claimed) this.#states[index] = named;
    else {
      this.#states[index] = other;
      this.#others.set(index, claimed === undefined ? { sha1 } : { sha1, nameMatches: false });
    }
  }

  /** @param index  position in the stage files */
  of(index: number): StageContent | undefined {
    switch (this.#states[index] ?? unknown) {
      case unknown:
        return undefined;
      case unread:
        return nothing;
      case named: {
        const file = this.#files[index];
        return file && { sha1: file.leaf, nameMatches: true };
      }
      default:
        return this.#others.get(index);
    }
  }
}
