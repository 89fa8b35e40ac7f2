/** Writes a report in pieces: to standard output with back-pressure, or to a file that is there whole or not at all. */
import { openOutput, OutputError } from '../system/output-file.ts';

/** A piece large enough that a million short lines are not a million system calls. */
const pieceBytes = 1 << 16;

/** What is written while it is made comes as an AsyncIterable; it ends early when its reader has had enough. */
export type Chunks = Iterable<string> | AsyncIterable<string>;

/** Where a report goes. */
export interface Output {
  /** Once, or abandon(). @throws OutputError */
  write(chunks: Chunks): Promise<void>;
  /** Leaves no trace. */
  abandon(): void;
}

/**
 * Who changes a disk opens it first: a report that cannot be written is told before anything is done.
 *
 * @param path  the -o option; undefined is standard output
 * @param mode  of the file, when its reader is another user
 * @throws      OutputError, UsageError
 */
export function startOutput(path: string | undefined, mode?: number): Output {
  const file = path === undefined ? undefined : openOutput(path, mode);
  return {
    async write(chunks) {
      const inPieces = Symbol.asyncIterator in chunks ? piecesInTime(chunks) : pieces(chunks);
      if (file === undefined) {
        await writeToStdout(inPieces);
        return;
      }
      try {
        for await (const piece of inPieces) file.write(piece);
        file.finish();
      } catch (error) {
        file.abandon();
        throw error;
      }
    },
    abandon() {
      file?.abandon();
    },
  };
}

/** At once, for whoever changed nothing. */
export async function write(
  path: string | undefined,
  chunks: Chunks,
  mode?: number,
): Promise<void> {
  await startOutput(path, mode).write(chunks);
}

/** A reader that has had enough (`| head`) is no error: the exit status still tells of the scan. */
async function writeToStdout(inPieces: Chunks): Promise<void> {
  const { stdout } = process;
  const reader: { isGone: boolean; failure?: NodeJS.ErrnoException } = { isGone: false };
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') reader.failure = error;
    reader.isGone = true;
  });
  for await (const piece of inPieces) {
    if (reader.isGone) break;
    if (!stdout.write(piece)) await roomIn(stdout);
  }
  // process.exit() must not cut off what a slow reader has not taken yet.
  if (!reader.isGone)
    await new Promise<void>((resolve) =>
      stdout.write('', () => {
        resolve();
      }),
    );
  // A full disk, and whatever else is not the reader's wish.
  if (reader.failure) {
    throw new OutputError(`standard output: ${reader.failure.code ?? reader.failure.message}`);
  }
}

/** Until the reader has taken enough, or has gone. */
function roomIn(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of events) stream.removeListener(event, done);
      resolve();
    };
    for (const event of events) stream.once(event, done);
  });
}

const events = ['drain', 'close', 'error'] as const;

function* pieces(chunks: Iterable<string>): Iterable<string> {
  let piece = '';
  for (const chunk of chunks) {
    piece += chunk;
    if (piece.length < pieceBytes) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

async function* piecesInTime(chunks: AsyncIterable<string>): AsyncIterable<string> {
  let piece = '';
  for await (const chunk of chunks) {
    piece += chunk;
    if (piece.length < pieceBytes) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}
