/**
 * cyrus.index (and cyrus.expunge of 2.3) as a table: field -> offset and kind, by minor version; big-endian.
 *
 * Sources: cyrus-imapd imap/mailbox.h, OFFSET_* at 1.6.24 and 2.0.16 (minor 3), 2.1.16 and 2.2.12 (6), 2.3.0 (7),
 * 2.3.4 (8), 2.3.7 (9), 2.3.16 (10), 2.4.22 (12), 2.5.17 (13), 3.4.0 (17); imap/index_file.c at 3.13 (6 to 20).
 * Minor 4, 5 and 11 were never released.
 */

import type { Field, Fields, HeaderField, RecordField } from './index-field.ts';

export interface IndexLayout {
  readonly minorVersion: number;
  readonly headerSize: number;
  readonly recordSize: number;
  readonly header: Fields<HeaderField>;
  readonly record: Fields<RecordField>;
}

const u32 = (at: number): Field => ({ at, kind: 'u32' });
const u64 = (at: number): Field => ({ at, kind: 'u64' });
const seconds = (at: number): Field => ({ at, kind: 'seconds' });
const nanoseconds = (at: number): Field => ({ at, kind: 'nanoseconds' });

/** In every version, so that the version can be read before the layout is known. */
export const genericHeader = {
  generation: u32(0),
  format: u32(4),
  minorVersion: u32(8),
  startOffset: u32(12),
  recordSize: u32(16),
  recordCount: u32(20), // called exists up to minor 10, where expunged records leave the file
} satisfies Fields<HeaderField>;
export const genericHeaderSize = 24;

const header3: Fields<HeaderField> = {
  ...genericHeader,
  lastAppendDate: seconds(24),
  lastUid: u32(28),
  quotaUsed: u32(32),
  pop3LastLogin: seconds(36),
  uidValidity: u32(40),
  deleted: u32(44),
  answered: u32(48),
  flagged: u32(52),
};
const header6To19: Fields<HeaderField> = {
  ...genericHeader,
  lastAppendDate: seconds(24),
  lastUid: u32(28),
  quotaUsed: u64(32), // up to 2.2 a reserved word and a u32: the same bytes
  pop3LastLogin: seconds(40),
  uidValidity: u32(44),
  deleted: u32(48),
  answered: u32(52),
  flagged: u32(56),
};
const header6: Fields<HeaderField> = { ...header6To19, options: u32(60), leakedCache: u32(64) };
const header8: Fields<HeaderField> = { ...header6, highestModseq: u64(68) };
const header12: Fields<HeaderField> = {
  ...header8,
  deletedModseq: u64(76),
  exists: u32(84),
  firstExpunged: seconds(88),
  lastRepack: seconds(92),
  headerFileCrc: u32(96),
  syncCrc: u32(100),
  recentUid: u32(104),
  recentTime: seconds(108),
  headerCrc: u32(124),
};
const header13: Fields<HeaderField> = {
  ...header12,
  pop3ShowAfter: seconds(112),
  quotaAnnotations: u32(116),
  syncCrcAnnotations: u32(120),
};
const header14: Fields<HeaderField> = { ...header13, unseen: u32(124), headerCrc: u32(156) };
const header16: Fields<HeaderField> = { ...header14, createdModseq: u64(128) };
const header17: Fields<HeaderField> = { ...header16, changesEpoch: seconds(136) };
const header18: Fields<HeaderField> = {
  ...header17,
  quotaDeleted: u64(140),
  quotaExpunged: u64(148),
};
/** Rearranged so that 64-bit fields are aligned. */
const header19: Fields<HeaderField> = {
  ...header6To19,
  exists: u32(60),
  options: u32(64),
  leakedCache: u32(68),
  highestModseq: u64(72),
  deletedModseq: u64(80),
  firstExpunged: seconds(88),
  lastRepack: seconds(92),
  headerFileCrc: u32(96),
  syncCrc: u32(100),
  recentUid: u32(104),
  recentTime: seconds(108),
  pop3ShowAfter: seconds(112),
  quotaAnnotations: u32(116),
  syncCrcAnnotations: u32(120),
  unseen: u32(124),
  createdModseq: u64(128),
  quotaDeleted: u64(136),
  quotaExpunged: u64(144),
  changesEpoch: seconds(152),
  headerCrc: u32(156),
};
const header20: Fields<HeaderField> = {
  ...genericHeader,
  lastAppendDate: nanoseconds(24),
  quotaUsed: u64(32),
  pop3LastLogin: nanoseconds(40),
  deleted: u32(48),
  answered: u32(52),
  flagged: u32(56),
  exists: u32(60),
  options: u32(64),
  leakedCache: u32(68),
  highestModseq: u64(72),
  deletedModseq: u64(80),
  lastUid: u32(88),
  uidValidity: u32(92),
  headerFileCrc: u32(96),
  syncCrc: u32(100),
  recentTime: nanoseconds(104),
  pop3ShowAfter: nanoseconds(112),
  syncCrcAnnotations: u32(120),
  unseen: u32(124),
  createdModseq: u64(128),
  quotaDeleted: u64(136),
  quotaExpunged: u64(144),
  quotaAnnotations: u64(152),
  changesEpoch: nanoseconds(160),
  firstExpunged: nanoseconds(168),
  lastRepack: nanoseconds(176),
  recentUid: u32(184),
  headerCrc: u32(188),
};

const recordCommon: Fields<RecordField> = {
  uid: u32(0),
  internalDate: seconds(4),
  sentDate: seconds(8),
  size: u32(12),
  headerSize: u32(16),
  cacheOffset: u32(24),
  lastUpdated: seconds(28),
  systemFlags: u32(32),
  userFlags: { at: 36, kind: 'flags' },
};
const record3: Fields<RecordField> = { ...recordCommon, contentOffset: u32(20) };
const record6: Fields<RecordField> = { ...record3, contentLines: u32(52), cacheVersion: u32(56) };
const record7: Fields<RecordField> = { ...record6, uuid: { at: 60, kind: 'uuid' } };
const record8: Fields<RecordField> = { ...record7, modseq: u64(72) };
const record10: Fields<RecordField> = {
  ...record6,
  guid: { at: 60, kind: 'guid' },
  modseq: u64(80),
};
const record12: Fields<RecordField> = {
  ...recordCommon,
  gmTime: seconds(20),
  contentLines: u32(52),
  cacheVersion: u32(56),
  guid: { at: 60, kind: 'guid' },
  modseq: u64(80),
  cacheCrc: u32(88),
  recordCrc: u32(92),
};
const record13: Fields<RecordField> = {
  ...record12,
  conversation: u64(88),
  cacheCrc: u32(96),
  recordCrc: u32(100),
};
const record15: Fields<RecordField> = {
  ...recordCommon,
  gmTime: seconds(20),
  saveDate: seconds(52),
  cacheVersion: u32(56),
  guid: { at: 60, kind: 'guid' },
  modseq: u64(80),
  conversation: u64(88),
  cacheCrc: u32(96),
  recordCrc: u32(100),
};
const record16: Fields<RecordField> = {
  ...record15,
  createdModseq: u64(96),
  cacheCrc: u32(104),
  recordCrc: u32(108),
};
const record20: Fields<RecordField> = {
  uid: u32(0),
  cacheOffset: u32(4),
  internalDate: nanoseconds(8),
  sentDate: nanoseconds(16),
  size: u64(24),
  headerSize: u32(32),
  systemFlags: u32(36),
  userFlags: { at: 40, kind: 'flags' },
  cacheVersion: u32(56),
  guid: { at: 60, kind: 'guid' },
  modseq: u64(80),
  conversation: u64(88),
  createdModseq: u64(96),
  gmTime: nanoseconds(104),
  lastUpdated: nanoseconds(112),
  saveDate: nanoseconds(120),
  baseConversation: u64(128),
  cacheCrc: u32(136),
  recordCrc: u32(140),
};

const layout = (
  minorVersion: number,
  headerSize: number,
  recordSize: number,
  header: Fields<HeaderField>,
  record: Fields<RecordField>,
): IndexLayout => ({ minorVersion, headerSize, recordSize, header, record });

export const indexLayouts: readonly IndexLayout[] = [
  layout(3, 56, 52, header3, record3), //     1.6, 2.0
  layout(6, 76, 60, header6, record6), //     2.1, 2.2
  layout(7, 76, 72, header6, record7), //     2.3.0 to 2.3.3
  layout(8, 92, 80, header8, record8), //     2.3.4 to 2.3.6
  layout(9, 96, 80, header8, record8), //     2.3.7 to 2.3.9
  layout(10, 96, 88, header8, record10), //   2.3.10 to 2.3.19
  layout(12, 128, 96, header12, record12), // 2.4
  layout(13, 128, 104, header13, record13), // 2.5, 3.0
  layout(14, 160, 104, header14, record13), // 3.1.4
  layout(15, 160, 104, header14, record15), // 3.1.5 in the making
  layout(16, 160, 112, header16, record16), // 3.1.5 to 3.2
  layout(17, 160, 112, header17, record16), // 3.4 to 3.8
  layout(18, 160, 112, header18, record16), // 3.9
  layout(19, 160, 112, header19, record16), // 3.10, 3.12
  layout(20, 192, 144, header20, record20), // 3.13
];

const byVersion = new Map(indexLayouts.map((each) => [each.minorVersion, each]));

export function indexLayoutOf(minorVersion: number): IndexLayout | undefined {
  return byVersion.get(minorVersion);
}
