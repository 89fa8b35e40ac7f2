import { describe, expect, it } from 'vitest';
import { compareTornHeader } from '../../src/decide/compare-torn-header.ts';
import { parseMessageHeader } from '../../src/parse/rfc822-header.ts';

const envelope = {
  messageId: '<1234@lab.example>',
  subject: 'Rent of November',
  date: 'Thu, 22 Nov 2007',
  from: [{ mailbox: 'anna', domain: 'lab.example' }],
};
const verdictOf = (text: string): string =>
  compareTornHeader(envelope, parseMessageHeader(Buffer.from(text))).verdict;

describe('a header that ends in the middle', () => {
  it.each([
    ['of the Message-ID says nothing', 'Message-ID: <12', 'unknown'],
    ['of the Subject says nothing', 'Subject: Rent of N', 'unknown'],
    ['of a fold says nothing', 'Subject: Rent\r\n', 'unknown'],
    ['of the sender says nothing', 'From: Anna <ann', 'unknown'],
    ['of a name of a field says nothing', 'Message-I', 'unknown'],
    ['after its Message-ID is of that message', 'Message-ID: <1234@lab.example>\r\nSub', 'same'],
    ['after another Message-ID is of another', 'Message-ID: <9@lab.example>\r\nSub', 'different'],
    [
      'after another Subject and another Date is of another',
      'Subject: Laboratory\r\nDate: Fri, 23 Nov 2007\r\nFr',
      'different',
    ],
    [
      'after another Subject alone says nothing: the cached one may be the second',
      'Subject: Laboratory\r\nDa',
      'unknown',
    ],
    [
      'after another Message-ID and the same Subject says nothing: the cached one may be the second',
      'Message-ID: <9@lab.example>\r\nSubject: Rent of November\r\nDa',
      'unknown',
    ],
    [
      'after another Message-ID and the same sender says nothing either',
      'Message-ID: <9@lab.example>\r\nFrom: anna@lab.example\r\nDa',
      'unknown',
    ],
    ['after another sender says nothing, as it may be cut itself', 'From: boris@lab', 'unknown'],
  ])('%s', (_, text, verdict) => {
    expect(verdictOf(text)).toBe(verdict);
  });
});
