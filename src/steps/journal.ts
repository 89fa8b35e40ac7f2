/**
 * Writing a run's journal (safety.md 17): intents in batches with one fsync each, before anything of the batch is
 * done; outcomes as they come, unsynced, since recovery believes the disk and not them.
 */
import type { BytePath } from '../model/byte-path.ts';
import type { JournalEntry } from '../model/journal.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import { formatJournalLine } from '../parse/journal-line.ts';
import type { Anchor, WritableFile } from '../system/os.ts';

/** Steps of one batch: what a kill can leave begun, and one fsync each (some ms on a disk). */
export const batchStepsAtMost = 1000;

/** Text of one write; a batch with tens of thousands of links in each line would be too long for one string. */
const writeCharactersAtMost = 8 * 1_048_576;

export class Journal {
  readonly #file: WritableFile;
  /** The first write that failed. A line may be torn since then, and nothing may come after it. */
  #trouble: Trouble | undefined;

  private constructor(file: WritableFile) {
    this.#file = file;
  }

  /** Makes a new journal; it and its name are on the disk when this returns. */
  static create(
    directory: Anchor,
    leaf: BytePath,
    header: Extract<JournalEntry, { type: 'run' }>,
  ): Journal | Trouble {
    const file = directory.createFile(leaf, 0o600);
    if (isTrouble(file)) return file;
    const journal = new Journal(file);
    const trouble = journal.writeSynced([header]) ?? directory.sync();
    if (trouble === undefined) return journal;
    journal.close();
    // Nothing was done yet, and a run that never began shall leave nothing behind.
    directory.unlink(leaf);
    return trouble;
  }

  /** @throws FormatError for an entry that could not be read again; nothing is written then */
  write(entries: readonly JournalEntry[]): Trouble | undefined {
    if (this.#trouble) return this.#trouble;
    let text = '';
    const flush = (): void => {
      if (text !== '') this.#trouble ??= this.#file.write(Buffer.from(text, 'latin1'));
      text = '';
    };
    for (const line of entries.map(formatJournalLine)) {
      if (text.length + line.length > writeCharactersAtMost) flush();
      text += line;
    }
    flush();
    return this.#trouble;
  }

  writeSynced(entries: readonly JournalEntry[]): Trouble | undefined {
    return this.write(entries) ?? (this.#trouble = this.#file.sync());
  }

  close(): void {
    this.#file.close();
  }
}
