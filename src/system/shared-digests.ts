/** Digests of inodes with several names, so that a message in fifty mailboxes is read once. */
import { inodeKey } from '../model/inode.ts';
import type { FileStat } from '../model/inode.ts';

/** Some 200 bytes each. Copies of one delivery lie far apart in the order of mailboxes; this bridges most of it. */
const digestsAtMost = 65_536;

type OnDigest = (sha1: string | undefined) => void;

export class SharedDigests {
  /** By inode, size, mtime and ctime: any change of the file is another key. Oldest first. */
  readonly #known = new Map<string, { sha1: string; namesLeft: number }>();
  readonly #waiting = new Map<string, OnDigest[]>();

  /**
   * @param onDigest  called at once, or when settle() brings the digest; undefined when it could not be read
   * @returns         true when the caller must read this file and call settle()
   */
  ask(stat: FileStat, onDigest: OnDigest): boolean {
    const key = keyOf(stat);
    const known = this.#known.get(key);
    if (known !== undefined) {
      known.namesLeft -= 1;
      if (known.namesLeft <= 0) this.#known.delete(key);
      onDigest(known.sha1);
      return false;
    }
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined) {
      waiting.push(onDigest);
      return false;
    }
    this.#waiting.set(key, []);
    return true;
  }

  /** @param sha1 of the file for which ask() said true; undefined when it could not be read, or is another by now */
  settle(stat: FileStat, sha1: string | undefined): void {
    const key = keyOf(stat);
    const waiting = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    const namesLeft = stat.linkCount - 1 - waiting.length;
    if (sha1 !== undefined && namesLeft > 0) {
      this.#known.set(key, { sha1, namesLeft });
      const [oldest] = this.#known.keys();
      if (this.#known.size > digestsAtMost && oldest !== undefined) this.#known.delete(oldest);
    }
    for (const onDigest of waiting) onDigest(sha1);
  }
}

function keyOf(stat: FileStat): string {
  return `${inodeKey(stat)}:${stat.sizeBytes}:${stat.modifiedNs}:${stat.changedNs}`;
}
