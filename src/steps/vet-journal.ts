/**
 * Journals lie in the spool, and whoever owns it can write what he likes into one (safety.md 2). The parser takes only
 * what a run of ours could have written; here is what it cannot know: whose run it is, and where messages may lie.
 */
import { relativeTo, type BytePath } from '../model/byte-path.ts';
import type { RunHeader } from '../model/run.ts';

export interface ExpectedRun {
  /** The name of its directory. */
  readonly run: BytePath;
  readonly root: BytePath;
  /** Owner of that directory. */
  readonly uid: number;
}

/** @returns why this is not the header of that run, in words */
export function whyForeignRun(
  header: RunHeader | undefined,
  expected: ExpectedRun,
): string | undefined {
  if (header === undefined) return 'its journal is empty';
  if (header.run !== expected.run) return 'its journal is that of another run';
  if (header.root !== expected.root) return 'its journal is that of another root';
  if (header.uid !== expected.uid) return 'its journal names another user than its directory has';
  return undefined;
}

/** The number of the step that a file in a run's directory was claimed for, or undefined: none of ours. */
export function sequenceOf(leaf: BytePath): number | undefined {
  const digits = /^(0|[1-9]\d{0,8})-[0-9a-f]{8}$/.exec(leaf)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * The components of a message file below a root, or undefined when the path leads elsewhere: an empty or dot
 * component, `..`, a stage area, a quarantine, a name that is no message's.
 */
export function messageComponents(path: BytePath, root: BytePath): readonly BytePath[] | undefined {
  const relative = relativeTo(path, root);
  if (relative === undefined) return undefined;
  const components = relative.split('/') as BytePath[];
  const isPlain = components.every((leaf) => leaf !== '' && leaf !== '.' && leaf !== '..');
  const leaf = components.at(-1);
  if (!isPlain || leaf === undefined || !/^\d{1,10}\.$/.test(leaf)) return undefined;
  const isMailbox = !['sync.', 'stage.', 'stagesweep.'].includes(components[0] ?? '');
  return isMailbox && components.length > 1 ? components : undefined;
}
