/** What an audit's search for mailboxes met beside them; each told once, though the search may begin anew. */
import type { BytePath } from '../model/byte-path.ts';
import type { Finding } from '../model/finding.ts';
import type { NotEntered } from '../model/report.ts';
import type { Trouble } from '../model/trouble.ts';
import type { MailboxSink } from './mailbox-tree.ts';
import type { SeenListing } from './open-audit.ts';

export class Encounters implements MailboxSink {
  readonly troubles: Trouble[];
  /** Options that name no mailbox. */
  readonly unmatchedOptions = new Set<string>();
  /** Of the directory that was found last. */
  #seen: SeenListing | undefined;
  readonly #places = new Map<BytePath, NotEntered>();
  readonly #told = new Map<string, Finding>();
  gone = 0;

  constructor(troubles: readonly Trouble[]) {
    this.troubles = [...troubles];
  }

  get places(): NotEntered[] {
    return [...this.#places.values()];
  }

  get findings(): Finding[] {
    const unreadable = this.troubles.map(({ path, syscall, errno }): Finding => ({
      code: 'unreadable',
      path,
      detail: `${syscall}: ${errno}`,
    }));
    return [...this.#told.values(), ...unreadable];
  }

  trouble(trouble: Trouble): void {
    if (!this.troubles.some(({ path }) => path === trouble.path)) this.troubles.push(trouble);
  }

  vanished(): void {
    this.gone += 1;
  }

  notEntered(place: NotEntered): void {
    this.#places.set(place.path, place);
  }

  finding(finding: Finding): void {
    this.#told.set(`${finding.code}\0${finding.path}\0${finding.detail ?? ''}`, finding);
  }

  listed(place: BytePath, entries: number, uids: readonly number[]): void {
    this.#seen = { place, listing: { entries, strangers: uids } };
  }

  /** What was seen in it, once: whoever comes again looks again. */
  takeListing(directory: BytePath): SeenListing | undefined {
    const seen = this.#seen;
    this.#seen = undefined;
    return seen?.place === directory ? seen : undefined;
  }

  unmatched(option: string): void {
    this.unmatchedOptions.add(option);
  }
}
