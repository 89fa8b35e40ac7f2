/** The real mailboxes of fixtures/index, read whole. */
import { existsSync, readFileSync } from 'node:fs';
import type { MessageRecord } from '../../src/model/mailbox.ts';
import { parseIndexHeader } from '../../src/parse/index-header.ts';
import { indexRecords } from '../../src/parse/index-record.ts';

export interface RealMessage {
  readonly record: MessageRecord;
  readonly bytes: Buffer;
  /** The file that its cache record is in. */
  readonly cache: Buffer;
}

const root = new URL('../../fixtures/index/', import.meta.url);
const uuid = 'uuid/8/2/82061087-429d-423a-b28c-d20fb404dfc6';
const mailboxes = {
  'version 17 of 3.6.1': {
    index: 'cyrus-3.6.1/yann.v17.index',
    spool: 'cyrus-3.6.1/user-yann',
  },
  'version 9 of 3.6.1': { index: 'cyrus-3.6.1/yann.v9.index', spool: 'cyrus-3.6.1/user-yann' },
  'odd headers in 3.6.1': {
    index: 'cyrus-3.6.1/user-odd/cyrus.index',
    spool: 'cyrus-3.6.1/user-odd',
  },
  'version 20 of 3.13.7': {
    index: `cyrus-3.13.7/spool/${uuid}/cyrus.index`,
    spool: `cyrus-3.13.7/spool/${uuid}`,
    archive: `cyrus-3.13.7/archive/${uuid}`,
  },
} as const;

export type RealMailbox = keyof typeof mailboxes;
export const realMailboxes = Object.keys(mailboxes) as readonly RealMailbox[];

export function readRealMailbox(name: RealMailbox): RealMessage[] {
  const mailbox = mailboxes[name];
  const index = read(mailbox.index);
  const header = parseIndexHeader(index);
  return Array.from(indexRecords(index.subarray(header.startOffset), header), (record) => {
    const directory = record.isArchived && 'archive' in mailbox ? mailbox.archive : mailbox.spool;
    return {
      record,
      bytes: read(`${directory}/${record.messageUid}.`),
      cache: read(`${directory}/cyrus.cache`),
    };
  });
}

function read(name: string): Buffer {
  const url = new URL(name, root);
  if (!existsSync(url)) throw new Error(`fixtures/index has no ${name}`);
  return readFileSync(url);
}
