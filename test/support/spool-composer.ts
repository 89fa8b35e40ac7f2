/**
 * Writes a spool as Cyrus 2.3 or 2.4 leaves it: message files with their hard links first, then the indexes, which
 * keep saying what they said when the messages were stored.
 */
import {
  appendFileSync,
  linkSync,
  mkdirSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { cacheRecordOf, type ComposedMessage } from './composed-message.ts';
import { composeIndex, type RecordValues } from './index-writer.ts';
import { composeCache, composeTextHeader } from './mailbox-writer.ts';

/** Bits of system_flags since 2.4. */
const unlinkedBit = 1 << 30;
const expungedBit = 2 ** 31;

export interface SpoolShape {
  /** Minor version of the indexes; up to 10 the expunged records are in cyrus.expunge. */
  readonly version: number;
  readonly hashed: boolean;
  /** cyrus.* files lie in a metadata root of their own. */
  readonly metapartition: boolean;
}

export interface RecordSettings {
  /** 24 digits; left out: all zero, as SIMPLE uploads store. */
  readonly uuid?: string;
  /** Instead of the message's own SHA-1; '' is all zero. */
  readonly guid?: string;
  readonly expunged?: boolean;
  readonly unlinked?: boolean;
  /** Path below the top whose inode becomes the message file; left out: a file of its own. */
  readonly linkedTo?: string;
  /** The record alone, without a file. */
  readonly noFile?: boolean;
}

interface Row extends RecordSettings {
  readonly uid: number;
  readonly message: ComposedMessage;
}

/** 22 November 2007, 09:00 UTC. */
const epoch = 1_195_722_000;

export class SpoolComposer {
  readonly top: string;
  readonly shape: SpoolShape;
  readonly #mailboxes = new Map<string, Row[]>();

  /** @param top  an existing empty directory */
  constructor(top: string, shape: SpoolShape) {
    this.top = top;
    this.shape = shape;
    for (const area of ['sync.', 'stage.'])
      mkdirSync(this.at(`spool/${area}`), { recursive: true });
    if (shape.metapartition) mkdirSync(this.at('meta'));
  }

  at(path: string): string {
    return join(this.top, path);
  }

  /** Directory of a mailbox below its root. */
  directoryOf(mailbox: string): string {
    const parts = mailbox.split('.');
    const hash = (parts[1] ?? parts[0] ?? '').slice(0, 1);
    return [...(this.shape.hashed ? [hash] : []), ...parts].join('/');
  }

  pathOf(mailbox: string, uid: number): string {
    return `spool/${this.directoryOf(mailbox)}/${uid}.`;
  }

  /** Uids count from 1. Returns the path of the message file below the top. */
  store(mailbox: string, message: ComposedMessage, settings: RecordSettings = {}): string {
    const rows = this.#mailboxes.get(mailbox) ?? [];
    this.#mailboxes.set(mailbox, rows);
    const uid = rows.length + 1;
    rows.push({ uid, message, ...settings });
    const path = this.pathOf(mailbox, uid);
    mkdirSync(dirname(this.at(path)), { recursive: true });
    if (settings.noFile === true) return path;
    if (settings.linkedTo === undefined) writeFileSync(this.at(path), message.bytes);
    else linkSync(this.at(settings.linkedTo), this.at(path));
    // From 2.3.12 on the server sets the time of the file to the internaldate.
    if (this.shape.version > 10) utimesSync(this.at(path), dateOf(uid), dateOf(uid));
    return path;
  }

  /** A file that has no record, as a crash between link and append leaves it. */
  storeUnindexed(mailbox: string, uid: number, linkedTo: string): string {
    const path = this.pathOf(mailbox, uid);
    mkdirSync(dirname(this.at(path)), { recursive: true });
    linkSync(this.at(linkedTo), this.at(path));
    return path;
  }

  /** RESERVE, or an upload that was linked and whose server died: one more name in `sync.`. */
  stage(path: string, pid: number, leaf: string): string {
    const staged = `spool/sync./${pid}/${leaf}`;
    mkdirSync(dirname(this.at(staged)), { recursive: true });
    linkSync(this.at(path), this.at(staged));
    return staged;
  }

  /** A stage file of its own inode. */
  upload(pid: number, leaf: string, bytes: Uint8Array): string {
    const staged = `spool/sync./${pid}/${leaf}`;
    mkdirSync(dirname(this.at(staged)), { recursive: true });
    writeFileSync(this.at(staged), bytes);
    return staged;
  }

  /** The cache of a sync_server of 2.3: a file beside the pid directories, and no message. */
  stageCache(pid: number): string {
    const staged = `spool/sync./${pid}.cache`;
    writeFileSync(this.at(staged), '');
    return staged;
  }

  /** What fopen("w+") of an existing stage name does: the inode is cut and written, with all its names. */
  overwrite(staged: string, bytes: Uint8Array): void {
    writeFileSync(this.at(staged), bytes);
  }

  unlink(path: string): void {
    unlinkSync(this.at(path));
  }

  /** Index, cache, header and cyrus.expunge of all mailboxes, and an imapd.conf, whose path it returns. */
  finish(): string {
    for (const [mailbox, rows] of this.#mailboxes) this.#writeMailbox(mailbox, rows);
    const config = this.at('imapd.conf');
    mkdirSync(this.at('config'));
    writeFileSync(
      config,
      `configdirectory: ${this.at('config')}\ndefaultpartition: default\n` +
        `partition-default: ${this.at('spool')}\nhashimapspool: ${this.shape.hashed ? 'yes' : 'no'}\n`,
    );
    if (this.shape.metapartition) {
      appendFileSync(
        config,
        `metapartition-default: ${this.at('meta')}\nmetapartition_files: header index cache expunge\n`,
      );
    }
    return config;
  }

  #writeMailbox(mailbox: string, rows: readonly Row[]): void {
    const root = this.shape.metapartition ? 'meta' : 'spool';
    const directory = this.at(`${root}/${this.directoryOf(mailbox)}`);
    mkdirSync(directory, { recursive: true });
    const header = composeTextHeader({
      quotaRoot: '',
      uniqueId: '3f2a90a947455c4e',
      flags: [],
      acl: [['alice', 'lrswipcda']],
    });
    const cached = rows.map((row) => cacheRecordOf(row.message));
    const cache = composeCache(7, cached);
    const inExpunge = (row: Row): boolean => row.expunged === true && this.shape.version <= 10;
    const file = (kept: (row: Row) => boolean): Buffer => {
      const records = rows.flatMap((row, index) =>
        kept(row) ? [this.#record(row, cache.offsets[index] ?? 0, cached[index])] : [],
      );
      return composeIndex(
        this.shape.version,
        {
          generation: 7,
          lastUid: rows.length,
          uidValidity: 1_195_000_000,
          ...(this.shape.version >= 12
            ? {
                exists: rows.filter((row) => row.expunged !== true).length,
                headerFileCrc: crc32(header),
              }
            : {}),
        },
        records,
      );
    };
    writeFileSync(join(directory, 'cyrus.header'), header);
    writeFileSync(join(directory, 'cyrus.cache'), cache.bytes);
    writeFileSync(
      join(directory, 'cyrus.index'),
      file((row) => !inExpunge(row)),
    );
    if (rows.some(inExpunge)) writeFileSync(join(directory, 'cyrus.expunge'), file(inExpunge));
  }

  #record(row: Row, cacheOffset: number, cached: Uint8Array | undefined): RecordValues {
    const { version } = this.shape;
    const { message } = row;
    const flags =
      (row.expunged === true || row.unlinked === true ? expungedBit : 0) +
      (row.unlinked === true ? unlinkedBit : 0);
    return {
      uid: row.uid,
      internalDate: dateOf(row.uid),
      sentDate: dateOf(row.uid),
      size: message.bytes.length,
      headerSize: message.headerBytes,
      ...(version < 12 ? { contentOffset: message.headerBytes } : {}),
      cacheOffset,
      cacheVersion: 2,
      lastUpdated: dateOf(row.uid),
      systemFlags: version < 12 ? 0 : flags,
      ...(version < 10 && row.uuid !== undefined ? { uuid: row.uuid } : {}),
      ...(version >= 10 ? { guid: row.guid ?? message.sha1 } : {}),
      ...(version >= 12 && cached !== undefined ? { cacheCrc: crc32(cached) } : {}),
    };
  }
}

function dateOf(uid: number): number {
  return epoch + uid * 60;
}
