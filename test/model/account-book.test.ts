import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AccountBook } from '../../src/model/account-book.ts';
import { asBytes } from '../../src/model/byte-path.ts';
import { InodeTables } from '../../src/model/inode-tables.ts';
import type { Link, LinkAccount, UnseenReason } from '../../src/model/link.ts';
import { messageLeafOf } from '../../src/model/mailbox-name.ts';
import { accountOf, link, ownName } from '../support/facts.ts';

const directories = ['/spool/user/glad', '/spool/user/odd\xff', '/archive/user/glad'].map(
  (path, at) => ({ path: asBytes(path), dev: 1n, ino: BigInt(at) }),
);
const messages: fc.Arbitrary<Link> = fc
  .record({
    directory: fc.constantFrom(...directories),
    kind: fc.constantFrom('mailbox', 'archive'),
    messageUid: fc.integer({ min: 0, max: 0xffff_ffff }),
    status: fc.constantFrom('intact', 'damaged', 'unverifiable', 'unindexed'),
    codes: fc.subarray(['message-unindexed', 'message-foreign'] as const),
    mailbox: fc.option(fc.constantFrom('user.glad', 'user.other'), { nil: undefined }),
    isLeaving: fc.option(fc.constant(true), { nil: undefined }),
  })
  .map(({ mailbox, isLeaving, ...rest }): Link => ({
    ...rest,
    leaf: messageLeafOf(rest.messageUid),
    ...(mailbox === undefined ? {} : { mailbox }),
    ...(isLeaving === undefined ? {} : { isLeaving }),
  }));
const others: fc.Arbitrary<Link> = fc.record({
  directory: fc.constantFrom(...directories),
  leaf: fc.constantFrom('07.', '\n', 'a'.repeat(40)).map(asBytes),
  kind: fc.constantFrom('stage', 'quarantine', 'other'),
  codes: fc.constant([]),
});
const accounts: fc.Arbitrary<LinkAccount> = fc
  .record({
    expected: fc.integer({ min: 1, max: 0xffff_ffff }),
    links: fc.array(fc.oneof(messages, others), { maxLength: 5 }),
    reasons: fc.subarray<UnseenReason>(['moving', 'not-searched', 'overlay']),
  })
  .map((account) => ({ ...account, complete: account.reasons.length === 0 }));

const plain = ({ expected, complete, reasons, links }: LinkAccount): LinkAccount => ({
  ...{ expected, complete, reasons, links },
});

it('gives every account back as it was added', () => {
  fc.assert(
    fc.property(fc.array(accounts), (all) => {
      const book = new AccountBook();
      all.forEach((account, at) => {
        book.add({ dev: 1n, ino: BigInt(at) }, account);
      });
      const told = all.map((_, at) => book.get({ dev: 1n, ino: BigInt(at) }));
      expect(told.map((account) => account && plain(account))).toEqual(all);
    }),
  );
});

it('goes by the numbers that others gave its inodes', () => {
  const numbers = new InodeTables();
  [5n, 6n, 7n].forEach((ino, at) => numbers.put({ dev: 1n, ino }, at));
  const book = new AccountBook(numbers);
  book.add({ dev: 1n, ino: 7n }, accountOf(link()));
  book.add({ dev: 1n, ino: 5n }, accountOf());
  const told = [5n, 6n, 7n].map((ino) => book.get({ dev: 1n, ino })?.links.length);
  expect(told).toEqual([accountOf().links.length, undefined, accountOf(link()).links.length]);
});

it('has one object for an account, whichever of its stage files asks', () => {
  const book = new AccountBook();
  book.add({ dev: 1n, ino: 7n }, accountOf(link()));
  expect(book.get({ dev: 1n, ino: 7n })).toBe(book.get({ dev: 1n, ino: 7n }));
  expect(book.get({ dev: 1n, ino: 8n })).toBeUndefined();
  expect(book.get({ dev: 1n, ino: 7n })?.links).toEqual([ownName, link()]);
});
