/**
 * lstat, SHA-1 and headers of many message files: here while they are few, and from then on in threads, since a
 * thread takes some 40 ms to start and a mail some 60 µs to read.
 */
import { isTrouble, type Trouble } from '../model/trouble.ts';
import { AskedThread } from './asked-thread.ts';
import { Batches, dealOut, type Item } from './batches.ts';
import { pieceBytes } from './digest-file.ts';
import { inspectFile, type Inspected } from './inspect-file.ts';
import {
  packInspectBatch,
  unpackInspectAnswer,
  type InspectAnswer,
  type InspectBatch,
} from './inspect-messages.ts';
import type { Clock, Inspection, Inspector, InspectRequest } from './os.ts';
import type { Pace } from './pace.ts';
import { workerUrl } from './worker-url.ts';

/** Files, and bytes, past which threads are worth their start. */
const alone = { looks: 1024, bytes: 64 * 1_048_576 };
const atOnce = { looks: 256, bytes: 32 * 1_048_576 };
const sliceMs = 20;

interface Work extends Inspected, Item {
  readonly index: number;
}

type OnAnswer = (index: number, answer: Inspection | Trouble) => void;

/** @param jobs threads at most; one works on the caller's thread */
export function nodeInspector(jobs: number, clock: Clock, pace?: Pace): Inspector {
  return {
    async inspect(files, onAnswer) {
      const batches = new Batches(workOf(files), atOnce, pace);
      const settle = (batch: readonly Work[], found: readonly (Inspection | Trouble)[]): void => {
        settleBatch(batches, batch, found, onAnswer);
      };
      try {
        const isDone = await inspectHere(batches, settle, jobs > 1, clock);
        if (!isDone) await inspectInThreads(batches, settle, jobs, clock);
      } finally {
        await batches.close();
      }
    },
  };
}

async function* workOf(files: AsyncIterable<InspectRequest>): AsyncGenerator<Work> {
  let index = 0;
  for await (const { path, wantsSha1, wantsHead, expectedBytes } of files) {
    yield {
      index: index++,
      looks: 1,
      // What is not read costs the pace nothing.
      expectedBytes: wantsSha1 || wantsHead ? expectedBytes : 0,
      path,
      wantsSha1,
      wantsHead,
      readsShared: !wantsSha1 || wantsHead,
    };
  }
}

function settleBatch(
  batches: Batches<Work>,
  batch: readonly Work[],
  found: readonly (Inspection | Trouble)[],
  onAnswer: OnAnswer,
): void {
  let readBytes = 0;
  batch.forEach((file, at) => {
    const answer = found[at];
    if (answer === undefined) throw new Error('a file was not inspected');
    if (!isTrouble(answer)) readBytes += answer.readBytes;
    if (isTrouble(answer) || !isLeftShared(file, answer)) onAnswer(file.index, answer);
    else {
      const { stat } = answer;
      const again = { ...file, readsShared: true, expectedBytes: stat.sizeBytes };
      batches.share(again, stat, (sha1) => {
        onAnswer(file.index, { stat, sha1, readBytes: 0 });
      });
    }
    batches.answered(file, answer);
  });
  batches.settle(batch, readBytes);
}

/** Was it only looked at, because its inode has other names and may have been read by one of them? */
function isLeftShared(file: Work, { stat, sha1 }: Inspection): boolean {
  return file.wantsSha1 && !file.readsShared && sha1 === undefined && stat.kind === 'file';
}

type Settle = (batch: readonly Work[], found: readonly (Inspection | Trouble)[]) => void;

/** @returns true when all are done, false when threads should take over */
async function inspectHere(
  batches: Batches<Work>,
  settle: Settle,
  mayLeave: boolean,
  clock: Clock,
): Promise<boolean> {
  const memory = Buffer.alloc(pieceBytes);
  let sliceEnd = performance.now() + sliceMs;
  for (;;) {
    if (mayLeave && (batches.looks >= alone.looks || batches.bytes >= alone.bytes)) return false;
    const batch = await batches.next(1);
    if (batch.length === 0) return true;
    settle(
      batch,
      batch.map((file) => inspectFile(file, memory)),
    );
    if (performance.now() >= sliceEnd) {
      await clock.breathe();
      sliceEnd = performance.now() + sliceMs;
    }
  }
}

async function inspectInThreads(
  batches: Batches<Work>,
  settle: Settle,
  jobs: number,
  clock: Clock,
): Promise<void> {
  const threads = Array.from(
    { length: jobs },
    () => new AskedThread<InspectBatch, InspectAnswer>(workerUrl('inspect-worker')),
  );
  try {
    await dealOut(
      batches,
      threads,
      async (thread, batch) => {
        settle(batch, unpackInspectAnswer(await thread.ask(packInspectBatch(batch))));
      },
      clock,
    );
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
  }
}
