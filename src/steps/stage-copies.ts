/**
 * Right bytes that no mailbox has any more, and a stage area still has: the delivery or the sync that failed kept the
 * message, while the file in the mailbox was written into.
 */
import type { DamagedMessage } from '../decide/match-donors.ts';
import { compareBytes, type BytePath } from '../model/byte-path.ts';
import type { GoodCopy } from '../model/finding.ts';
import { sameInode, type InodeId } from '../model/inode.ts';
import type { Root } from '../model/partition.ts';
import { claimedSha1, stagePath, type StageFile } from '../model/stage.ts';
import { isTrouble } from '../model/trouble.ts';
import type { DigestRequest, Os } from '../system/os.ts';
import { findAreas } from './find-areas.ts';
import { findStageFiles } from './find-stage-files.ts';

interface WholeFile {
  readonly path: BytePath;
  readonly stat: InodeId;
}

/** By the SHA-1 of their bytes, which were read: what a stage file holds, for messages that are wanted. */
export class StageCopies {
  readonly #files = new Map<string, WholeFile[]>();
  readonly #wanted: ReadonlySet<string>;

  /** A message without a digest has no good copy: nothing would prove it. */
  constructor(damaged: readonly DamagedMessage[]) {
    this.#wanted = new Set(damaged.flatMap(({ record: { guid } }) => guid ?? []));
  }

  wants(sha1: string | undefined): boolean {
    return sha1 !== undefined && this.#wanted.has(sha1);
  }

  /** @param sha1  of the bytes of `file`, not what its name claims */
  add(file: StageFile, sha1: string): void {
    if (!this.#wanted.has(sha1)) return;
    const known = this.#files.get(sha1) ?? [];
    this.#files.set(sha1, [...known, { path: stagePath(file), stat: file.stat }]);
  }

  /** The first by path, on another inode than the damaged file. */
  of({ record: { guid }, file }: DamagedMessage): GoodCopy | undefined {
    if (guid === undefined) return undefined;
    const [copy] = (this.#files.get(guid) ?? [])
      .filter(({ stat }) => !sameInode(stat, file))
      .sort((a, b) => compareBytes(a.path, b.path));
    return copy && { path: copy.path };
  }
}

/**
 * Looks into the stage areas. Only files are read that are as long as a wanted message, or whose name claims to be
 * one: the length alone does not tell, since up to 2.5 a record's size of malformed mail is not that of its file.
 */
export async function findStageCopies(
  os: Os,
  roots: readonly Root[],
  damaged: readonly DamagedMessage[],
): Promise<StageCopies> {
  const copies = new StageCopies(damaged);
  const sizes = new Set(
    damaged.flatMap(({ record: { guid, sizeBytes } }) => (guid === undefined ? [] : sizeBytes)),
  );
  if (sizes.size === 0) return copies;
  const { directories } = await findAreas(os.files, roots);
  const { stageFiles } = await findStageFiles(
    os.files,
    os.clock,
    directories,
    () => undefined,
    (file) =>
      file.stat.kind === 'file' &&
      file.stat.sizeBytes > 0 &&
      (sizes.has(file.stat.sizeBytes) || copies.wants(claimedSha1(file))),
  );
  const requests = stageFiles.map((file): DigestRequest => ({
    path: stagePath(file),
    expected: file.stat,
  }));
  await os.digest.sha1(requests, (position, sha1) => {
    const file = stageFiles[position];
    if (file !== undefined && !isTrouble(sha1)) copies.add(file, sha1);
  });
  return copies;
}
