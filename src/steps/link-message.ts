/** Brings a removed stage file back from a mailbox that has the same inode: safety.md 25. */
import type { RootPlace } from '../model/run-talk.ts';
import type { BytePath } from '../model/byte-path.ts';
import { sameInode, type FileStat } from '../model/inode.ts';
import type { FileStep, PlannedLink } from '../model/plan.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import type { Anchor, Changes } from '../system/os.ts';
import { messageComponents } from './vet-journal.ts';

export interface MessageSearch {
  readonly changes: Changes;
  /** Where messages may lie: a path in a journal that leads elsewhere is not followed. */
  readonly roots: readonly RootPlace[];
  /** Owner of the spool. */
  readonly uid: number;
}

/**
 * Links the first name that still is the planned file into the run's directory, from where it is restored like any
 * other: were it linked into the stage area at once, a name that is swapped meanwhile would show there.
 *
 * @param into  undefined only looks
 * @returns     why none will do, in words
 */
export function linkMessage(
  { changes, roots, uid }: MessageSearch,
  step: FileStep,
  links: readonly PlannedLink[],
  into: { readonly directory: Anchor; readonly leaf: BytePath } | undefined,
): string | undefined {
  let why = 'no mailbox that had it is below a root of this configuration';
  for (const link of links) {
    for (const place of roots) {
      const components = messageComponents(link.path, place.root);
      if (components === undefined) continue;
      const parent = openBelow(changes, place, components.slice(0, -1));
      if (parent === undefined) {
        why = 'no mailbox has it any more';
        continue;
      }
      const leaf = components.at(-1) ?? link.path;
      const refusal = linkIfSame(parent, leaf, step, uid, into);
      parent.close();
      if (refusal === undefined) return undefined;
      why = refusal;
    }
  }
  return why;
}

function linkIfSame(
  parent: Anchor,
  leaf: BytePath,
  step: FileStep,
  uid: number,
  into: { readonly directory: Anchor; readonly leaf: BytePath } | undefined,
): string | undefined {
  const held = parent.openFile(leaf);
  if (isTrouble(held)) {
    return held.errno === 'ENOENT'
      ? 'no mailbox has it any more'
      : `the message cannot be read (${held.errno})`;
  }
  // While it is held its number cannot be given to another file.
  try {
    const before = held.stat();
    if (!isTheFile(step.seen, before) || before.uid !== uid) {
      return 'what the mailbox has under its name is another file now';
    }
    if (held.sha1() !== step.sha1) return 'the bytes of the message have changed';
    if (into === undefined) return undefined;
    const trouble = parent.link(leaf, into.directory, into.leaf);
    if (trouble) return `the message cannot be linked (${trouble.errno})`;
    const linked = into.directory.lstat(into.leaf);
    const isRight =
      !isTrouble(linked) && sameInode(linked, before) && isTheFile(step.seen, held.stat());
    if (isRight) return undefined;
    // Swapped between the look and the link. Should that have been its last name, the quarantine keeps it.
    if (!isTrouble(linked) && linked.linkCount > 1) into.directory.unlink(into.leaf);
    return 'the name in the mailbox was another file at the last moment';
  } finally {
    held.close();
  }
}

/** Inode numbers come back at once, so the number alone proves nothing. */
function isTheFile(seen: FileStat, now: FileStat): boolean {
  return (
    sameInode(seen, now) &&
    seen.sizeBytes === now.sizeBytes &&
    seen.modifiedNs === now.modifiedNs &&
    seen.bornNs === now.bornNs
  );
}

function openBelow(
  changes: Changes,
  place: RootPlace,
  directories: readonly BytePath[],
): Anchor | undefined {
  let here: Anchor | Trouble = changes.openDirectory(place.root, place.rootId);
  for (const leaf of directories) {
    if (isTrouble(here)) return undefined;
    const below = here.openDirectory(leaf);
    here.close();
    here = below;
  }
  return isTrouble(here) ? undefined : here;
}
