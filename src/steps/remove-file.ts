/**
 * Takes one stage file away: verify, claim, verify again, unlink or keep in quarantine, look at the messages
 * (safety.md 18 to 21). After each call the bytes have a name in a mailbox, the stage area or the run's directory.
 */
import type { BytePath } from '../model/byte-path.ts';
import { sameInode, type FileStat } from '../model/inode.ts';
import type { FileStep } from '../model/plan.ts';
import { isTrouble, isVanished, type Trouble } from '../model/trouble.ts';
import type { Anchor, Files, HeldFile } from '../system/os.ts';
import { copyOut } from './copy-out.ts';
import { isMessageLink, keepsBytes } from './keeps-bytes.ts';
import { isUntouched, lookAtMessages } from './look-at-messages.ts';
import { putBack } from './put-back.ts';
import type { DirectoryBench } from './remove-directory.ts';
import { failed, troubleWords, type StepEnd } from './step-end.ts';

/** What the steps of one run work with. */
export interface FileBench extends DirectoryBench {
  /** The run's own directory. */
  readonly run: Anchor;
  readonly files: Pick<Files, 'lstat'>;
  readonly reverify: (step: FileStep) => boolean;
}

/** @param claimedAs  name in the run's directory, which nobody can guess */
export function removeFile(bench: FileBench, step: FileStep, claimedAs: BytePath): StepEnd {
  const leaf = step.components.at(-1);
  if (leaf === undefined) throw new Error('a stage file without a name');
  const directory = bench.directories.open(step.components.slice(0, -1), step.directory);
  if (isTrouble(directory)) return unopened(directory, 'its directory');
  // Held from before the claim until after the last look: nothing else can have this inode number meanwhile.
  const held = directory.openFile(leaf);
  if (isTrouble(held)) return unopened(held, 'it');
  try {
    const why = whyOther(bench, step, held.stat());
    if (why !== undefined) return { outcome: 'refused', detail: why };
    return new Claim(bench, step, { directory, leaf, held, claimedAs }).settle();
  } finally {
    held.close();
  }
}

/** @returns undefined when it is exactly what the plan saw */
function whyOther({ own, uid }: FileBench, { seen }: FileStep, now: FileStat): string | undefined {
  if (!sameInode(seen, now) || seen.bornNs !== now.bornNs) return 'another file has its name now';
  if (!isUntouched(seen, now)) return 'it was written to since the scan';
  if (now.uid !== uid) return `it belongs to user ${now.uid}`;
  if (!own.explainsFile(seen, now)) return 'it changed since the scan (its ctime moved)';
  return undefined;
}

function unopened(trouble: Trouble, what: string): StepEnd {
  switch (trouble.errno) {
    case 'ENOENT':
      return { outcome: 'already-gone' };
    // O_NOFOLLOW and O_DIRECTORY met a symlink, or a name that is none of the kind it was.
    case 'ELOOP':
    case 'ENOTDIR':
    case 'EINVAL':
      return { outcome: 'refused', detail: `${what} is of another kind now` };
    case 'ESTALE':
      return { outcome: 'refused', detail: `${what} is another one now` };
    default:
      return failed(trouble);
  }
}

interface Claimed {
  readonly directory: Anchor;
  readonly leaf: BytePath;
  readonly held: HeldFile;
  readonly claimedAs: BytePath;
}

class Claim {
  readonly #bench: FileBench;
  readonly #step: FileStep;
  readonly #claimed: Claimed;

  constructor(bench: FileBench, step: FileStep, claimed: Claimed) {
    this.#bench = bench;
    this.#step = step;
    this.#claimed = claimed;
  }

  settle(): StepEnd {
    const { own } = this.#bench;
    const { directory, held } = this.#claimed;
    const refusal = this.#take();
    if (refusal !== undefined) return refusal;
    own.noteDirectory(directory.id);
    const end = this.#verifyAndEnd();
    own.noteFile(held.stat());
    const { changes, stop } = lookAtMessages(this.#bench.files, this.#step);
    const details = [end.detail, changes].filter((one) => one !== undefined);
    const why = end.stop ?? stop;
    return {
      outcome: end.outcome,
      ...(details.length === 0 ? {} : { detail: details.join('; ') }),
      ...(why === undefined ? {} : { stop: why }),
    };
  }

  /** By rename, since it takes exactly one name and never a second one that came meanwhile (CVE-2019-3461). */
  #take(): StepEnd | undefined {
    const { run } = this.#bench;
    const { directory, leaf, claimedAs } = this.#claimed;
    // rename() onto another name of the same inode succeeds and does nothing.
    const there = run.lstat(claimedAs);
    if (!isTrouble(there)) return failed({ path: claimedAs, syscall: 'rename', errno: 'EEXIST' });
    if (!isVanished(there)) return failed(there);
    const trouble = directory.rename(leaf, run, claimedAs);
    if (trouble === undefined) return undefined;
    return isVanished(trouble) ? { outcome: 'already-gone' } : failed(trouble);
  }

  #verifyAndEnd(): StepEnd {
    const { run, files, reverify } = this.#bench;
    const { held, claimedAs } = this.#claimed;
    const taken = run.lstat(claimedAs);
    if (isTrouble(taken)) return failed(taken, `it lies in quarantine as ${claimedAs}, unverified`);
    const now = held.stat();
    if (!sameInode(taken, now)) {
      return this.#return(taken, 'another file came under its name as it was claimed');
    }
    if (!isUntouched(this.#step.seen, now)) {
      return this.#return(taken, 'it was written to as it was claimed');
    }
    if (this.#step.action === 'quarantine') return { outcome: 'quarantined' };
    const doubt = whyNotUnlink(this.#step, now);
    if (doubt !== undefined) return { outcome: 'quarantined', detail: doubt };
    if (!keepsBytes(files, this.#step) || !reverify(this.#step)) {
      return { outcome: 'quarantined', detail: 'no message that was intact has these bytes now' };
    }
    const trouble = run.unlink(claimedAs);
    if (trouble) return { outcome: 'quarantined', detail: troubleWords(trouble) };
    // Cyrus expunged the last name in between: an inode without names cannot be linked again (safety.md 20).
    return held.stat().linkCount === 0 ? copyOut(run, held, claimedAs) : { outcome: 'unlinked' };
  }

  #return(taken: FileStat, why: string): StepEnd {
    const { directory, leaf, claimedAs } = this.#claimed;
    return putBack({ from: this.#bench.run, claimedAs, taken, directory, leaf }, why);
  }
}

/** Safety.md 11 and 12, asked of the step itself: a plan may come from a file. */
function whyNotUnlink(step: FileStep, now: FileStat): string | undefined {
  if (step.grammar === 'sync-cache') return 'it is no message';
  if (step.isEvidence) return 'it is evidence of damage';
  if (step.links.length + 1 < step.seen.linkCount) return 'not all names were found';
  if (!step.links.some((link) => link.isIntact && isMessageLink(link))) {
    return 'no intact message has these bytes';
  }
  return now.linkCount < 2 ? 'it is the last name of these bytes' : undefined;
}
