/** Gives a name back that we took and should not have: safety.md 19. */
import type { BytePath } from '../model/byte-path.ts';
import type { FileStat } from '../model/inode.ts';
import type { Anchor } from '../system/os.ts';
import { failed, troubleWords, type StepEnd } from './step-end.ts';

export interface Taken {
  /** The run's directory, and the name in it. */
  readonly from: Anchor;
  readonly claimedAs: BytePath;
  readonly taken: FileStat;
  /** Where it was. */
  readonly directory: Anchor;
  readonly leaf: BytePath;
}

/**
 * By link, which fails on an existing name, where rename would replace what came meanwhile. What cannot go back stays
 * in quarantine: no bytes are lost either way, and both are told.
 */
export function putBack({ from, claimedAs, taken, directory, leaf }: Taken, why: string): StepEnd {
  // A directory has one name only. rename() can replace nothing by it but an empty directory.
  const trouble =
    taken.kind === 'directory'
      ? from.rename(claimedAs, directory, leaf)
      : from.link(claimedAs, directory, leaf);
  if (trouble) return failed(trouble, `${why}; it stays in quarantine as ${claimedAs}`);
  const left = taken.kind === 'directory' ? undefined : from.unlink(claimedAs);
  const detail = left ? `${why}; it is back, and also in quarantine: ${troubleWords(left)}` : why;
  return { outcome: 'put-back', detail };
}
