import { expect, test } from 'vitest';
import { asBytes, bytePath } from '../../src/model/byte-path.ts';
import { findingCodes } from '../../src/model/finding.ts';
import { claimOf, sentenceOf, troubleSentence } from '../../src/report/sentences.ts';

test('no two codes make the same claim', () => {
  const claims = findingCodes.map((code) => claimOf({ code, path: bytePath('/a') }));
  expect(new Set(claims).size).toBe(findingCodes.length);
});

test('a foreign message is told with its mailbox and its donor', () => {
  const sentence = sentenceOf({
    code: 'message-foreign',
    path: bytePath('/s/a/9.'),
    mailbox: 'user.a',
    messageUid: 9,
    donor: { mailbox: 'user.b', messageUid: 3 },
    detail: 'Message-ID <1@b>',
  });
  expect(sentence).toMatch(/^\/s\/a\/9\. \(user\.a uid 9\) .*user\.b uid 3: Message-ID <1@b>$/);
});

test.each([
  ['EACCES', 'run as root or as the owner of the spool'],
  ['EIO', 'kernel log'],
  ['ESTALE', 'run again'],
  ['ENOSUCH', 'find out why'],
])('%s says what to do', (errno, advice) => {
  expect(troubleSentence({ path: asBytes('/\xff'), syscall: 'open', errno })).toContain(advice);
});

test('a trouble names its path, its call and its errno, without the bytes of a stranger', () => {
  const sentence = troubleSentence({ path: asBytes('/\x1b'), syscall: 'open', errno: 'EIO' });
  expect(sentence).toContain('/\\x1b could not be looked at (open: EIO)');
});
