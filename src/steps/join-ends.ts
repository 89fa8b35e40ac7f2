/** The join of two manifests: one pass over both, in constant memory. */
import { compareBytes } from '../model/byte-path.ts';
import { comparePair, compareSingle, isDamaged, ownDamage } from '../decide/compare-message.ts';
import type { Difference, End } from '../model/comparison.ts';
import { UsageError } from '../model/errors.ts';
import {
  isSameMailbox,
  type ManifestKey,
  type ManifestMessage,
  type ManifestTrouble,
} from '../model/manifest.ts';
import { ManifestCursor, type ManifestSource } from './manifest-cursor.ts';

/** Messages of one mailbox whose name belongs to another mailbox at the other end. */
interface Namesake {
  readonly end: End;
  readonly mailbox: string;
  readonly uniqueId?: string;
  messages: number;
}

/**
 * Mailboxes that wait for their removal. Their names have a time in them that each end of 2.3 sets for itself, and
 * cyr_expire removes them at each end when it runs there. Source: imap/mboxname.c, mboxname_todeleted; deletedprefix.
 */
const deletedMailbox = /^(?:[^!]+!)?DELETED\./;

export class EndsJoin {
  compared = 0;
  same = 0;
  notCompared = 0;
  purgedAtOneEnd = 0;
  filesMissing = 0;
  readonly damaged: Record<End, number> = { a: 0, b: 0 };
  readonly #ends: Readonly<Record<End, ManifestCursor>>;
  /** The mailbox of each end that could not be looked at, or not at all of it: what it lacks is not known to be absent. */
  readonly #troubled: Partial<Record<End, Omit<ManifestKey, 'messageUid'>>> = {};
  #namesake: Namesake | undefined;

  constructor(a: ManifestSource, b: ManifestSource) {
    this.#ends = { a: new ManifestCursor(a), b: new ManifestCursor(b) };
  }

  get a(): ManifestCursor {
    return this.#ends.a;
  }

  get b(): ManifestCursor {
    return this.#ends.b;
  }

  /** Past this nothing was compared, since a manifest was cut off there. */
  get cutAfter(): ManifestKey | undefined {
    return Object.values(this.#ends).find((end) => end.isCut)?.previous;
  }

  get isCut(): boolean {
    return this.a.isCut || this.b.isCut;
  }

  /**
   * Reads both headers.
   *
   * @throws InputError for what is no manifest, UsageError for manifests of different selections
   */
  async open(): Promise<void> {
    await this.a.advance();
    await this.b.advance();
    const [one, other] = [this.a.header?.selection, this.b.header?.selection];
    if (one === undefined || other === undefined) return;
    if ([...one].sort().join('\0') !== [...other].sort().join('\0')) {
      throw new UsageError(
        `${this.a.name} and ${this.b.name} were made with different --user and --mailbox options: ` +
          'what one leaves out would read as lost',
      );
    }
  }

  /** In the order of the manifests; what belongs to no mailbox comes first. */
  async *differences(): AsyncGenerator<Difference> {
    for (const end of ['a', 'b'] as const) {
      for (const trouble of this.#ends[end].unread) yield unreadable(end, trouble);
    }
    for (;;) {
      const [a, b] = [this.a.item, this.b.item];
      if (a === undefined && b === undefined) break;
      const order = joinOrder(a?.key, b?.key);
      if (this.#namesake !== undefined) yield* this.#leaveNamesake(order < 0 ? a?.key : b?.key);
      if (order === 0 && a?.kind === 'message' && b?.kind === 'message') {
        yield* this.#pair(a.message, b.message);
        const read = this.a.advance();
        if (read !== undefined) await read;
        const readB = this.b.advance();
        if (readB !== undefined) await readB;
        continue;
      }
      const end = order < 0 || (order === 0 && a?.kind === 'trouble') ? 'a' : 'b';
      const cursor = this.#ends[end];
      const item = cursor.item;
      if (item?.kind === 'message') yield* this.#single(end, item.message);
      else if (item !== undefined) {
        this.#troubled[end] = item.key;
        yield unreadable(end, item.trouble);
      }
      const read = cursor.advance();
      if (read !== undefined) await read;
    }
    yield* this.#leaveNamesake(undefined);
  }

  #pair(a: ManifestMessage, b: ManifestMessage): readonly Difference[] {
    this.#count('a', a);
    this.#count('b', b);
    const { outcome, differences } = comparePair(a, b);
    if (outcome === 'not-compared') this.notCompared += 1;
    if (outcome === 'same') this.same += 1;
    if (outcome === 'same' || outcome === 'differ') this.compared += 1;
    return differences;
  }

  #single(end: End, message: ManifestMessage): readonly Difference[] {
    this.#count(end, message);
    const other = this.#ends[end === 'a' ? 'b' : 'a'];
    const troubled = this.#troubled[end === 'a' ? 'b' : 'a'];
    if (other.isCut || (troubled !== undefined && isSameMailbox(troubled, message))) {
      this.notCompared += 1;
      return ownDamage(end, message);
    }
    if (message.isExpunged || deletedMailbox.test(message.mailbox)) {
      this.purgedAtOneEnd += 1;
      return ownDamage(end, message);
    }
    const near = [other.previous, other.item?.key].filter(
      (key) => key?.mailbox === message.mailbox,
    );
    if (near.length === 0 && other.unread.length > 0) return doubtful(compareSingle(end, message));
    const isNamesake =
      near.length > 0 && !near.some((key) => key !== undefined && isSameMailbox(key, message));
    if (!isNamesake) return compareSingle(end, message);
    // Told once for the mailbox: its messages are others, and comparing them by uid would be one false alarm each.
    const { mailbox, uniqueId } = message;
    this.#namesake ??= {
      end,
      mailbox,
      ...(uniqueId === undefined ? {} : { uniqueId }),
      messages: 0,
    };
    this.#namesake.messages += 1;
    return ownDamage(end, message);
  }

  #count(end: End, message: ManifestMessage): void {
    if (isDamaged(message)) this.damaged[end] += 1;
    if (message.isMissing) this.filesMissing += 1;
  }

  /** @param next  where the join goes on; undefined at its end */
  *#leaveNamesake(next: ManifestKey | undefined): Generator<Difference> {
    const namesake = this.#namesake;
    if (namesake === undefined) return;
    if (next?.mailbox === namesake.mailbox && next.uniqueId === namesake.uniqueId) return;
    this.#namesake = undefined;
    const { end, ...rest } = namesake;
    yield {
      ...rest,
      code: `only-at-${end}`,
      detail:
        'the other end has another mailbox of this name, with another unique id: deleted and made again at one end only, or a directory that was left behind',
    };
  }
}

/** Less than 0 when `a` comes first; what is not there comes last. */
function joinOrder(a: ManifestKey | undefined, b: ManifestKey | undefined): number {
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  const names = compareBytes(a.mailbox, b.mailbox);
  if (names !== 0) return names;
  if (isSameMailbox(a, b)) return a.messageUid - b.messageUid;
  return compareBytes(a.uniqueId ?? '', b.uniqueId ?? '');
}

function unreadable(end: End, trouble: ManifestTrouble): Difference {
  const { mailbox, uniqueId, path, detail } = trouble;
  return {
    code: 'unreadable',
    ...(mailbox === undefined ? {} : { mailbox }),
    ...(uniqueId === undefined ? {} : { uniqueId }),
    path,
    detail: `at ${end}: ${detail}`,
  };
}

/** The mailbox may lie where the other end could not look. */
function doubtful(differences: readonly Difference[]): readonly Difference[] {
  return differences.map((each) => {
    if (each.code !== 'only-at-a' && each.code !== 'only-at-b') return each;
    const doubt = 'the other end could not look everywhere, and did not see this mailbox';
    return { ...each, detail: each.detail === undefined ? doubt : `${each.detail}; ${doubt}` };
  });
}
