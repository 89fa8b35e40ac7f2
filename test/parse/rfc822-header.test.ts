import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMessageHeader } from '../../src/parse/rfc822-header.ts';

const parse = (text: string) => parseMessageHeader(Buffer.from(text, 'latin1'));

describe('the header of a message', () => {
  it('gives the fields that an ENVELOPE has, and its size with the blank line', () => {
    const header =
      'Received: from x\r\n\tby y\r\nMessage-ID: <1@x>\r\nSubject: Hello\r\nFrom: a <a@x>\r\nDate: today\r\n\r\n';
    expect(parse(`${header}Subject: in the body\r\n`)).toEqual({
      sizeBytes: header.length,
      isWhole: true,
      lines: 6,
      fields: { messageId: ['<1@x>'], subject: ['Hello'], from: ['a <a@x>'], date: ['today'] },
    });
  });

  it('does not care for upper and lower case in names', () => {
    expect(parse('MESSAGE-id:<1@x>\r\n\r\n').fields.messageId).toEqual(['<1@x>']);
  });

  it('takes no name with a blank before its colon, as Cyrus does not', () => {
    expect(parse('Subject : x\r\nX-Subject: y\r\n\r\n').fields.subject).toEqual([]);
  });

  it('keeps the blanks of a fold and drops its line ends', () => {
    expect(parse('Subject: one\r\n two\n\tthree\r\n\r\n').fields.subject).toEqual([
      'one two\tthree',
    ]);
  });

  it('reads a Message-ID that stands on the next line', () => {
    expect(parse('Message-ID:\r\n <1@x>\r\n\r\n').fields.messageId).toEqual([' <1@x>']);
  });

  it('gives every value of a field that is there twice', () => {
    expect(parse('Subject: a\r\nSubject: b\r\n\r\n').fields.subject).toEqual(['a', 'b']);
  });

  it('ends at a blank line of a bare LF too', () => {
    expect(parse('Subject: a\n\nbody')).toMatchObject({ sizeBytes: 12, isWhole: true });
  });

  it('does not go on into a body that begins with a blank', () => {
    expect(parse('Subject: a\r\n\r\n indented\r\nSubject: b\r\n').sizeBytes).toBe(14);
  });

  it('that is torn off is not whole', () => {
    expect(parse('Subject: a\r\nMessage-I')).toMatchObject({
      sizeBytes: 21,
      isWhole: false,
      fields: { subject: ['a'], messageId: [] },
    });
    expect(parse('Subject: a\r\n\r').isWhole).toBe(false);
  });

  it.each(['', '\0'.repeat(4096), '\n', 'no header at all', '\r\n'])(
    'is found in %j too',
    (text) => {
      expect(parse(text).fields.subject).toEqual([]);
    },
  );

  it('is read in time that grows with its length only', () => {
    expect(parse(`Subject: ${'\r\n x'.repeat(200_000)}`).lines).toBe(200_001);
  });
});

it('any bytes at all have a header no longer than they are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(parseMessageHeader(bytes).sizeBytes).toBeLessThanOrEqual(bytes.length);
    }),
  );
});
