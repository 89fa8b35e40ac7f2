import { describe, expect, it } from 'vitest';
import { CopySearch, messageKeyOf, type Look } from '../../src/decide/search-copies.ts';
import { asBytes } from '../../src/model/byte-path.ts';
import type { MessageRecord } from '../../src/model/mailbox.ts';
import { composeMessage } from '../support/composed-message.ts';
import { fileStat } from '../support/file-stat.ts';
import { bareRecordOf, recordOf } from '../support/message-facts.ts';

const rent = composeMessage({ from: 'anna', messageId: 'rent' });
const at = (ino: bigint, sizeBytes = 900) => fileStat({ ino, sizeBytes });
const offer = (search: CopySearch, name: string, record: MessageRecord, look: Look): void => {
  search.offer(
    { name, fileOf: () => asBytes(`/spool/${name}/1.`), cached: () => undefined },
    record,
    look,
  );
};
const searching = (...bad: bigint[]): CopySearch => {
  const search = new CopySearch();
  search.want(rent.sha1);
  for (const ino of bad) search.want(rent.sha1, at(ino));
  return search;
};
const namesOf = (search: CopySearch, except?: bigint): string[] =>
  search
    .copiesOf(rent.sha1, except === undefined ? undefined : at(except))
    .map(({ mailbox }) => mailbox);

describe('a copy', () => {
  it('is a file on another inode whose record has the digest', () => {
    const search = searching(1n);
    offer(search, 'user.bob', recordOf(rent), () => at(2n));
    expect(search.copiesOf(rent.sha1)).toEqual([
      { mailbox: 'user.bob', messageUid: 1, path: '/spool/user.bob/1.', stat: at(2n) },
    ]);
  });

  it.each<[string, MessageRecord, ReturnType<Look>]>([
    ['another name of the bad inode', recordOf(rent), at(1n)],
    ['a record whose file is gone', recordOf(rent), undefined],
    ['an empty file', recordOf(rent), at(2n, 0)],
    ['a symbolic link', recordOf(rent), fileStat({ ino: 2n, kind: 'symlink' })],
    ['a record with a wrong CRC', recordOf(rent, { fault: 'crc' }), at(2n)],
    ['a record without a digest', bareRecordOf(rent), at(2n)],
    ['another message', recordOf(composeMessage({ from: 'boris' })), at(2n)],
  ])('is not %s', (_, record, stat) => {
    const search = searching(1n);
    offer(search, 'user.bob', record, () => stat);
    expect(namesOf(search)).toEqual([]);
  });

  it('is not looked for on the disk unless its record is wanted', () => {
    const look = (): never => {
      throw new Error('looked');
    };
    offer(searching(), 'user.bob', recordOf(composeMessage({ from: 'boris' })), look);
  });

  it('serves for one stage file on the inode of the other', () => {
    const search = searching();
    offer(search, 'user.alice', recordOf(rent), () => at(1n));
    offer(search, 'user.bob', recordOf(rent), () => at(2n));
    expect([namesOf(search, 1n), namesOf(search, 2n)]).toEqual([['user.bob'], ['user.alice']]);
  });

  it('of a message without a digest goes by UUID and size', () => {
    const uuid = '00000000000000000000a001';
    const record = bareRecordOf(rent, { uuid });
    const search = new CopySearch();
    search.want(messageKeyOf(record) ?? '', at(1n));
    offer(search, 'user.bob', record, () => at(2n));
    offer(search, 'user.carol', bareRecordOf(rent, { uuid, sizeBytes: 1 }), () => at(3n));
    expect(search.copiesOf(messageKeyOf(record) ?? '').map(({ mailbox }) => mailbox)).toEqual([
      'user.bob',
    ]);
  });
});

describe('of many copies', () => {
  const everyone = Array.from({ length: 500 }, (_, index) => ({
    name: `user.u${String(index).padStart(3, '0')}`,
    ino: BigInt(index + 10),
  }));

  it.each([
    ['as they come', everyone],
    ['backwards', [...everyone].reverse()],
  ])('the first eight by name are kept, offered %s', (_, order) => {
    const search = searching();
    for (const { name, ino } of order) offer(search, name, recordOf(rent), () => at(ino));
    expect(namesOf(search)).toEqual(everyone.slice(0, 8).map(({ name }) => name));
    expect(namesOf(search, 10n)).toEqual(everyone.slice(1, 9).map(({ name }) => name));
  });

  it('names of one inode are one copy', () => {
    const search = searching();
    for (const { name } of everyone) offer(search, name, recordOf(rent), () => at(7n));
    expect(namesOf(search)).toEqual(['user.u000']);
  });
});
