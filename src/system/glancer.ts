/**
 * Glances at the messages of many mailboxes: here while they are few, and from then on in threads, since a thread with
 * the FFI takes some 60 ms to start, an lstat some 4 µs and the reading of a mail some 30.
 */
import type { FileStat } from '../model/inode.ts';
import { guidBytes } from '../model/message-claims.ts';
import { isTrouble } from '../model/trouble.ts';
import { AskedThread } from './asked-thread.ts';
import { Batches, dealOut, type Item } from './batches.ts';
import { pieceBytes } from './digest-file.ts';
import {
  memoryOf,
  packTasks,
  unpackGlances,
  type GlanceAnswer,
  type GlanceBatch,
} from './glance-messages.ts';
import { glancePlain, type GlanceTask } from './glance-plain.ts';
import type { Glance, GlanceRequest, Glancer, Other } from './glance.ts';
import type { Clock, Inspection } from './os.ts';
import type { Pace } from './pace.ts';
import { threadsAtMost } from './walk/native-thread.ts';

/** Looks, and bytes, past which threads are worth their start. */
const alone = { looks: 8192, bytes: 16 * 1_048_576 };
const atOnce = { looks: 4096, bytes: 8 * 1_048_576 };
/** What a directory costs beside its messages. */
const looksADirectory = 16;

/** A request, or a part of one. */
interface Piece extends GlanceTask, Item {
  readonly index: number;
  /** Position of its first message in the request. */
  readonly first: number;
}

type OnGlance = (index: number, glance: Glance) => void;

/** @param jobs threads at most; one works on the caller's thread */
export function nodeGlancer(jobs: number, clock: Clock, pace?: Pace): Glancer {
  return {
    async glance(requests, onGlance) {
      const pieceLimit = Math.min(atOnce.bytes, pace?.portionBytes ?? atOnce.bytes);
      const batches = new Batches(piecesOf(requests, pieceLimit), atOnce, pace);
      const settle = (batch: readonly Piece[], glances: readonly Glance[]): void => {
        settleBatch(batches, batch, glances, onGlance);
      };
      try {
        const memory = Buffer.alloc(pieceBytes);
        while (jobs === 1 || (batches.looks < alone.looks && batches.bytes < alone.bytes)) {
          const batch = await batches.next();
          if (batch.length === 0) return;
          settle(
            batch,
            batch.map((piece) => glancePlain(piece, memory)),
          );
          await clock.breathe();
        }
        await glanceInThreads(batches, settle, jobs, clock);
      } finally {
        await batches.close();
      }
    },
  };
}

/** Of many or of large messages, so that threads share a large mailbox and a pace is kept within it. */
async function* piecesOf(
  requests: AsyncIterable<GlanceRequest>,
  bytesAtMost: number,
): AsyncGenerator<Piece> {
  let index = 0;
  for await (const request of requests) {
    const count = request.expected.uids.length;
    let first = 0;
    do {
      const { end, bytes } = pieceFrom(request, first, bytesAtMost);
      yield pieceOf(request, index, first, end, bytes);
      first = end;
    } while (first < count);
    index += 1;
  }
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

function pieceOf(
  { directory, expected, lists }: GlanceRequest,
  index: number,
  first: number,
  end: number,
  expectedBytes: number,
): Piece {
  const { uids, sizes, seconds, nanoseconds, mayBeShared, digests } = expected;
  return {
    index,
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

function settleBatch(
  batches: Batches<Piece>,
  batch: readonly Piece[],
  glances: readonly Glance[],
  onGlance: OnGlance,
): void {
  let readBytes = 0;
  batch.forEach((piece, nth) => {
    const glance = glances[nth];
    if (glance === undefined) throw new Error('a directory was not looked at');
    const { index, first } = piece;
    readBytes += glance.readBytes;
    const others: Other[] = [];
    const left: { at: number; stat: FileStat }[] = [];
    for (const { at, answer } of glance.others) {
      if (!isTrouble(answer)) readBytes += answer.readBytes;
      if (!isTrouble(answer) && isLeftShared(piece, answer)) left.push({ at, stat: answer.stat });
      else others.push({ at: first + at, answer });
    }
    onGlance(index, { ...glance, others });
    for (const { at, stat } of left) {
      batches.share(readingOf(piece, at, stat), stat, (sha1) => {
        const answer = { stat, sha1, readBytes: 0 };
        const shared = [{ at: first + at, answer }];
        onGlance(index, { asExpected: 0, readBytes: 0, others: shared });
      });
    }
    batches.answered(piece, glance.others[0]?.answer);
  });
  batches.settle(batch, readBytes);
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
  const one = pieceOf(piece, piece.index, at, at + 1, sizeBytes);
  return { ...one, first: piece.first + at, lists: false, readsShared: true };
}

async function glanceInThreads(
  batches: Batches<Piece>,
  settle: (batch: readonly Piece[], glances: readonly Glance[]) => void,
  jobs: number,
  clock: Clock,
): Promise<void> {
  const threads = Array.from(
    { length: threadsAtMost(jobs) },
    () => new AskedThread<GlanceBatch, GlanceAnswer>('glance-worker'),
  );
  try {
    await dealOut(
      batches,
      threads,
      async (thread, batch) => {
        const question = packTasks(batch);
        settle(batch, unpackGlances(await thread.ask(question, memoryOf(question))));
      },
      clock,
    );
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
  }
}
