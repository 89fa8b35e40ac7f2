/** Saves the bytes of an inode whose last name went while we held it open: safety.md 20. */
import { asBytes, type BytePath } from '../model/byte-path.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import type { Anchor, HeldFile } from '../system/os.ts';
import { failed, type StepEnd } from './step-end.ts';

/**
 * The copy gets the name that the file was claimed as, which is free by now, so that undo finds it there; but only
 * when it is whole and on the disk, so that undo never takes a torn one for the file.
 */
export function copyOut(run: Anchor, held: HeldFile, claimedAs: BytePath): StepEnd {
  const part = asBytes(`${claimedAs}.part`);
  const file = run.createFile(part, 0o600);
  if (isTrouble(file)) return lost(file);
  const copied = held.copyTo(file) ?? file.sync();
  file.close();
  const trouble = copied ?? run.link(part, run, claimedAs) ?? run.sync() ?? run.unlink(part);
  if (trouble) return lost(trouble);
  return {
    outcome: 'copied',
    detail: 'its last message name went at that moment; a copy lies in quarantine',
  };
}

/** The message was expunged by its user, and its leftover is gone: the one case in which bytes can go. */
function lost(trouble: Trouble): StepEnd {
  const end = failed(
    trouble,
    'its last message name went at that moment, and no whole copy was made',
  );
  return { ...end, stop: end.detail ?? 'no copy could be made' };
}
