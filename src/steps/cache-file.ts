/** One cyrus.cache, read by windows: records are asked for in about the order in which they lie. */
import type { BytePath } from '../model/byte-path.ts';
import { FormatError } from '../model/errors.ts';
import type { Finding } from '../model/finding.ts';
import type { CacheRecord, MessageRecord, MessageSizes } from '../model/mailbox.ts';
import type { CachedMessage } from '../model/message.ts';
import { isTrouble, isVanished, type Trouble } from '../model/trouble.ts';
import {
  measureCacheRecord,
  parseCacheGeneration,
  parseCacheRecord,
  parseSection,
} from '../parse/cache-record.ts';
import { parseEnvelope } from '../parse/envelope.ts';
import type { Files, OpenedFile } from '../system/os.ts';

/** A cache record has 1 to 4 kB, so a window serves some hundred messages by one open. */
const windowBytes = 1 << 18;
/** BODYSTRUCTURE grows with the parts of a message; what claims more than this is damage. */
const recordAtMost = 1 << 26;
const generationBytes = 4;
const noBytes = new Uint8Array(0);

export class CacheFile {
  readonly #files: Files;
  readonly #path: BytePath;
  readonly #findings: Finding[];
  #window: Uint8Array = noBytes;
  #windowAt = 0;
  #generation: number | undefined;

  /** @param findings  receives one for a file that is there and cannot be read */
  constructor(files: Files, path: BytePath, findings: Finding[]) {
    this.#files = files;
    this.#path = path;
    this.#findings = findings;
  }

  /** @param generation  of the index that the record is from */
  message(record: MessageRecord, generation: number): CachedMessage | undefined {
    if (record.cacheOffset < generationBytes) return undefined;
    try {
      const cached = this.#recordAt(record.cacheOffset, generation);
      if (cached === undefined || !isOf(record, cached)) return undefined;
      const sizes = sizesOf(cached.items.section);
      const envelope = parseEnvelope(cached.items.envelope);
      return sizes === undefined ? { envelope } : { envelope, sizes };
    } catch (error) {
      if (error instanceof FormatError) return undefined;
      throw error;
    }
  }

  #recordAt(offset: number, generation: number): CacheRecord | undefined {
    const at = offset - this.#windowAt;
    if (this.#generation === generation && at >= 0 && isWholeAt(this.#window, at)) {
      return parseCacheRecord(this.#window, at, this.#windowAt);
    }
    for (let wanted = windowBytes; wanted <= recordAtMost;) {
      if (!this.#read(offset, wanted, generation)) return undefined;
      if (isWholeAt(this.#window, 0)) return parseCacheRecord(this.#window, 0, offset);
      // The file ends before the record does.
      if (this.#window.length < wanted) return undefined;
      wanted = Math.max(wanted * 2, measureCacheRecord(this.#window).bytes);
    }
    return undefined;
  }

  #read(offset: number, length: number, generation: number): boolean {
    const opened = this.#files.open(this.#path);
    if (isTrouble(opened)) return this.#refused(opened);
    try {
      return this.#readOpened(opened, offset, length, generation);
    } finally {
      opened.close();
    }
  }

  /** The file is opened anew for each window, and another one may have taken its name: so ask the generation again. */
  #readOpened(opened: OpenedFile, offset: number, length: number, generation: number): boolean {
    const head = opened.readAt(0, generationBytes);
    if (isTrouble(head)) return this.#refused(head);
    const window = opened.readAt(offset, length);
    if (isTrouble(window)) return this.#refused(window);
    this.#generation = parseCacheGeneration(head);
    this.#window = window;
    this.#windowAt = offset;
    return this.#generation === generation && window.length > 0;
  }

  #refused(trouble: Trouble): false {
    const { path, syscall, errno } = trouble;
    const isKnown = this.#findings.some((finding) => finding.path === path);
    if (!isVanished(trouble) && !isKnown) {
      this.#findings.push({ code: 'unreadable', path, detail: `${syscall}: ${errno}` });
    }
    return false;
  }
}

function isWholeAt(window: Uint8Array, at: number): boolean {
  const { bytes, isAll } = measureCacheRecord(window, at);
  return isAll && at + bytes <= window.length;
}

/**
 * Is this the cache record of that message? A CRC of 0 is none that was computed. Archived records come from 3.0
 * and later, which always compute it, and there only the CRC tells the archive's cache from the spool's: at the
 * same offset the other one gives a plausible ENVELOPE of another message.
 */
function isOf(record: MessageRecord, cached: CacheRecord): boolean {
  if (record.cacheCrc === undefined) return true;
  if (record.cacheCrc === 0 && !record.isArchived) return true;
  return record.cacheCrc === cached.crc;
}

function sizesOf(section: Uint8Array): MessageSizes | undefined {
  try {
    return parseSection(section);
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}
