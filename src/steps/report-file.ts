/** A file with a saved report: opened once or twice, read in pieces, and told from what takes its place. */
import { utf8Of, type BytePath } from '../model/byte-path.ts';
import { FormatError } from '../model/errors.ts';
import { sameInode, type FileStat } from '../model/inode.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import { TextLines } from '../parse/text-lines.ts';
import type { Files, OpenedFile } from '../system/os.ts';

const pieceBytes = 1 << 20;
/** A row names every link of its inode, and a document may be one line. */
export const lineAtMost = 1 << 28;

/** Who names a report may name it by a symbolic link. */
export function openReport(
  files: Pick<Files, 'open' | 'canonical'>,
  path: BytePath,
): OpenedFile | Trouble {
  const canonical = files.canonical(path);
  return isTrouble(canonical) ? canonical : files.open(canonical);
}

/** Why a report cannot be read, without a full stop. */
export function troubleWords({ errno }: Trouble): string {
  if (errno === 'ENOENT') return 'there is no such file';
  return errno === 'EINVAL' ? 'is no regular file' : `cannot be read (${errno})`;
}

/** As messages have it. */
export function shownPath(path: BytePath): string {
  return utf8Of(path) ?? path;
}

/** @throws FormatError when the file cannot be read, or a line of it is too long */
export function* reportLines(file: OpenedFile): Generator<string> {
  const lines = new TextLines(lineAtMost);
  for (const piece of pieces(file)) yield* lines.add(piece);
  yield* lines.rest();
}

/** @throws FormatError when the file cannot be read */
export function* pieces(file: OpenedFile): Generator<Uint8Array> {
  for (let at = 0; ;) {
    const piece = file.readAt(at, pieceBytes);
    if (isTrouble(piece)) throw new FormatError(`cannot be read (${piece.errno})`, at);
    if (piece.length === 0) return;
    at += piece.length;
    yield piece;
  }
}

/** Was nothing written to it since? Who replaces a file or writes to it moves one of these. */
export function isUnchanged(seen: FileStat, now: FileStat | Trouble): boolean {
  if (isTrouble(now)) return false;
  return (
    sameInode(seen, now) && seen.sizeBytes === now.sizeBytes && seen.modifiedNs === now.modifiedNs
  );
}
