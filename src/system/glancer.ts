/**
 * Glances at the messages of many mailboxes: here while they are few, and then in threads too, since a thread
 * with the FFI takes some 60 ms to start, an lstat some 2 µs and the reading of a mail some 30.
 */
import type { FileStat } from '../model/inode.ts';
import { guidBytes } from '../model/message-claims.ts';
import { isTrouble } from '../model/trouble.ts';
import { AskedThread } from './asked-thread.ts';
import { Batches, dealOut, type Item } from './batches.ts';
import { memoryOf, packTasks, unpackGlances } from './glance-messages.ts';
import { loadGlance } from './glance-native.ts';
import { glancePlain, type GlanceTask } from './glance-plain.ts';
import type {
  Glance,
  GlanceRequest,
  Glancer,
  MailboxLooks,
  MailboxRequest,
  MailboxSum,
  Other,
} from './glance.ts';
import {
  packMailboxes,
  unpackSums,
  type GlanceQuestion,
  type GlanceReply,
} from './mailbox-messages.ts';
import type { Clock, Inspection } from './os.ts';
import type { Pace } from './pace.ts';
import { readingMemory } from './reading-memory.ts';
import { threadsAtMost } from './walk/native-thread.ts';
import { workerUrl } from './worker-url.ts';

/** Looks, and bytes, past which threads are worth their start. */
const alone = { looks: 8192, bytes: 16 * 1_048_576 };
const atOnce = { looks: 4096, bytes: 8 * 1_048_576 };
/** What the caller's thread takes at once, which has to feed the others in between. */
const looksHere = 1024;
/** What a directory costs beside its messages. */
const looksADirectory = 16;
/** What reading a message costs. */
const looksAReading = 8;

/** A request, or a part of one. */
interface Piece extends GlanceTask, Item {
  readonly request: GlanceRequest;
  /** Position of its first message in the request. */
  readonly first: number;
}

interface WholeMailbox extends Item {
  readonly mailbox: MailboxRequest;
}

type Work = Piece | WholeMailbox;

type OnGlance = (request: GlanceRequest, glance: Glance) => void;

/** What became of a batch: of its pieces, and of its mailboxes. */
type Settle = (
  batch: readonly Work[],
  glances: readonly Glance[],
  sums: readonly (MailboxSum | undefined)[],
) => void;

/** @param jobs threads at most, the caller's among them */
export function nodeGlancer(jobs: number, clock: Clock, pace?: Pace): Glancer {
  return {
    // What a mailbox will cost is known when it is read, which is too late for a pace.
    takesMailboxes: jobs > 1 && pace === undefined,
    async glance(requests, onGlance, mailboxes) {
      const pieceLimit = Math.min(atOnce.bytes, pace?.portionBytes ?? atOnce.bytes);
      const batches = new Batches(workOf(requests, pieceLimit), atOnce, pace);
      const settle: Settle = (batch, glances, sums) => {
        wholeOnes(batch).forEach((mailbox, nth) => {
          for (const request of mailboxes?.onLook(mailbox, sums[nth]) ?? []) {
            for (const piece of piecesOf(request, pieceLimit)) batches.add(piece);
          }
        });
        const readBytes = settlePieces(batches, batch.filter(isPiece), glances, onGlance);
        batches.settle(batch, readBytes);
      };
      const here = await lookHere(jobs, mailboxes);
      try {
        while (jobs === 1 || (batches.looks < alone.looks && batches.bytes < alone.bytes)) {
          if (!(await here(batches, settle, clock))) return;
        }
        await glanceTogether(batches, here, settle, jobs, clock, mailboxes?.thread);
      } finally {
        await batches.close();
      }
    },
  };
}

function isPiece(item: Work): item is Piece {
  return 'request' in item;
}

async function* workOf(
  requests: AsyncIterable<GlanceRequest | MailboxRequest>,
  bytesAtMost: number,
): AsyncGenerator<Work> {
  for await (const request of requests) {
    if ('expected' in request) yield* piecesOf(request, bytesAtMost);
    else yield wholeOf(request);
  }
}

function wholeOf(mailbox: MailboxRequest): WholeMailbox {
  const each = mailbox.level === 'digest' ? looksAReading : 1;
  const looks = looksADirectory + mailbox.seenUids.length * each;
  return { mailbox, looks, expectedBytes: 0 };
}

/** Of many or of large messages, so that threads share a large mailbox and a pace is kept within it. */
function* piecesOf(request: GlanceRequest, bytesAtMost: number): Generator<Piece> {
  const count = request.expected.uids.length;
  let first = 0;
  do {
    const { end, bytes } = pieceFrom(request, first, bytesAtMost);
    yield pieceOf(request, first, end, bytes);
    first = end;
  } while (first < count);
}

function pieceFrom(
  { expected: { digests, sizes } }: GlanceRequest,
  first: number,
  bytesAtMost: number,
): { readonly end: number; readonly bytes: number } {
  // What is not read costs the pace nothing.
  if (digests === undefined) return { end: sizes.length, bytes: 0 };
  let [end, bytes] = [first, 0];
  for (; end < sizes.length && bytes < bytesAtMost; end++) bytes += sizes[end] || 0;
  return { end, bytes };
}

function pieceOf(request: GlanceRequest, first: number, end: number, expectedBytes: number): Piece {
  const { directory, expected, lists } = request;
  const { uids, sizes, seconds, nanoseconds, mayBeShared, digests } = expected;
  return {
    request,
    first,
    looks: end - first + looksADirectory,
    expectedBytes,
    directory,
    lists: lists && end === uids.length,
    readsShared: false,
    expected: {
      uids: uids.subarray(first, end),
      sizes: sizes.subarray(first, end),
      seconds: seconds.subarray(first, end),
      nanoseconds: nanoseconds.subarray(first, end),
      mayBeShared,
      ...(digests && { digests: digests.subarray(first * guidBytes, end * guidBytes) }),
    },
  };
}

/** @returns bytes that were read of them */
function settlePieces(
  batches: Batches<Work>,
  pieces: readonly Piece[],
  glances: readonly Glance[],
  onGlance: OnGlance,
): number {
  let readBytes = 0;
  pieces.forEach((piece, nth) => {
    const glance = glances[nth];
    if (glance === undefined) throw new Error('a directory was not looked at');
    const { request, first } = piece;
    readBytes += glance.readBytes;
    const others: Other[] = [];
    const left: { at: number; stat: FileStat }[] = [];
    for (const { at, answer } of glance.others) {
      if (!isTrouble(answer)) readBytes += answer.readBytes;
      if (!isTrouble(answer) && isLeftShared(piece, answer)) left.push({ at, stat: answer.stat });
      else others.push({ at: first + at, answer });
    }
    onGlance(request, { ...glance, others });
    for (const { at, stat } of left) {
      batches.share(readingOf(piece, at, stat), stat, (sha1) => {
        const answer = { stat, sha1, readBytes: 0 };
        const shared = [{ at: first + at, answer }];
        onGlance(request, { asExpected: 0, readBytes: 0, others: shared });
      });
    }
    batches.answered(piece, glance.others[0]?.answer);
  });
  return readBytes;
}

/** Was it only looked at, because its inode has other names and may have been read by one of them? */
function isLeftShared(
  { readsShared, expected: { digests } }: Piece,
  { stat, sha1, head }: Inspection,
): boolean {
  const isRead = sha1 !== undefined || head !== undefined;
  return digests !== undefined && !readsShared && !isRead && stat.kind === 'file';
}

/** One message again, whose inode has other names and is read by this one. */
function readingOf(piece: Piece, at: number, { sizeBytes }: FileStat): Piece {
  const one = pieceOf(piece, at, at + 1, sizeBytes);
  return {
    ...one,
    request: piece.request,
    first: piece.first + at,
    lists: false,
    readsShared: true,
  };
}

/** @returns false when all is done */
type Here = (batches: Batches<Work>, settle: Settle, clock: Clock) => Promise<boolean>;

async function lookHere(jobs: number, mailboxes: MailboxLooks | undefined): Promise<Here> {
  const glance = jobs === 1 ? glancePlain : await loadGlance();
  const memory = await readingMemory();
  return async (batches, settle, clock) => {
    const batch = await batches.next(looksHere);
    if (batch.length === 0) return false;
    const glances = batch.filter(isPiece).map((piece) => glance(piece, memory));
    const sums = wholeOnes(batch).map((mailbox) => mailboxes?.look(mailbox, memory));
    settle(batch, glances, sums);
    await clock.breathe();
    return true;
  };
}

function wholeOnes(batch: readonly Work[]): MailboxRequest[] {
  return batch.flatMap((item) => (isPiece(item) ? [] : [item.mailbox]));
}

/** The caller's thread is one of those that look: it would else wait for most of the time. */
async function glanceTogether(
  batches: Batches<Work>,
  here: Here,
  settle: Settle,
  jobs: number,
  clock: Clock,
  module = workerUrl('glance-worker'),
): Promise<void> {
  const threads = Array.from(
    { length: threadsAtMost(jobs) - 1 },
    () => new AskedThread<GlanceQuestion, GlanceReply>(module),
  );
  const looking = async (): Promise<void> => {
    while (await here(batches, settle, clock));
  };
  try {
    const serving = dealOut(
      batches,
      threads,
      async (thread, batch) => {
        await ask(thread, batch, settle);
      },
      clock,
    );
    await Promise.all([serving, looking()]);
  } finally {
    await batches.close();
    await Promise.all(threads.map((thread) => thread.end()));
  }
}

async function ask(
  thread: AskedThread<GlanceQuestion, GlanceReply>,
  batch: readonly Work[],
  settle: Settle,
): Promise<void> {
  const [pieces, whole] = [batch.filter(isPiece), wholeOnes(batch)];
  const files = pieces.length === 0 ? undefined : packTasks(pieces);
  const mailboxes = whole.length === 0 ? undefined : packMailboxes(whole);
  const question = { ...(files && { files }), ...(mailboxes && { mailboxes }) };
  const reply = await thread.ask(question, files === undefined ? [] : memoryOf(files));
  settle(
    batch,
    reply.files === undefined ? [] : unpackGlances(reply.files),
    reply.sums === undefined ? [] : unpackSums(reply.sums),
  );
}
