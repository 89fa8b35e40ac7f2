/** The comparison of two ends, and with a second pair of manifests of what persists. */
import { compareBytes } from '../model/byte-path.ts';
import type { Comparison, Difference, EndSummary } from '../model/comparison.ts';
import { compareKeys } from '../model/manifest.ts';
import { EndsJoin } from './join-ends.ts';
import type { ManifestSource } from './manifest-cursor.ts';

export interface ManifestPair {
  readonly a: ManifestSource;
  readonly b: ManifestSource;
}

export interface Comparing {
  /** What the headers say; the counts are those of outcome(). */
  readonly ends: { readonly a: EndSummary; readonly b: EndSummary };
  readonly retry?: { readonly a: EndSummary; readonly b: EndSummary };
  /** By mailbox, unique id and uid; to be gone through once. */
  readonly differences: AsyncIterable<Difference>;
  /** When all differences were told. */
  outcome(): Comparison;
}

/**
 * Joins two manifests; a difference is told when the second pair has it too. On a server in use messages are on their
 * way, expunges likewise, and what is really wrong is still wrong an hour later.
 *
 * @param again  a second pair, made later
 * @throws       InputError naming file and line, here or while the differences are gone through
 */
export async function compare(pair: ManifestPair, again?: ManifestPair): Promise<Comparing> {
  const first = new EndsJoin(pair.a, pair.b);
  const second = again === undefined ? undefined : new EndsJoin(again.a, again.b);
  await first.open();
  await second?.open();
  const told = { endsDiffer: 0, onlyAtA: 0, onlyAtB: 0, settled: 0 };
  const all = first.differences();
  const wanted =
    second === undefined
      ? all
      : persisting(all, second, () => {
          told.settled += 1;
        });
  return {
    ends: endsOf(first),
    ...(second === undefined ? {} : { retry: endsOf(second) }),
    differences: counted(wanted, told),
    outcome: () => outcomeOf(first, second, told),
  };
}

async function* counted(
  differences: AsyncIterable<Difference>,
  told: { endsDiffer: number; onlyAtA: number; onlyAtB: number },
): AsyncGenerator<Difference> {
  for await (const difference of differences) {
    const messages = difference.messages ?? 1;
    if (difference.code === 'ends-differ') told.endsDiffer += messages;
    if (difference.code === 'only-at-a') told.onlyAtA += messages;
    if (difference.code === 'only-at-b') told.onlyAtB += messages;
    yield difference;
  }
}

/** Of `first` what `second` tells as well, and what the second look could neither confirm nor refute. */
async function* persisting(
  first: AsyncIterable<Difference>,
  second: EndsJoin,
  onSettled: () => void,
): AsyncGenerator<Difference> {
  const later = second.differences()[Symbol.asyncIterator]();
  let next = await later.next();
  /** Those of the second pair at the place of the last one of the first. */
  let here: Difference[] = [];
  let troubled: string | undefined;
  for await (const difference of first) {
    if (here[0] !== undefined && placeOrder(here[0], difference) !== 0) here = [];
    while (next.done !== true && placeOrder(next.value, difference) <= 0) {
      const { code, mailbox, messageUid } = next.value;
      if (code === 'unreadable' && messageUid === undefined) troubled = mailbox;
      if (placeOrder(next.value, difference) === 0) here.push(next.value);
      next = await later.next();
    }
    const isUnknown =
      difference.code === 'unreadable' ||
      (troubled !== undefined && troubled === difference.mailbox) ||
      here.some(({ code }) => code === 'unreadable') ||
      liesPastCut(difference, second);
    if (isUnknown || here.some(({ code }) => code === difference.code)) yield difference;
    else onSettled();
  }
  // To the end, for whether the second pair is whole.
  while (next.done !== true) next = await later.next();
}

function liesPastCut(difference: Difference, join: EndsJoin): boolean {
  if (!join.isCut) return false;
  const { cutAfter } = join;
  const { mailbox = '', uniqueId, messageUid = 0 } = difference;
  const key = { mailbox, messageUid, ...(uniqueId === undefined ? {} : { uniqueId }) };
  return cutAfter === undefined || compareKeys(key, cutAfter) > 0;
}

/** The order of differences() of a join. */
function placeOrder(one: Difference, other: Difference): number {
  return (
    compareBytes(one.mailbox ?? '', other.mailbox ?? '') ||
    compareBytes(one.uniqueId ?? '', other.uniqueId ?? '') ||
    Math.sign(placeOf(one) - placeOf(other)) ||
    0
  );
}

/** A mailbox that could not be read is told before its messages, a namesake after them. */
function placeOf({ code, messageUid }: Difference): number {
  return messageUid ?? (code === 'unreadable' ? -1 : Number.MAX_SAFE_INTEGER);
}

function endsOf(join: EndsJoin): { readonly a: EndSummary; readonly b: EndSummary } {
  return { a: join.a.summary(), b: join.b.summary() };
}

function outcomeOf(
  first: EndsJoin,
  second: EndsJoin | undefined,
  told: Pick<Comparison['totals'], 'endsDiffer' | 'onlyAtA' | 'onlyAtB' | 'settled'>,
): Comparison {
  const ends = endsOf(first);
  const retry = second === undefined ? undefined : endsOf(second);
  const summaries = [ends.a, ends.b, ...(retry === undefined ? [] : [retry.a, retry.b])];
  const { compared, same, notCompared, purgedAtOneEnd, filesMissing, damaged } = first;
  return {
    ...ends,
    ...(retry === undefined ? {} : { retry }),
    complete: notCompared === 0 && summaries.every(({ complete }) => complete),
    totals: {
      compared,
      same,
      ...told,
      damagedAtA: damaged.a,
      damagedAtB: damaged.b,
      filesMissing,
      notCompared,
      purgedAtOneEnd,
    },
    notes: summaries.filter(({ host }) => host === undefined).map(noteOf),
  };
}

function noteOf({ file }: EndSummary): string {
  return `${file} has no header, so whether it is whole cannot be told.`;
}
