/** What the header of a file says about whose message it is: against the cached ENVELOPE and the record's sizes. */
import type { MessageHeader } from '../model/mailbox.ts';
import type { CachedMessage, MessageFacts } from '../model/message.ts';
import { compareEnvelope, type EnvelopeComparison } from './compare-envelope.ts';
import { compareTornHeader } from './compare-torn-header.ts';

export interface HeaderWitness {
  readonly envelope: EnvelopeComparison['verdict'];
  /** The field that decided. */
  readonly field?: EnvelopeComparison['field'];
  /** Whether the header ends where that of the record's message does; absent when nothing tells. */
  readonly fits?: boolean;
  /** Not one line of a message: NUL bytes or blanks, as a file system leaves them after a crash. */
  readonly isBlank: boolean;
}

export function weighHeader(facts: MessageFacts): HeaderWitness | undefined {
  const { header, file, record } = facts;
  if (header === undefined || file === undefined) return undefined;
  const cached = ownCache(facts);
  const compare = header.isWhole ? compareEnvelope : compareTornHeader;
  const { verdict, field } = cached
    ? compare(cached.envelope, header)
    : { verdict: 'unknown' as const, field: undefined };
  const isTorn = !header.isWhole && file.sizeBytes < record.headerSizeBytes;
  const fits =
    record.headerSizeBytes === 0 || isTorn
      ? undefined
      : header.sizeBytes === record.headerSizeBytes;
  return {
    envelope: verdict,
    ...(field === undefined ? {} : { field }),
    ...(fits === undefined ? {} : { fits }),
    isBlank: isBlank(header),
  };
}

/**
 * The cache record, when it is of this message. At an offset of another generation or of the other tree (archive
 * and spool have their own) lies a plausible ENVELOPE of a neighbour; the sizes, which Cyrus writes into record
 * and cache from one parse, do not lie there with it.
 */
function ownCache({ record, cached }: MessageFacts): CachedMessage | undefined {
  if (cached?.sizes === undefined) return cached;
  const { headerBytes, contentBytes } = cached.sizes;
  const isHeader = record.headerSizeBytes === 0 || headerBytes === record.headerSizeBytes;
  // From 3.0 on the record has the length of the file, for malformed mail more than the sum: its witness is lost, and
  // its digest is there.
  const isSum = record.sizeBytes === 0 || headerBytes + contentBytes === record.sizeBytes;
  return isHeader && isSum ? cached : undefined;
}

function isBlank(header: MessageHeader): boolean {
  return (
    !header.isWhole &&
    header.lines <= 1 &&
    Object.values(header.fields).every((values) => values.length === 0)
  );
}
