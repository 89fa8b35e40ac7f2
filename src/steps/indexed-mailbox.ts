/** A mailbox by one reading of its index: records are parsed when they are asked for, the cache likewise. */
import { join, parentOf, type BytePath } from '../model/byte-path.ts';
import type { Finding } from '../model/finding.ts';
import type { FileStat } from '../model/inode.ts';
import type { MessageRecord } from '../model/mailbox.ts';
import { someClaims, type MessageClaims } from '../model/message-claims.ts';
import type { CachedMessage, Mailbox } from '../model/message.ts';
import type { Files } from '../system/os.ts';
import type { MailboxLocation } from './locate-mailbox.ts';
import { CacheFile } from './cache-file.ts';
import type { IndexFile } from './read-index-file.ts';
import { RecordTable } from './record-table.ts';

export class IndexedMailbox implements Mailbox {
  readonly name: string;
  readonly uniqueId?: string;
  readonly partition: string;
  readonly directory: BytePath;
  readonly archive?: BytePath;
  readonly minorVersion: number;
  readonly lastUid: number;
  readonly index: FileStat;
  readonly findings: readonly Finding[];
  readonly #index: RecordTable;
  readonly #expunged: RecordTable | undefined;
  readonly #cachesOf: (file: 'cache' | 'archivecache') => readonly CacheFile[];
  /** Made when the first message needs them, which in most audits none does. */
  #caches: readonly CacheFile[] | undefined;
  #archiveCaches: readonly CacheFile[] | undefined;
  /** An offset alone does not say which of the two files a record is from. */
  readonly #fromExpunge = new WeakSet<MessageRecord>();

  constructor(
    files: Files,
    location: MailboxLocation,
    index: IndexFile,
    expunged: IndexFile | undefined,
    findings: Finding[],
    named: { readonly name: string; readonly uniqueId?: string },
  ) {
    this.name = named.name;
    if (named.uniqueId !== undefined) this.uniqueId = named.uniqueId;
    this.partition = location.roots.partition.name;
    // Without a data root there are no messages to be found, and the index is what there is of the mailbox.
    this.directory = location.data ?? parentOf(index.path);
    const archive = location.archive;
    if (archive !== undefined) this.archive = archive;
    this.minorVersion = index.header.minorVersion;
    this.lastUid = index.header.lastUid;
    this.index = index.stat;
    this.findings = findings;
    this.#index = new RecordTable(index);
    this.#expunged = expunged === undefined ? undefined : new RecordTable(expunged);
    this.#cachesOf = (file) =>
      location
        .directoriesOf(file)
        .map((directory) => new CacheFile(files, join(directory, 'cyrus.cache'), findings));
  }

  *records(): Generator<MessageRecord, void, undefined> {
    yield* this.#index.all();
    if (this.#expunged === undefined) return;
    for (const record of this.#expunged.all()) {
      // A crash between the two files of an expunge leaves a record in both; cyrus.index is what clients see.
      if (!this.#index.has(record.messageUid)) yield this.#asExpunged(record);
    }
  }

  *claims(wantsGuids: boolean): Generator<MessageClaims, void, undefined> {
    yield* this.#index.claims(wantsGuids);
    if (this.#expunged === undefined) return;
    for (const claims of this.#expunged.claims(wantsGuids)) {
      const positions = [...claims.uids.keys()].filter((at) => {
        return !this.#index.has(claims.uids[at] ?? 0);
      });
      const some = someClaims(claims, positions);
      yield { ...some, numbers: some.numbers.map((number) => this.#index.length + number) };
    }
  }

  recordAt(number: number): MessageRecord {
    const behind = number - this.#index.length;
    if (this.#expunged === undefined || behind < 0) return this.#index.at(number);
    return this.#asExpunged(this.#expunged.at(behind));
  }

  recordOf(messageUid: number): MessageRecord | undefined {
    const record = this.#index.find(messageUid);
    if (record !== undefined || this.#expunged === undefined) return record;
    const expunged = this.#expunged.find(messageUid);
    return expunged === undefined ? undefined : this.#asExpunged(expunged);
  }

  hasRecordOf(messageUid: number): boolean {
    return this.#index.has(messageUid) || this.#expunged?.has(messageUid) === true;
  }

  placeOf({ isArchived }: Pick<MessageRecord, 'isArchived'>): BytePath {
    return isArchived ? (this.archive ?? this.directory) : this.directory;
  }

  fileOf(record: Pick<MessageRecord, 'isArchived' | 'messageUid'>): BytePath {
    return join(this.placeOf(record), `${record.messageUid}.`);
  }

  cached(record: MessageRecord): CachedMessage | undefined {
    // Cyrus 2.3 writes a new cache with a new index and a new expunge file, all of one generation (imap/mailbox.c,
    // mailbox_expunge); an expunge file that was left behind has offsets into a cache that is gone.
    const source = this.#fromExpunge.has(record) ? this.#expunged : this.#index;
    const { generation } = source ?? this.#index;
    const caches = record.isArchived
      ? (this.#archiveCaches ??= this.#cachesOf('archivecache'))
      : (this.#caches ??= this.#cachesOf('cache'));
    for (const cache of caches) {
      const message = cache.message(record, generation);
      if (message !== undefined) return message;
    }
    return undefined;
  }

  /** 2.3 has no bit for it: to be in the file is to be expunged. */
  #asExpunged(record: MessageRecord): MessageRecord {
    const expunged = { ...record, isExpunged: true };
    this.#fromExpunge.add(expunged);
    return expunged;
  }
}
