/** How one step ended, and the words for what the OS said. */
import type { StepOutcome } from '../model/journal.ts';
import type { Trouble } from '../model/trouble.ts';
import { utf8Of } from '../model/byte-path.ts';

export interface StepEnd {
  readonly outcome: StepOutcome;
  readonly detail?: string;
  /** Why the whole run must stop, in words. */
  readonly stop?: string;
}

/** Every step after this one would fail as well. */
const hopeless: ReadonlySet<string> = new Set(['EROFS']);

export function failed(trouble: Trouble, what?: string): StepEnd {
  const words = troubleWords(trouble);
  return {
    outcome: 'failed',
    detail: what === undefined ? words : `${what}; ${words}`,
    ...(hopeless.has(trouble.errno) ? { stop: words } : {}),
  };
}

export function troubleWords({ syscall, path, errno }: Trouble): string {
  return `${syscall} ${utf8Of(path) ?? JSON.stringify(path)}: ${errno}`;
}
