/** Reads a journal piece by piece: one of a million steps need not fit in memory, one that was planted need not end. */
import { FormatError } from '../model/errors.ts';
import type { JournalEntry } from '../model/journal.ts';
import { isTrouble } from '../model/trouble.ts';
import { JournalParser } from '../parse/journal.ts';
import type { HeldFile } from '../system/os.ts';

/** Some ten million steps. A sparse file of more is somebody's trap. */
const fileBytesAtMost = 2 ** 34;
const pieceBytes = 1 << 20;

/** The last line is torn; whoever appends says so first. */
export interface JournalEnd {
  readonly isTorn: boolean;
}

/** @returns how it ends, or in words why it is no journal of ours or cannot be read to its end */
export function* journalEntries(
  journal: HeldFile,
): Generator<JournalEntry, JournalEnd | { readonly why: string }> {
  if (journal.stat().sizeBytes > fileBytesAtMost) {
    return { why: 'its journal is larger than any run makes it' };
  }
  let entries: JournalEntry[] = [];
  const parser = new JournalParser((entry) => entries.push(entry));
  try {
    for (let offset = 0; ;) {
      const piece = journal.readAt(offset, pieceBytes);
      if (isTrouble(piece)) return { why: `its journal cannot be read (${piece.errno})` };
      if (piece.length === 0) break;
      offset += piece.length;
      parser.push(piece);
      yield* entries;
      entries = [];
    }
    return parser.end();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return { why: `its journal is none of ours: ${error.message}` };
  }
}
