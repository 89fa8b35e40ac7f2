/** A file or standard input in pieces, for what may be larger than memory. */
import { createReadStream, fstatSync, openSync } from 'node:fs';
import { addAbortSignal, type Readable } from 'node:stream';
import { bytePath } from '../model/byte-path.ts';
import { InputError, UsageError } from '../model/errors.ts';
import { attempt, errnoOf } from './attempt.ts';

const pieceBytes = 1 << 18;

/**
 * Opens at once, so that a name that was mistyped is told before an hour of work.
 *
 * @param name  as typed; `-` is standard input
 * @throws      UsageError for what cannot be opened; while reading, InputError
 */
export function openInput(name: string, interrupted: AbortSignal): AsyncIterable<Uint8Array> {
  // Not by descriptor 0: a read that waits for a pipe could not be interrupted.
  const stream =
    name === '-'
      ? process.stdin
      : createReadStream(name, { fd: open(name), highWaterMark: pieceBytes });
  return pieces(name, stream, interrupted);
}

function open(name: string): number {
  const path = bytePath(name);
  const fd = attempt(path, 'open', () => openSync(name, 'r'));
  if (typeof fd !== 'number') throw new UsageError(`${name}: ${reasons[fd.errno] ?? fd.errno}`);
  if (fstatSync(fd).isDirectory()) throw new UsageError(`${name} is a directory, no file`);
  return fd;
}

async function* pieces(
  name: string,
  stream: Readable,
  interrupted: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of addAbortSignal(interrupted, stream)) yield piece as Buffer;
  } catch (error) {
    interrupted.throwIfAborted();
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    throw new InputError(`${name} could not be read to its end (${errno})`);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
};
