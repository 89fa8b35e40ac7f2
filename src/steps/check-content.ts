/** The bytes of stage files: their SHA-1, and whether it is the one that the name claims. */
import { NumberColumn } from '../model/number-column.ts';
import { StageContents } from '../model/stage-contents.ts';
import { stagePath, type StageFile } from '../model/stage.ts';
import { isTrouble, isVanished, type Trouble } from '../model/trouble.ts';
import type { Judgement } from '../model/verdict.ts';
import type { DigestRequest, Os } from '../system/os.ts';

export interface CheckedContent {
  readonly contents: StageContents;
  readonly troubles: readonly Trouble[];
  readonly vanished: number;
}

/**
 * Files of living owners are left alone: they may be half written, and a mismatch would be a false alarm. So are
 * cache files, which are no messages, and whatever is no stage file at all.
 */
export async function checkContent(
  os: Os,
  stageFiles: readonly StageFile[],
  judgements: readonly Judgement[],
  onBytes: (files: number) => void,
): Promise<CheckedContent> {
  const contents = new StageContents(stageFiles);
  const troubles: Trouble[] = [];
  let vanished = 0;
  let done = 0;
  const wanted = new NumberColumn();
  stageFiles.forEach((file, index) => {
    if (isRead(file, judgements[index])) wanted.push(index);
  });
  await os.digest.sha1(requestsOf(stageFiles, wanted), (position, sha1) => {
    done += 1;
    onBytes(done);
    if (!isTrouble(sha1)) contents.set(wanted.at(position), sha1);
    // It was read while its links moved or its owner finished: the second look at the links tells.
    else if (isVanished(sha1) || sha1.errno === 'ESTALE') vanished += 1;
    else troubles.push(sha1);
  });
  return { contents, troubles, vanished };
}

/** The same without reading a byte, where sizes are to do: which files it would have read. */
export function contentUnread(
  stageFiles: readonly StageFile[],
  judgements: readonly Judgement[],
): CheckedContent {
  const contents = new StageContents(stageFiles);
  stageFiles.forEach((file, index) => {
    if (isRead(file, judgements[index])) contents.set(index);
  });
  return { contents, troubles: [], vanished: 0 };
}

function isRead(file: StageFile, judgement: Judgement | undefined): boolean {
  if (file.grammar === undefined || file.grammar === 'sync-cache') return false;
  return judgement?.verdict !== 'in-use' && judgement?.verdict !== 'unknown-name';
}

/** One at a time: a million paths need not exist at once. */
function* requestsOf(
  stageFiles: readonly StageFile[],
  wanted: NumberColumn,
): Iterable<DigestRequest> {
  for (let position = 0; position < wanted.length; position += 1) {
    const file = stageFiles[wanted.at(position)];
    if (file !== undefined) yield { path: stagePath(file), expected: file.stat };
  }
}
