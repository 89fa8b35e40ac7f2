/** The ledger of a finished search as link accounts: names with what they are, and reasons where some are unseen. */
import { closeAccount, type SearchLimits } from '../decide/close-account.ts';
import type { LedgerEntry } from '../decide/ledger-entry.ts';
import type { LinkLedger } from '../decide/link-ledger.ts';
import { compareBytes } from '../model/byte-path.ts';
import type { LinkAccount } from '../model/link.ts';
import type { Root } from '../model/partition.ts';
import type { StageFile } from '../model/stage.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Files } from '../system/os.ts';
import type { LinkSearch } from './find-links.ts';
import { sortedLinks, type LinkNamer } from './name-links.ts';

export class Accounts {
  readonly #search: LinkSearch;
  readonly #namer: LinkNamer;
  readonly #wholeFilesystem: boolean;
  /**
   * Devices of the roots that are overlays. With layers on several filesystems and xino=off the files have device
   * numbers of their own (Documentation/filesystems/overlayfs.rst, inode properties); their directories have this one.
   */
  readonly #overlay: ReadonlySet<bigint>;
  /** Devices on which a mount point hides what lies below it. */
  readonly #hidden: ReadonlySet<bigint>;

  constructor(
    files: Files,
    search: LinkSearch,
    namer: LinkNamer,
    roots: readonly Root[],
    wholeFilesystem: boolean,
  ) {
    this.#search = search;
    this.#namer = namer;
    this.#wholeFilesystem = wholeFilesystem;
    this.#overlay = new Set(
      roots.filter((root) => root.filesystem === 'overlay').map((root) => root.dev),
    );
    this.#hidden = new Set(
      search.notEntered.flatMap((place) => {
        const stat = files.lstat(place.path);
        return isTrouble(stat) ? [] : [stat.dev];
      }),
    );
  }

  /** The numbers of its accounts. Those that have messages of one mailbox stand together, so that its index is read once. */
  byMailbox(ledger: LinkLedger): Uint32Array {
    const mailboxes = new Map<string, number[]>();
    for (const entry of ledger.entries) {
      const place = this.#placeOf(entry);
      const rows = mailboxes.get(place);
      if (rows === undefined) mailboxes.set(place, [entry.row]);
      else rows.push(entry.row);
    }
    const order = new Uint32Array(ledger.size);
    let placed = 0;
    for (const place of [...mailboxes.keys()].sort(compareBytes)) {
      for (const row of mailboxes.get(place) ?? []) order[placed++] = row;
    }
    return order;
  }

  #placeOf(entry: LedgerEntry): string {
    return entry.names.find((name) => this.#namer.isMessage(name))?.directory.path ?? '';
  }

  /** Of an inode with several names, by its entry in the ledger. */
  close(entry: LedgerEntry): LinkAccount {
    const { names } = entry;
    const links = sortedLinks(names.map((name) => this.#namer.link(name)));
    const isOverlay =
      this.#overlay.size > 0 && names.some((name) => this.#overlay.has(name.directory.dev));
    return closeAccount(entry, links, this.#limits(entry.stat.dev, isOverlay));
  }

  /** Of a stage file that has no other name. */
  lone(file: StageFile): LinkAccount {
    const isOverlay = this.#overlay.has(file.directory.dev);
    return {
      expected: 1,
      links: [this.#namer.link(file)],
      complete: !isOverlay,
      reasons: isOverlay ? ['overlay'] : [],
    };
  }

  #limits(dev: bigint, isOverlay: boolean): SearchLimits {
    return {
      unreadable: this.#search.troubles.length > 0,
      mountNotEntered: this.#hidden.has(dev),
      wholeFilesystem: this.#wholeFilesystem,
      overlay: isOverlay || this.#overlay.has(dev),
    };
  }
}
