/** Explanations of the words of verdicts and actions, which are no findings. */
import type { Action, Verdict } from '../model/verdict.ts';
import { stageExplanations } from './explain-stage.ts';
import type { Explanation } from './explanation.ts';

export const verdictExplanations: Readonly<Record<Verdict | Action, Explanation>> = {
  orphan: stageExplanations['stage-orphan'],
  'in-use': stageExplanations['stage-in-use'],
  'too-young': stageExplanations['stage-too-young'],
  undecided: stageExplanations['stage-undecided'],
  'unknown-name': stageExplanations['stage-unknown-name'],
  unlink: {
    means:
      'The stage name goes and the bytes stay: a mailbox or archive name of the inode was proved intact, every name was found, and none is damaged.',
    todo: 'stagesweep clean --apply does it, after checking all of that again.',
  },
  quarantine: {
    means:
      'The stage file is moved to a directory of its own on the same file system, from which undo puts it back: its bytes may exist nowhere else, or it may be evidence.',
    todo: 'Look at what is kept with stagesweep history; purge deletes it for good.',
  },
  keep: {
    means: 'Nothing is done to it: it is in use, too young, undecided, or unknown.',
    todo: 'See the reasons beside it.',
  },
};
