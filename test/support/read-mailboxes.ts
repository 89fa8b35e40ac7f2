/** Reads the mailboxes of a composed spool with nothing but the parsers, as the reader of the program does. */
import { existsSync, lstatSync, readdirSync, readFileSync, type BigIntStats } from 'node:fs';
import { join, relative } from 'node:path';
import { asBytes } from '../../src/model/byte-path.ts';
import type { FileStat } from '../../src/model/inode.ts';
import type { MessageRecord } from '../../src/model/mailbox.ts';
import type { CachedMessage } from '../../src/model/message.ts';
import { parseCacheRecord, parseSection } from '../../src/parse/cache-record.ts';
import { parseEnvelope } from '../../src/parse/envelope.ts';
import { parseIndexHeader } from '../../src/parse/index-header.ts';
import { indexRecords } from '../../src/parse/index-record.ts';
import { parseMailboxPath } from '../../src/parse/mailbox-path.ts';
import type { ComposedSpool } from './composed-spool.ts';
import { fileStat } from './file-stat.ts';

export interface ReadMessage {
  readonly mailbox: string;
  readonly minorVersion: number;
  readonly record: MessageRecord;
  readonly cached: CachedMessage;
  readonly path: string;
  /** Absent when there is none. */
  readonly file?: FileStat;
}

export function readMailboxes(spool: ComposedSpool): ReadMessage[] {
  const root = spool.meta ?? spool.spool;
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('/cyrus.index'))
    .flatMap((path) => readMailbox(spool, join(root, path, '..')));
}

function readMailbox(spool: ComposedSpool, directory: string): ReadMessage[] {
  const place = relative(spool.meta ?? spool.spool, directory);
  const layout = { hashed: spool.meta !== undefined, fullHash: false, domains: false };
  const name = parseMailboxPath(place, layout);
  if (name?.kind !== 'name') throw new Error(`${place} has no name`);
  const cache = readFileSync(join(directory, 'cyrus.cache'));
  return ['cyrus.index', 'cyrus.expunge']
    .map((leaf) => join(directory, leaf))
    .filter((path) => existsSync(path))
    .flatMap((index) => {
      const bytes = readFileSync(index);
      const header = parseIndexHeader(bytes);
      return Array.from(indexRecords(bytes.subarray(header.startOffset), header), (record) => {
        const { items } = parseCacheRecord(cache, record.cacheOffset);
        const path = join(spool.spool, place, `${record.messageUid}.`);
        const file = statOf(path);
        return {
          mailbox: name.mailbox,
          minorVersion: header.minorVersion,
          record,
          cached: { envelope: parseEnvelope(items.envelope), sizes: parseSection(items.section) },
          path,
          ...(file && { file }),
        };
      });
    });
}

export function statOf(path: string): FileStat | undefined {
  const stat: BigIntStats | undefined = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return (
    stat &&
    fileStat({
      dev: stat.dev,
      ino: stat.ino,
      linkCount: Number(stat.nlink),
      sizeBytes: Number(stat.size),
      modifiedNs: stat.mtimeNs,
      changedNs: stat.ctimeNs,
      bornNs: stat.birthtimeNs,
    })
  );
}

/** The mailbox that a message was read from, as far as a search asks it. */
export function offeringOf(message: ReadMessage) {
  return {
    name: message.mailbox,
    fileOf: () => asBytes(message.path),
    cached: () => message.cached,
  };
}
