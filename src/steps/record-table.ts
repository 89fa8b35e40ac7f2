/** The records of one cyrus.index or cyrus.expunge: parsed when they are asked for, none is kept. */
import type { MessageRecord } from '../model/mailbox.ts';
import { roomForClaims, type MessageClaims } from '../model/message-claims.ts';
import { hasOneLayout, readClaims, takeClaim } from '../parse/index-claims.ts';
import { indexRecords, recordReader } from '../parse/index-record.ts';
import type { IndexFile } from './read-index-file.ts';

/** A hundred kilobytes of columns. */
const claimsAtOnce = 4096;

export class RecordTable {
  readonly #file: IndexFile;
  readonly #view: DataView;
  /** Made for the first record that is asked for. */
  #read: ((offset: number) => MessageRecord) | undefined;
  /** Offset by uid, made for the first search in a file whose uids do not ascend. */
  #offsets: ReadonlyMap<number, number> | undefined;

  constructor(file: IndexFile) {
    this.#file = file;
    const { bytes } = file;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get generation(): number {
    return this.#file.header.generation;
  }

  /** In the order of the file. */
  *all(): Generator<MessageRecord, void, undefined> {
    const { bytes, header, survey, kind } = this.#file;
    if (kind === 'index') yield* indexRecords(bytes.subarray(header.startOffset), header);
    else for (let number = 0; number < survey.whole; number++) yield this.#at(this.#offset(number));
  }

  /** What all() gives, as far as a look at the files needs it; records are numbered from 0. */
  *claims(wantsGuids: boolean): Generator<MessageClaims, void, undefined> {
    const { bytes, header, survey, kind } = this.#file;
    const isPlain = kind === 'index' && survey.faulty === 0 && hasOneLayout(header);
    const records = isPlain ? undefined : this.all();
    for (let first = 0; first < survey.whole; first += claimsAtOnce) {
      const claims = roomForClaims(Math.min(claimsAtOnce, survey.whole - first), wantsGuids);
      if (records === undefined) readClaims(claims, bytes, header, first);
      else {
        for (let at = 0; at < claims.uids.length; at++) {
          const next = records.next();
          if (next.done !== true) takeClaim(claims, at, next.value, first + at);
        }
      }
      yield claims;
    }
  }

  get length(): number {
    return this.#file.survey.whole;
  }

  /** @param number  of the record in the file, from 0 */
  at(number: number): MessageRecord {
    return this.#at(this.#offset(number));
  }

  find(messageUid: number): MessageRecord | undefined {
    const at = this.#offsetOf(messageUid);
    return at === undefined ? undefined : this.#at(at);
  }

  has(messageUid: number): boolean {
    return this.#offsetOf(messageUid) !== undefined;
  }

  #offsetOf(messageUid: number): number | undefined {
    if (this.#file.survey.isAscending) return this.#halve(messageUid);
    return (this.#offsets ??= this.#index()).get(messageUid);
  }

  #halve(messageUid: number): number | undefined {
    let [low, high] = [0, this.#file.survey.whole];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const at = this.#offset(middle);
      const uid = this.#uid(at);
      if (uid === messageUid) return at;
      if (uid < messageUid) low = middle + 1;
      else high = middle;
    }
    return undefined;
  }

  /** Of two records with one uid the first that can be believed is taken. */
  #index(): Map<number, number> {
    const offsets = new Map<number, number>();
    for (let number = 0; number < this.#file.survey.whole; number++) {
      const at = this.#offset(number);
      const known = offsets.get(this.#uid(at));
      if (known === undefined || this.#at(known).fault !== undefined)
        offsets.set(this.#uid(at), at);
    }
    return offsets;
  }

  #at(offset: number): MessageRecord {
    const { bytes, header } = this.#file;
    this.#read ??= recordReader(bytes, header);
    return this.#read(offset);
  }

  #offset(number: number): number {
    const { startOffset, recordSize } = this.#file.header;
    return startOffset + number * recordSize;
  }

  /** The first field of a record in every version (parse/index-layout.ts). */
  #uid(offset: number): number {
    return this.#view.getUint32(offset);
  }
}
