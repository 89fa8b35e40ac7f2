/** How much an audit has before it, for people who watch it: counted from the headers of the indexes. */
import { join, type BytePath } from '../model/byte-path.ts';
import { FormatError } from '../model/errors.ts';
import { isTrouble } from '../model/trouble.ts';
import { parseIndexHeader } from '../parse/index-header.ts';
import type { Os } from '../system/os.ts';
import type { AuditProgress, ForecastOf } from './audit-progress.ts';

/** The longest header, that of version 20. */
const headerBytes = 192;

/** Reads every directory once before the audit does; they are the smaller part of the work. */
export async function forecast(
  os: Os,
  directories: AsyncIterable<BytePath>,
  progress: AuditProgress,
  of: ForecastOf = {},
): Promise<void> {
  let mailboxes = 0;
  let messages: number | undefined = 0;
  const told = (isWhole: boolean): void => {
    const meant = meantOf(messages, of);
    progress.forecast({ mailboxes, isWhole, ...(meant === undefined ? {} : { messages: meant }) });
  };
  for await (const directory of directories) {
    mailboxes += 1;
    const records = recordsIn(os, join(directory, 'cyrus.index'));
    messages = messages === undefined || records === undefined ? undefined : messages + records;
    told(false);
  }
  told(true);
}

/** Without this the time left would be that of the whole spool, however few of its messages are asked for. */
function meantOf(
  records: number | undefined,
  { share = 1, sharedNames }: ForecastOf,
): number | undefined {
  // The names were counted by the census; with a selection they are at most these.
  const all = sharedNames === undefined ? records : Math.min(records ?? sharedNames, sharedNames);
  return all === undefined ? undefined : Math.round(all * share);
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
