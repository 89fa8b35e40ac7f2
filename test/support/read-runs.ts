/** The journals of a root as undo will read them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalEntry } from '../../src/model/journal.ts';
import { FormatError } from '../../src/model/errors.ts';
import { JournalParser } from '../../src/parse/journal.ts';

export interface ReadRuns {
  readonly entries: readonly JournalEntry[];
  readonly torn: readonly string[];
  readonly unreadable: readonly string[];
}

export function readRuns(root: string): ReadRuns {
  const entries: JournalEntry[] = [];
  const torn: string[] = [];
  const unreadable: string[] = [];
  for (const path of journalsOf(root)) {
    const parser = new JournalParser((entry) => entries.push(entry));
    try {
      parser.push(readFileSync(path));
      if (parser.end().isTorn) torn.push(path);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      unreadable.push(`${path}: ${error.message}`);
    }
  }
  return { entries, torn, unreadable };
}

function journalsOf(root: string): string[] {
  try {
    return readdirSync(join(root, 'stagesweep.'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.jsonl'))
      .map((path) => join(root, 'stagesweep.', path));
  } catch {
    return [];
  }
}
