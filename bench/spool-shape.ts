/**
 * The spools of the benchmark as arithmetic: which message lies where, and what it holds. Nothing is looked up and
 * nothing is kept, so ten million files need no memory to describe, and parts are made by processes that do not talk.
 */

export const shapeNames = ['many', 'huge', 'deep', 'one-pid', 'audit'] as const;
export type ShapeName = (typeof shapeNames)[number];

/** What a spool is; two with the same description are the same but for inode numbers and times. */
export interface SpoolDescription {
  /** Of this file: a spool that an older one made is made anew. */
  readonly version: 3;
  readonly shape: ShapeName;
  /** Message files. Each mailbox has three more, and a directory. */
  readonly files: number;
}

/** Mailboxes below one another in the deep shape. */
const chain = 30;
const hugeMailboxes = 4;
/** So many messages have bytes and a true record at most, and can be staged; more than any fleet has seen orphans. */
const realAtMost = 40_000;
const holeBytes = 2000;
/** Above the kernel's pid_max (2^22), so that no process ever has one of them. */
export const firstDeadPid = 5_000_001;

export function describe(shape: ShapeName, files: number): SpoolDescription {
  return { version: 3, shape, files };
}

/** Name of a spool's directory, and of the spool in tables. */
export function nameOf({ shape, files }: SpoolDescription): string {
  return `${shape}-${files}`;
}

/** Messages of one mailbox; the last mailbox may have fewer. */
function mailboxSize({ shape, files }: SpoolDescription): number {
  if (shape === 'huge') return Math.ceil(files / hugeMailboxes);
  return shape === 'deep' ? 10 : 100;
}

export function mailboxCount(spool: SpoolDescription): number {
  return Math.ceil(spool.files / mailboxSize(spool));
}

/** Below the spool's root, hashed by letter as `hashimapspool` does. */
export function mailboxPath({ shape }: SpoolDescription, mailbox: number): string {
  const user = shape === 'deep' ? Math.floor(mailbox / chain) : mailbox;
  const below = shape === 'deep' ? mailbox % chain : 0;
  const letter = String.fromCharCode(97 + (user % 26));
  const folders = Array.from({ length: below }, (_, level) => `/f${level}`).join('');
  return `${letter}/user/${letter}${user}${folders}`;
}

/** First message of a mailbox, and how many it has. */
export function messagesOf(
  spool: SpoolDescription,
  mailbox: number,
): { readonly first: number; readonly count: number } {
  const size = mailboxSize(spool);
  const first = mailbox * size;
  return { first, count: Math.min(size, spool.files - first) };
}

/** Below the spool's root. */
export function messagePath(spool: SpoolDescription, message: number): string {
  const size = mailboxSize(spool);
  return `${mailboxPath(spool, Math.floor(message / size))}/${(message % size) + 1}.`;
}

/** How many messages have bytes and a true record; the others are holes as long as their records say. */
export function realCount({ shape, files }: SpoolDescription): number {
  return shape === 'one-pid' || shape === 'audit' ? files : Math.min(files, realAtMost);
}

/** Of the file and of its record. */
export function messageSize(spool: SpoolDescription, message: number): number {
  return isReal(spool, message) ? contentSize(spool, message) : holeBytes;
}

export function isReal(spool: SpoolDescription, message: number): boolean {
  const real = realCount(spool);
  const upTo = (n: number): number => Math.floor((n * real) / spool.files);
  return upTo(message + 1) > upTo(message);
}

/** The real messages lie evenly among all. @param nth from 0 */
export function realMessage(spool: SpoolDescription, nth: number): number {
  return Math.ceil(((nth + 1) * spool.files) / realCount(spool)) - 1;
}

/**
 * Bytes of a real message: the size of a note, or for audits between 1 and 64 KiB with equal weight for every power
 * of two (about 15 KiB on average), which is what mail without its few attachments is like.
 */
export function contentSize({ shape }: SpoolDescription, message: number): number {
  if (shape !== 'audit') return 600;
  // A multiplication by the golden ratio spreads neighbours evenly: the same sizes in every run.
  const share = (message * 0.618_033_988_749_895) % 1;
  return Math.round(1024 * 2 ** (6 * share));
}
