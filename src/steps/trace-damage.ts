/**
 * Whose message foreign bytes are, and where the right ones still lie: one more pass over the indexes of every
 * mailbox, in which only files that may matter are looked at, and for what no mailbox has a look at the stage files.
 */
import { DonorSearch, type DamagedMessage } from '../decide/match-donors.ts';
import { goodCopyOf } from '../decide/search-copies.ts';
import type { BytePath } from '../model/byte-path.ts';
import type { GoodCopy, MessageRef } from '../model/finding.ts';
import type { FileStat } from '../model/inode.ts';
import type { Mailbox } from '../model/message.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Root } from '../model/partition.ts';
import type { InspectRequest, Os } from '../system/os.ts';
import { findStageCopies } from './stage-copies.ts';

export interface Trace {
  readonly donor?: MessageRef;
  readonly goodCopy?: GoodCopy;
}

/**
 * @param roots        whose stage areas may have a copy
 * @param directories  of every mailbox of the configuration: a donor is anywhere
 * @param onMailbox    called for each
 * @returns            in the order of `damaged`. A good copy is whole by its SHA-1
 */
export async function traceDamage(
  os: Os,
  open: (directory: BytePath) => Mailbox | undefined,
  roots: readonly Root[],
  directories: AsyncIterable<BytePath>,
  damaged: readonly DamagedMessage[],
  onMailbox: () => void,
): Promise<readonly Trace[]> {
  if (damaged.length === 0) return [];
  const search = new DonorSearch(damaged);
  const look = (path: BytePath): FileStat | undefined => {
    const stat = os.files.lstat(path);
    return isTrouble(stat) ? undefined : stat;
  };
  for await (const directory of directories) {
    const mailbox = open(directory);
    if (mailbox === undefined) continue;
    for (const record of mailbox.records()) {
      if (!record.isUnlinked) search.offer(mailbox, record, look);
    }
    onMailbox();
    await os.clock.breathe();
  }
  const matches = search.results();
  const whole = await wholeCopies(
    os,
    matches.flatMap(({ goodCopies }) => goodCopies.map(({ path }) => path)),
  );
  const inMailboxes = matches.map(({ goodCopies, damaged: { record } }): GoodCopy | undefined => {
    // Without a digest nothing proves a copy; and what could not be read has none either, which is no agreement.
    const { guid } = record;
    if (guid === undefined) return undefined;
    const copy = goodCopies.find(({ path }) => whole.get(path) === guid);
    return copy && goodCopyOf(copy);
  });
  const staged = await findStageCopies(
    os,
    roots,
    damaged.filter((_, at) => inMailboxes[at] === undefined),
  );
  return matches.map(({ donor, damaged: message }, at): Trace => {
    const goodCopy = inMailboxes[at] ?? staged.of(message);
    return {
      ...(donor === undefined ? {} : { donor }),
      ...(goodCopy === undefined ? {} : { goodCopy }),
    };
  });
}

/** SHA-1 by path, of those that could be read. */
async function wholeCopies(
  os: Os,
  candidates: readonly BytePath[],
): Promise<ReadonlyMap<BytePath, string>> {
  const paths = [...new Set(candidates)];
  const sums = new Map<BytePath, string>();
  // eslint-disable-next-line @typescript-eslint/require-await -- the inspector takes what may take its time
  async function* requests(): AsyncGenerator<InspectRequest, void, undefined> {
    for (const path of paths) {
      yield { path, wantsSha1: true, wantsHead: false, expectedBytes: 0 };
    }
  }
  await os.inspector.inspect(requests(), (index, answer) => {
    const path = paths[index];
    if (path !== undefined && !isTrouble(answer) && answer.sha1 !== undefined) {
      sums.set(path, answer.sha1);
    }
  });
  return sums;
}
