import { describe, expect, it } from 'vitest';
import { compareEnvelope } from '../../src/decide/compare-envelope.ts';
import type { Envelope, MessageHeader } from '../../src/model/mailbox.ts';

const envelope = (values: Partial<Envelope>): Envelope => ({ from: [], ...values });
const header = (
  fields: Partial<MessageHeader['fields']>,
  more: Partial<MessageHeader> = {},
): MessageHeader => ({
  sizeBytes: 500,
  isWhole: true,
  lines: 10,
  fields: { messageId: [], subject: [], from: [], date: [], ...fields },
  ...more,
});
const gerd = [{ mailbox: 'gerd', domain: 'lab.example' }];

describe('a Message-ID', () => {
  it('that is the cached one settles it, even when the subject was rewritten', () => {
    const cached = envelope({ messageId: '<1@x>', subject: 'a' });
    expect(compareEnvelope(cached, header({ messageId: ['<1@x>'], subject: ['b'] }))).toEqual({
      verdict: 'same',
      field: 'messageId',
    });
  });

  it('that is another settles it, even when all else is the same', () => {
    const cached = envelope({ messageId: '<1@x>', subject: 'a', date: 'd', from: gerd });
    const found = header({
      messageId: ['<2@x>'],
      subject: ['a'],
      date: ['d'],
      from: ['gerd@lab.example'],
    });
    expect(compareEnvelope(cached, found)).toEqual({ verdict: 'different', field: 'messageId' });
  });

  it('may be the first of two (2.3) or the last (3.x)', () => {
    const found = header({ messageId: ['<1@x>', '<2@x>'] });
    for (const messageId of ['<1@x>', '<2@x>']) {
      expect(compareEnvelope(envelope({ messageId }), found).verdict).toBe('same');
    }
  });

  it('is the same whatever became of the blanks of its fold', () => {
    const cached = envelope({ messageId: ' <1@x>' });
    expect(compareEnvelope(cached, header({ messageId: ['<1@x> '] })).verdict).toBe('same');
  });

  it('that was cached and is gone from a whole header is of another message', () => {
    expect(compareEnvelope(envelope({ messageId: '<1@x>' }), header({})).verdict).toBe('different');
  });

  it('that a torn header does not reach says nothing', () => {
    const found = header({}, { isWhole: false });
    expect(compareEnvelope(envelope({ messageId: '<1@x>' }), found).verdict).toBe('unknown');
  });

  it('that no one cached is of another message', () => {
    const found = header({ messageId: ['<1@x>'] });
    expect(compareEnvelope(envelope({}), found).verdict).toBe('different');
  });

  it('that no one cached because the header is too long says nothing', () => {
    const found = header({ messageId: ['<1@x>'] }, { lines: 1001 });
    expect(compareEnvelope(envelope({}), found).verdict).toBe('unknown');
  });

  it('that is empty on both sides says nothing', () => {
    const found = header({ messageId: [''] });
    expect(compareEnvelope(envelope({ messageId: '' }), found).verdict).toBe('unknown');
  });
});

describe('without a Message-ID', () => {
  const cached = envelope({ subject: 'Cron', date: 'Thu, 22 Nov 2007', from: gerd });

  it('date, subject and sender together settle it', () => {
    const found = header({
      subject: ['Cron'],
      date: ['Thu, 22 Nov 2007'],
      from: ['"Gerd (lab)" <gerd@lab.example>'],
    });
    expect(compareEnvelope(cached, found).verdict).toBe('same');
  });

  it.each([
    ['subject', { subject: ['Backup'], date: ['Thu, 22 Nov 2007'], from: ['gerd@lab.example'] }],
    ['date', { subject: ['Cron'], date: ['Fri, 23 Nov 2007'], from: ['gerd@lab.example'] }],
    ['from', { subject: ['Cron'], date: ['Thu, 22 Nov 2007'], from: ['eve@lab.example'] }],
  ])('another %s is enough for another message', (field, fields) => {
    expect(compareEnvelope(cached, header(fields))).toEqual({ verdict: 'different', field });
  });

  it('the same subject and sender without a date prove nothing', () => {
    const undated = envelope({ subject: 'Cron', from: gerd });
    const found = header({ subject: ['Cron'], from: ['gerd@lab.example'] });
    expect(compareEnvelope(undated, found).verdict).toBe('unknown');
  });

  it('nothing cached and nothing in the file says nothing', () => {
    expect(compareEnvelope(envelope({}), header({})).verdict).toBe('unknown');
  });
});

describe('a sender', () => {
  const verdictOf = (from: Envelope['from'], value: string) =>
    compareEnvelope(envelope({ date: 'd', from }), header({ date: ['d'], from: [value] })).verdict;

  it('is found behind quotes, names, routes and blanks', () => {
    expect(verdictOf(gerd, '"G, Erd" <@relay:gerd @ lab.example>')).toBe('same');
    expect(verdictOf([{ mailbox: 'a b', domain: 'x' }], '"a\\ b"@x')).toBe('same');
  });

  it('with a comment in it says nothing', () => {
    expect(verdictOf(gerd, 'gerd(me)@lab.example')).toBe('unknown');
  });

  it('without a domain says nothing', () => {
    const bare = [{ mailbox: 'root', domain: 'unspecified-domain' }];
    expect(verdictOf(bare, 'root')).toBe('unknown');
  });
});
