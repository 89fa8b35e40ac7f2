/** The message files of a mailbox's directories, of which those with a record are taken out one by one. */
import { join, type BytePath } from '../model/byte-path.ts';

export class MessageFiles {
  /** By directory: numbers, since a set of a million paths would be of a million strings. */
  readonly #uids = new Map<BytePath, Set<number>>();
  readonly #isMeant: (path: BytePath, uid: number) => boolean;

  /** @param isMeant  leaves out what a sample or a census does not mean */
  constructor(isMeant: (path: BytePath, uid: number) => boolean) {
    this.#isMeant = isMeant;
  }

  add(directory: BytePath, uid: number): void {
    const known = this.#uids.get(directory);
    if (known === undefined) this.#uids.set(directory, new Set([uid]));
    else known.add(uid);
  }

  take(directory: BytePath, uid: number): void {
    this.#uids.get(directory)?.delete(uid);
  }

  *left(): Generator<BytePath> {
    for (const [directory, uids] of this.#uids) {
      for (const uid of uids) {
        const path = join(directory, `${uid}.`);
        if (this.#isMeant(path, uid)) yield path;
      }
    }
  }
}
