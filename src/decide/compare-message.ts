/**
 * One message at two ends: what of it is worth telling.
 *
 * Bytes are what is compared. Sizes and digests in the records may lawfully differ between the ends: indexes of 2.5
 * and older keep the size that the MIME parser found, 2.3 keeps no digest. So may the expunged state: an expunge is on
 * its way for a while, and each end purges by its own cron job.
 */
import type { DamagedEnd, Difference, End } from '../model/comparison.ts';
import type { ManifestMessage } from '../model/manifest.ts';

/** What became of one pair, for the totals. */
export type PairOutcome = 'same' | 'differ' | 'not-compared' | 'one-file' | 'no-file';

export interface PairJudgement {
  readonly outcome: PairOutcome;
  readonly differences: readonly Difference[];
}

/** Are the bytes not those of their own record? The size counts only where there is no digest to ask. */
export function isDamaged(message: ManifestMessage): boolean {
  const { sha1, recordGuid, size, recordSize } = message;
  if (sha1 === undefined) return false;
  return recordGuid === undefined ? size !== recordSize : sha1 !== recordGuid;
}

/** Both ends have a record of the message. */
export function comparePair(a: ManifestMessage, b: ManifestMessage): PairJudgement {
  if (a.isMissing || b.isMissing) return compareMissing(a, b);
  if (a.errno !== undefined || b.errno !== undefined) return unread(a, b);
  if (a.sha1 === undefined || b.sha1 === undefined) {
    // A manifest without digests, made for speed: another size is another message, the same size proves nothing.
    return a.size === b.size || a.size === undefined || b.size === undefined
      ? { outcome: 'not-compared', differences: [] }
      : { outcome: 'differ', differences: [differing(a, b)] };
  }
  if (a.sha1 !== b.sha1) return { outcome: 'differ', differences: [differing(a, b)] };
  return { outcome: 'same', differences: provenDamage(a, b) };
}

/** Only one end has a record, and the other end was looked at. */
export function compareSingle(end: End, message: ManifestMessage): readonly Difference[] {
  if (message.isMissing) {
    return [
      {
        ...about(message),
        code: 'message-file-missing',
        [end]: message,
        detail: `its record is at ${end} only, and has no file there`,
      },
    ];
  }
  const damagedEnd = isDamaged(message) ? end : 'neither';
  return [
    { ...about(message), code: `only-at-${end}`, damagedEnd, [end]: message },
    ...ownDamage(end, message),
  ];
}

/** The bytes of a message of one end are proved wrong by its own record's digest. */
export function ownDamage(end: End, message: ManifestMessage): readonly Difference[] {
  if (!isDisproved(message)) return [];
  return [{ ...about(message), code: 'message-guid-mismatch', damagedEnd: end, [end]: message }];
}

/**
 * Damage that both ends share is no difference between them, and is what a comparison of bodies never sees: an
 * overwritten replica that became master. Only a digest proves it; sizes are weak up to 2.5.
 */
function provenDamage(a: ManifestMessage, b: ManifestMessage): readonly Difference[] {
  const damagedEnd = endsOf(isDisproved(a), isDisproved(b));
  if (damagedEnd === 'neither') return [];
  const code = 'message-guid-mismatch';
  return [{ ...about(a), code, damagedEnd, a, b, detail: 'both ends have the same bytes' }];
}

function differing(a: ManifestMessage, b: ManifestMessage): Difference {
  const damagedEnd = endsOf(isDamaged(a), isDamaged(b));
  const detail = [witness(a, b, damagedEnd), expungedAt(a, b)].filter((part) => part !== '');
  return {
    ...about(a),
    code: 'ends-differ',
    damagedEnd,
    a,
    b,
    ...(detail.length === 0 ? {} : { detail: detail.join('; ') }),
  };
}

/** What speaks for one of the ends when no end disagrees with its own record. */
function witness(a: ManifestMessage, b: ManifestMessage, damagedEnd: DamagedEnd): string {
  if (damagedEnd !== 'neither') return '';
  const [provedA, provedB] = [isProved(a), isProved(b)];
  if (provedA && provedB) {
    return 'each end has the bytes of its own record: two messages were given one uid';
  }
  if (provedA) return 'a has the bytes of its record, at b the record has no digest to tell';
  if (provedB) return 'b has the bytes of its record, at a the record has no digest to tell';
  return 'neither record has a digest to tell which end is right';
}

function compareMissing(a: ManifestMessage, b: ManifestMessage): PairJudgement {
  const outcome = a.isMissing && b.isMissing ? 'no-file' : 'one-file';
  // A purge removes the file of an expunged message first and its record later.
  if (a.isExpunged || b.isExpunged) return { outcome, differences: [] };
  if (outcome === 'no-file') {
    const detail = 'both ends have its record and neither its file';
    return {
      outcome,
      differences: [{ ...about(a), code: 'message-file-missing', a, b, detail }],
    };
  }
  const [end, other, there] = a.isMissing ? (['b', 'a', b] as const) : (['a', 'b', a] as const);
  const only: Difference = {
    ...about(a),
    code: `only-at-${end}`,
    damagedEnd: isDamaged(there) ? end : 'neither',
    a,
    b,
    detail: `${other} has its record and no file`,
  };
  return { outcome, differences: [only, ...ownDamage(end, there)] };
}

function unread(a: ManifestMessage, b: ManifestMessage): PairJudgement {
  const where = (
    [
      ['a', a.errno],
      ['b', b.errno],
    ] as const
  )
    .filter(([, errno]) => errno !== undefined)
    .map(([end, errno]) => `${errno} at ${end}`);
  return {
    outcome: 'not-compared',
    differences: [{ ...about(a), code: 'unreadable', a, b, detail: where.join(', ') }],
  };
}

function expungedAt(a: ManifestMessage, b: ManifestMessage): string {
  if (a.isExpunged && b.isExpunged) return 'expunged at both ends';
  if (a.isExpunged) return 'expunged at a';
  return b.isExpunged ? 'expunged at b' : '';
}

function isProved({ sha1, recordGuid }: ManifestMessage): boolean {
  return sha1 !== undefined && sha1 === recordGuid;
}

function isDisproved({ sha1, recordGuid }: ManifestMessage): boolean {
  return sha1 !== undefined && recordGuid !== undefined && sha1 !== recordGuid;
}

function endsOf(isA: boolean, isB: boolean): DamagedEnd {
  if (isA) return isB ? 'both' : 'a';
  return isB ? 'b' : 'neither';
}

function about(message: ManifestMessage): Pick<Difference, 'mailbox' | 'uniqueId' | 'messageUid'> {
  const { mailbox, uniqueId, messageUid } = message;
  return { mailbox, messageUid, ...(uniqueId === undefined ? {} : { uniqueId }) };
}
