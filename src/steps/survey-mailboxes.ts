/**
 * What the headers of all mailboxes' indexes say, and what interrupted rewrites left beside them. One directory walk
 * and 192 bytes a mailbox; memory for the depth of the tree only.
 */
import { examplesAtMost } from '../decide/check-measures.ts';
import { firstWithoutExpunge } from '../decide/upgrade-rules.ts';
import { join, type BytePath } from '../model/byte-path.ts';
import type { Counted, MailboxSurvey } from '../model/check.ts';
import type { Spools } from '../model/configuration.ts';
import { FormatError } from '../model/errors.ts';
import type { IndexHeader } from '../model/mailbox.ts';
import type { MetaFile, Root } from '../model/partition.ts';
import { isTrouble, isVanished, type Trouble } from '../model/trouble.ts';
import { countZeroGuids, hasGuids } from '../parse/count-guids.ts';
import { longestIndexHeader, parseIndexHeader, wholeRecords } from '../parse/index-header.ts';
import type { Clock, Files, OpenedFile } from '../system/os.ts';
import { listMailboxes, type MailboxSelection } from './list-mailboxes.ts';
import { MailboxLocator, type MailboxLocation } from './locate-mailbox.ts';
import type { MailboxSink } from './mailbox-tree.ts';
import { lookUntilSettled, type Patience } from './patience.ts';

export interface SurveyRequest {
  readonly roots: readonly Root[];
  /** Roots that could not be looked at, with all mailboxes in them. */
  readonly lost: readonly BytePath[];
  readonly spools: Spools;
  readonly selection: MailboxSelection;
  /** A younger `*.NEW` may be at work: Cyrus has one for moments at every rewrite. */
  readonly olderThanNs: bigint;
  /** Look into the records of versions that have digests too. */
  readonly isDeep: boolean;
  /** With indexes that are being written. */
  readonly patience: Patience;
  /** What was told already. */
  readonly known: ReadonlySet<BytePath>;
}

/** Of an index that is written to while we read. */
const readingsAtMost = 3;
const pieceBytes = 1 << 20;
/** Made beside their file and renamed over it (imap/mailbox.c), and squatter's (imap/squatter.c). */
const leftover = /\.NEW$|^cyrus\.squat\.tmp$|^squat[0-9A-Za-z]{6}$/;
/** Under which names, in directories that the walk does not come to. */
const rewritten: Readonly<Partial<Record<MetaFile, string>>> = {
  header: 'cyrus.header.NEW',
  cache: 'cyrus.cache.NEW',
  expunge: 'cyrus.expunge.NEW',
  annotations: 'cyrus.annotations.NEW',
  archivecache: 'cyrus.cache.NEW',
  squat: 'cyrus.squat.tmp',
};

export async function surveyMailboxes(
  files: Files,
  clock: Clock,
  request: SurveyRequest,
  onMailbox: (mailboxes: number) => void,
): Promise<MailboxSurvey> {
  const survey = new Survey(files, request);
  const { roots, lost, spools, selection, patience } = request;
  for (const path of lost) survey.lostRoot(path);
  const listed = listMailboxes(files, clock, roots, spools.partitions, selection, survey);
  const unsettled: BytePath[] = [];
  let mailboxes = 0;
  for await (const directory of listed) {
    if (!survey.mailbox(directory, false)) unsettled.push(directory);
    mailboxes += 1;
    onMailbox(mailboxes);
  }
  await lookUntilSettled(clock, patience, unsettled, (left, isLast) =>
    left.filter((directory) => !survey.mailbox(directory, isLast)),
  );
  return survey.result();
}

class Tally {
  count = 0;
  readonly examples: BytePath[] = [];

  add(path: BytePath): void {
    this.count += 1;
    if (this.examples.length < examplesAtMost) this.examples.push(path);
  }

  get counted(): Counted {
    return { count: this.count, examples: this.examples };
  }
}

class Survey implements MailboxSink {
  readonly #files: Files;
  readonly #request: SurveyRequest;
  readonly #locator: MailboxLocator;
  readonly #versions = new Map<number, number>();
  readonly #oldExpunges = new Tally();
  readonly #leftoverNew = new Tally();
  readonly #corrupt = new Tally();
  readonly #unreadable = new Tally();
  #unread = 0;
  /** Data roots in which a mailbox was found. */
  readonly #peopled = new Set<BytePath>();
  #byUniqueId = 0;
  #records = 0;
  #withoutGuid = 0;
  #unknownGuid = 0;

  constructor(files: Files, request: SurveyRequest) {
    this.#files = files;
    this.#request = request;
    this.#locator = new MailboxLocator(files, request.roots, request.spools.partitions);
  }

  result(): MailboxSurvey {
    const versions = new Map([...this.#versions].sort(([a], [b]) => a - b));
    return {
      mailboxes: [...versions.values()].reduce((sum, count) => sum + count, 0),
      byUniqueId: this.#byUniqueId,
      versions,
      oldExpunges: this.#oldExpunges.counted,
      leftoverNew: this.#leftoverNew.counted,
      corrupt: this.#corrupt.counted,
      unreadable: this.#unreadable.counted,
      unread: this.#unread,
      records: this.#records,
      withoutGuid: this.#withoutGuid,
      unknownGuid: this.#unknownGuid,
      barren: this.#barren(),
    };
  }

  lostRoot(path: BytePath): void {
    this.#notRead(path);
  }

  trouble({ path }: Trouble): void {
    this.#notRead(path);
  }

  vanished(): void {
    // It was renamed or deleted meanwhile, as mailboxes are.
  }

  notEntered(): void {
    // The scan tells of mount points: it searches the same trees.
  }

  finding({ path }: { readonly path: BytePath }): void {
    this.#notRead(path);
  }

  #notRead(path: BytePath): void {
    this.#unread += 1;
    if (!this.#request.known.has(path)) this.#unreadable.add(path);
  }

  entry(directory: BytePath, leaf: BytePath): void {
    if (leftover.test(leaf)) this.#leftover(join(directory, leaf));
  }

  /**
   * @param isLast  what cannot be read is told
   * @returns       false when something of it could not be read: then nothing of it was counted
   */
  mailbox(directory: BytePath, isLast: boolean): boolean {
    const location = this.#locator.locate(directory).find(({ relative }) => relative !== '');
    if (location === undefined) return true;
    if (location.roots.data !== undefined) this.#peopled.add(location.roots.data);
    const index = this.#readFirst(location, 'index');
    const isOld = isRead(index) && index.header.minorVersion < firstWithoutExpunge;
    const expunge = isOld ? this.#readFirst(location, 'expunge') : 'absent';
    for (const read of [index, expunge]) {
      if (read === 'absent' || isRead(read)) continue;
      if (!isLast) return false;
      this.#tell(read);
    }
    if (isRead(index)) this.#count(location, index);
    if (isRead(expunge) && expunge.records > 0) this.#oldExpunges.add(expunge.path);
    this.#lookBeside(location);
    return true;
  }

  #readFirst(location: MailboxLocation, file: 'index' | 'expunge'): Reading {
    for (const place of location.directoriesOf(file)) {
      const read = this.#read(join(place, `cyrus.${file}`), file === 'index');
      if (read !== 'absent') return read;
    }
    return 'absent';
  }

  #tell({ path, why }: Unread): void {
    if (isTrouble(why)) this.#notRead(path);
    else if (!this.#request.known.has(path)) this.#corrupt.add(path);
  }

  #count(location: MailboxLocation, { header, zeros, records }: ReadIndex): void {
    const { minorVersion } = header;
    this.#versions.set(minorVersion, (this.#versions.get(minorVersion) ?? 0) + 1);
    if (location.relative.startsWith('uuid/')) this.#byUniqueId += 1;
    this.#records += records;
    if (zeros === undefined) this.#unknownGuid += records;
    else this.#withoutGuid += zeros;
  }

  /** Archive and metadata directories hold few such files, and are not walked for them. */
  #lookBeside(location: MailboxLocation): void {
    const { data, metadata } = location.roots;
    const walked = [data, metadata.get('index')];
    const asked = new Set<BytePath>();
    for (const [file, root] of [...metadata, ['archivecache', location.roots.archive] as const]) {
      const leaf = rewritten[file];
      if (leaf === undefined || root === undefined || walked.includes(root)) continue;
      const path = join(join(root, location.relative), leaf);
      if (asked.has(path)) continue;
      asked.add(path);
      this.#leftover(path);
    }
  }

  #leftover(path: BytePath): void {
    const stat = this.#files.lstat(path);
    if (isTrouble(stat) || stat.kind !== 'file') return;
    if (stat.changedNs <= this.#request.olderThanNs) this.#leftoverNew.add(path);
  }

  #read(path: BytePath, isIndex: boolean): Reading {
    let why: 'corrupt' | Trouble = 'corrupt';
    for (let reading = 0; reading < readingsAtMost; reading++) {
      const read = this.#readOnce(path, isIndex);
      if (isTrouble(read)) {
        if (isVanished(read) || read.errno === 'ENOTDIR') return 'absent';
        why = read;
      } else if (read === 'corrupt') why = read;
      else return read;
    }
    return { path, why };
  }

  #readOnce(path: BytePath, isIndex: boolean): ReadIndex | 'corrupt' | Trouble {
    const file = this.#files.open(path);
    if (isTrouble(file)) return file;
    try {
      const stat = file.stat();
      if (isTrouble(stat)) return stat;
      const bytes = file.readAt(0, longestIndexHeader);
      if (isTrouble(bytes)) return bytes;
      const header = parseIndexHeader(bytes);
      if (header.crcValid === false) return 'corrupt';
      const records = wholeRecords(header, stat.sizeBytes);
      const zeros = isIndex ? this.#zeroGuids(file, header, records) : undefined;
      if (isTrouble(zeros)) return zeros;
      return { path, header, records, ...(zeros === undefined ? {} : { zeros }) };
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      return 'corrupt';
    } finally {
      file.close();
    }
  }

  /** Undefined when nobody asked to look into the records. */
  #zeroGuids(file: OpenedFile, header: IndexHeader, records: number): number | Trouble | undefined {
    if (!hasGuids(header.minorVersion)) return records;
    if (records === 0) return 0;
    if (!this.#request.isDeep) return undefined;
    const { startOffset, recordSize } = header;
    const together = Math.floor(pieceBytes / recordSize);
    let zeros = 0;
    for (let at = 0; at < records; at += together) {
      const length = Math.min(together, records - at) * recordSize;
      const bytes = file.readAt(startOffset + at * recordSize, length);
      if (isTrouble(bytes)) return bytes;
      zeros += countZeroGuids(bytes, header);
    }
    return zeros;
  }

  /** An empty mount point has no orphan either, and would pass for a clean spool. */
  #barren(): BytePath[] {
    const scanned = new Set(this.#request.spools.scanned.map(({ name }) => name));
    const isAbsent = (path: BytePath): boolean => {
      const stat = this.#files.lstat(path);
      return isTrouble(stat) && isVanished(stat);
    };
    return this.#request.roots
      .filter(({ kind, partition }) => kind === 'data' && scanned.has(partition))
      .map(({ path }) => path)
      .filter((path) => !this.#peopled.has(path))
      .filter((path) => isAbsent(join(path, 'sync.')) && isAbsent(join(path, 'stage.')));
  }
}

type Reading = ReadIndex | Unread | 'absent';

interface Unread {
  readonly path: BytePath;
  readonly why: 'corrupt' | Trouble;
}

function isRead(reading: Reading): reading is ReadIndex {
  return reading !== 'absent' && 'header' in reading;
}

interface ReadIndex {
  readonly path: BytePath;
  readonly header: IndexHeader;
  /** Records that are there whole. */
  readonly records: number;
  /** Those of them without a digest; absent when nobody looked. */
  readonly zeros?: number;
}
