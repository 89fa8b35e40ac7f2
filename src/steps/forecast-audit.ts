/** How much an audit has before it, for people who watch it: counted from the headers of the indexes. */
import { join, type BytePath } from '../model/byte-path.ts';
import { FormatError } from '../model/errors.ts';
import { isTrouble } from '../model/trouble.ts';
import { parseIndexHeader } from '../parse/index-header.ts';
import type { Os } from '../system/os.ts';
import type { AuditProgress } from './audit-progress.ts';

/** The longest header, that of version 20. */
const headerBytes = 192;

/** Reads every directory once before the audit does; they are the smaller part of the work. */
export async function forecast(
  os: Os,
  directories: AsyncIterable<BytePath>,
  progress: AuditProgress,
): Promise<void> {
  let mailboxes = 0;
  let messages: number | undefined = 0;
  const told = (isWhole: boolean): void => {
    progress.forecast({ mailboxes, isWhole, ...(messages === undefined ? {} : { messages }) });
  };
  for await (const directory of directories) {
    mailboxes += 1;
    const records = recordsIn(os, join(directory, 'cyrus.index'));
    messages = messages === undefined || records === undefined ? undefined : messages + records;
    told(false);
  }
  told(true);
}

function recordsIn(os: Os, path: BytePath): number | undefined {
  const file = os.files.open(path);
  if (isTrouble(file)) return undefined;
  try {
    const bytes = file.readAt(0, headerBytes);
    return isTrouble(bytes) ? undefined : parseIndexHeader(bytes).recordCount;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return undefined;
  } finally {
    file.close();
  }
}
