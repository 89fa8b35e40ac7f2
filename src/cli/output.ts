/** Writes a report in pieces: to standard output with back-pressure, or to a file that is there whole or not at all. */
import { openOutput } from '../system/output-file.ts';

/** A piece large enough that a million short lines are not a million system calls. */
const pieceBytes = 1 << 16;

/** What is written while it is made comes as an AsyncIterable; it ends early when its reader has had enough. */
export type Chunks = Iterable<string> | AsyncIterable<string>;

/**
 * @param path  the -o option; undefined is standard output
 * @param mode  of the file, when its reader is another user
 */
export async function write(
  path: string | undefined,
  chunks: Chunks,
  mode?: number,
): Promise<void> {
  const inPieces = Symbol.asyncIterator in chunks ? piecesInTime(chunks) : pieces(chunks);
  if (path === undefined) await writeToStdout(inPieces);
  else await writeToFile(path, inPieces, mode);
}

async function writeToFile(path: string, inPieces: Chunks, mode?: number): Promise<void> {
  const file = openOutput(path, mode);
  try {
    for await (const piece of inPieces) file.write(piece);
    file.finish();
  } catch (error) {
    file.abandon();
    throw error;
  }
}

/** A reader that has had enough (`| head`) is no error: the exit status still tells of the scan. */
async function writeToStdout(inPieces: Chunks): Promise<void> {
  const { stdout } = process;
  const reader = { isGone: false };
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    reader.isGone = true;
  });
  for await (const piece of inPieces) {
    if (reader.isGone) return;
    if (!stdout.write(piece)) await roomIn(stdout);
  }
  // process.exit() must not cut off what a slow reader has not taken yet.
  if (!reader.isGone)
    await new Promise<void>((resolve) =>
      stdout.write('', () => {
        resolve();
      }),
    );
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
