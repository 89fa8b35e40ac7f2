import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseEnvelope } from '../../src/parse/envelope.ts';
import { composeEnvelope } from '../support/mailbox-writer.ts';

const parse = (text: string) => parseEnvelope(Buffer.from(text, 'latin1'));

it('gives date, subject, senders and Message-ID', () => {
  const text =
    '("Thu, 22 Nov 2007 12:00:00 +0100" "Hello" (("Gerd" NIL "gerd" "lab.example")(NIL NIL "b" "c.example")) ' +
    '(("Gerd" NIL "gerd" "lab.example")) NIL ((NIL NIL "to" "d.example")) NIL NIL "<1@x>" "<2@y>")';
  expect(parse(text)).toEqual({
    date: 'Thu, 22 Nov 2007 12:00:00 +0100',
    subject: 'Hello',
    from: [
      { mailbox: 'gerd', domain: 'lab.example' },
      { mailbox: 'b', domain: 'c.example' },
    ],
    messageId: '<2@y>',
  });
});

it('tells NIL from an empty string and from the string NIL', () => {
  expect(parse('(NIL "" NIL NIL NIL NIL NIL NIL NIL "NIL")')).toEqual({
    subject: '',
    from: [],
    messageId: 'NIL',
  });
});

it('reads literals with any bytes in them', () => {
  expect(parse('({4}\r\n"\r\n) NIL NIL NIL NIL NIL NIL NIL NIL NIL)').date).toBe('"\r\n)');
});

it('begins and ends a group of addresses without a mailbox or a domain', () => {
  const text = '(NIL NIL ((NIL NIL "team" NIL)(NIL NIL NIL NIL)) NIL NIL NIL NIL NIL NIL NIL)';
  expect(parse(text).from).toEqual([{ mailbox: 'team' }, {}]);
});

it.each([
  ['NIL', 0],
  ['(NIL NIL)', 0],
  ['(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL', 40],
  ['(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)x', 41],
  ['({9}\r\nabc NIL NIL NIL NIL NIL NIL NIL NIL NIL)', 4],
  ['', 0],
])('%j is refused', (text, at) => {
  expect(() => parse(text)).toThrow(at === 4 ? /at byte/ : `(at byte ${at})`);
});

it('comes back as Cyrus writes it, whatever the header had in it', () => {
  const text = fc
    .string({ unit: 'binary', maxLength: 40 })
    .map((each) => Buffer.from(each, 'utf8').toString('latin1'));
  const maybe = fc.option(text, { nil: undefined });
  const from = fc.array(fc.tuple(text, text), { maxLength: 3 });
  fc.assert(
    fc.property(maybe, maybe, maybe, from, (date, subject, messageId, addresses) => {
      const composed = composeEnvelope({ date, subject, messageId, from: addresses });
      expect(parse(composed)).toStrictEqual({
        ...(date === undefined ? {} : { date }),
        ...(subject === undefined ? {} : { subject }),
        ...(messageId === undefined ? {} : { messageId }),
        from: addresses.map(([mailbox, domain]) => ({ mailbox, domain })),
      });
    }),
  );
});
