/** Who works on a root now, for who only looks. */
import { whyHeld } from '../decide/judge-lock.ts';
import { FormatError } from '../model/errors.ts';
import type { LockHolder } from '../model/lock.ts';
import { isTrouble } from '../model/trouble.ts';
import { lockBytesAtMost, parseLock } from '../parse/lock-text.ts';
import type { Anchor, Identities } from '../system/os.ts';
import { lockLeaf } from './lock-root.ts';

/** @returns undefined when there is no lock, a stale one, or one that cannot be read */
export function liveHolder(area: Anchor, identities: Identities): LockHolder | undefined {
  const file = area.openFile(lockLeaf);
  if (isTrouble(file)) return undefined;
  try {
    const bytes = file.readAt(0, lockBytesAtMost);
    if (isTrouble(bytes)) return undefined;
    const holder = parseLock(Buffer.from(bytes).toString('latin1'));
    const why = whyHeld(holder, identities.self(), (pid) => identities.startOf(pid));
    return why === undefined ? undefined : holder;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return undefined;
  } finally {
    file.close();
  }
}
