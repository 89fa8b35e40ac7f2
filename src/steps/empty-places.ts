/**
 * Which of the places that were gone through hold no mailbox. A wrong directory, or a filesystem that is not mounted,
 * would else pass for a spool without fault.
 */
import { relativeTo, utf8Of, type BytePath } from '../model/byte-path.ts';
import type { Finding } from '../model/finding.ts';
import type { Partition, Root } from '../model/partition.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Files } from '../system/os.ts';
import { MailboxLocator } from './locate-mailbox.ts';

interface Place {
  readonly path: BytePath;
  /** Where listMailboxes() finds its mailboxes, whichever tree the place itself is in. */
  readonly data: BytePath;
}

const advice =
  'Is it the root of a partition, is its filesystem mounted, and are its cyrus.* files in a metadata root that was not named (--meta)?';

export class EmptyPlaces {
  #empty: readonly Place[];
  readonly #count: number;

  /** @param directories  those of a selection; absent for the partitions as a whole */
  constructor(
    files: Files,
    roots: readonly Root[],
    partitions: readonly Partition[],
    directories?: readonly BytePath[],
  ) {
    const locator = new MailboxLocator(files, roots, partitions);
    const whole = locator.partitions.flatMap(({ data }) => data ?? []);
    const places = (directories ?? whole).flatMap((path): Place[] => {
      const canonical = files.canonical(path);
      const data = isTrouble(canonical)
        ? []
        : locator.locate(canonical).flatMap((each) => each.data ?? []);
      return data.map((each) => ({ path, data: each }));
    });
    this.#empty = places;
    this.#count = places.length;
  }

  /** @param directory  as listMailboxes() gives it */
  mailbox(directory: BytePath): void {
    if (this.#empty.length === 0) return;
    const left = this.#empty.filter(({ data }) => relativeTo(directory, data) === undefined);
    if (left.length < this.#empty.length) this.#empty = left;
  }

  /** When there was nothing to look at anywhere, that is no answer. */
  get findings(): Finding[] {
    if (this.#empty.length < this.#count) return [];
    return this.#paths.map((path): Finding => ({
      code: 'no-mailbox',
      path,
      detail: `no mailbox is in it. ${advice}`,
    }));
  }

  /** Beside places with mailboxes an empty one may be new. */
  get notes(): string[] {
    if (this.#empty.length === this.#count) return [];
    return this.#paths.map((path) => `${utf8Of(path) ?? path} has no mailbox in it. ${advice}`);
  }

  get #paths(): BytePath[] {
    return [...new Set(this.#empty.map(({ path }) => path))];
  }
}
