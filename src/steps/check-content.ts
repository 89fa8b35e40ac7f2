/** The bytes of stage files: their SHA-1, and whether it is the one that the name claims. */
import type { StageContent } from '../model/evidence.ts';
import { claimedSha1, stagePath, type StageFile } from '../model/stage.ts';
import { isTrouble, isVanished, type Trouble } from '../model/trouble.ts';
import type { Judgement } from '../model/verdict.ts';
import type { DigestRequest, Os } from '../system/os.ts';

export interface CheckedContent {
  /** By position in the stage files. */
  readonly contents: readonly (StageContent | undefined)[];
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
  const contents: (StageContent | undefined)[] = new Array<undefined>(stageFiles.length);
  const troubles: Trouble[] = [];
  let vanished = 0;
  let done = 0;
  const wanted = stageFiles.flatMap((file, index) =>
    isRead(file, judgements[index]) ? [{ file, index }] : [],
  );
  const requests = requestsOf(wanted);
  await os.digest.sha1(requests, (position, sha1) => {
    done += 1;
    onBytes(done);
    const item = wanted[position];
    if (item === undefined) return;
    if (!isTrouble(sha1)) contents[item.index] = contentOf(item.file, sha1);
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
  const nothing: StageContent = {};
  return {
    contents: stageFiles.map((file, index) =>
      isRead(file, judgements[index]) ? nothing : undefined,
    ),
    troubles: [],
    vanished: 0,
  };
}

function isRead(file: StageFile, judgement: Judgement | undefined): boolean {
  if (file.grammar === undefined || file.grammar === 'sync-cache') return false;
  return judgement?.verdict !== 'in-use' && judgement?.verdict !== 'unknown-name';
}

function contentOf(file: StageFile, sha1: string): StageContent {
  const claimed = claimedSha1(file);
  if (claimed === undefined) return { sha1 };
  const nameMatches = claimed === sha1;
  // A million orphans whose names are their digests: one string serves for both.
  return { sha1: nameMatches ? claimed : sha1, nameMatches };
}

/** One at a time: a million paths need not exist at once. */
function* requestsOf(wanted: readonly { readonly file: StageFile }[]): Iterable<DigestRequest> {
  for (const { file } of wanted) yield { path: stagePath(file), expected: file.stat };
}
