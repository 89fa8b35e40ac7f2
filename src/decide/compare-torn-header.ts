/** The comparison of compare-envelope.ts for a header that ends in the middle, perhaps in the middle of a field. */
import type { Envelope, MessageHeader } from '../model/mailbox.ts';
import { compareEnvelope, type EnvelopeComparison } from './compare-envelope.ts';

/**
 * A field that was cut says nothing, and neither does one of several that the cache may have taken the other of.
 * So what differs is believed only while nothing else is the same, and a Subject or a Date not alone.
 */
export function compareTornHeader(envelope: Envelope, header: MessageHeader): EnvelopeComparison {
  const { fields } = header;
  const uncut: MessageHeader = {
    ...header,
    fields: {
      messageId: without(fields.messageId, envelope.messageId),
      subject: without(fields.subject, envelope.subject),
      date: without(fields.date, envelope.date),
      // The cached addresses are no text to take a beginning of: a sender proves here and never disproves.
      from: fields.from.length > 0 && isSender(envelope, header) ? fields.from : [],
    },
  };
  const compared = compareEnvelope(envelope, uncut);
  if (compared.verdict !== 'different') return compared;
  const isAlike =
    uncut.fields.from.length > 0 ||
    same(envelope.subject, fields.subject) ||
    same(envelope.date, fields.date);
  const isLone =
    compared.field !== 'messageId' &&
    (uncut.fields.subject.length === 0 || uncut.fields.date.length === 0);
  return isAlike || isLone ? { verdict: 'unknown' } : compared;
}

/** The values that cannot be a beginning of `cached`. The whole one stays. */
function without(values: readonly string[], cached: string | undefined): string[] {
  const wanted = squeeze(cached ?? '');
  return values.filter((value) => {
    const found = squeeze(value);
    return found === wanted || !wanted.startsWith(found);
  });
}

function same(cached: string | undefined, values: readonly string[]): boolean {
  const wanted = squeeze(cached ?? '');
  return wanted !== '' && values.some((value) => squeeze(value) === wanted);
}

/** Are From and nothing else what the cache says? */
function isSender(envelope: Envelope, header: MessageHeader): boolean {
  const probe = { from: envelope.from, date: 'd' };
  const fields = { messageId: [], subject: [], date: ['d'], from: header.fields.from };
  return compareEnvelope(probe, { ...header, fields }).verdict === 'same';
}

function squeeze(value: string): string {
  return value.replace(/[ \t\r\n]+/g, ' ').trim();
}
