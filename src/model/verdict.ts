/** What a stage file is, what is to be done with it, and why. */

export type Verdict = 'orphan' | 'in-use' | 'too-young' | 'undecided' | 'unknown-name';
export type Action = 'unlink' | 'quarantine' | 'keep';

/** Reasons of a verdict and of an action, as the report lists them. */
export type Reason =
  | 'owner-dead'
  | 'owner-reused'
  | 'owner-alive'
  | 'owner-unknown'
  | 'open-in-process'
  | 'process-not-inspectable'
  | 'changed-recently'
  | 'name-fits-no-grammar'
  | 'not-a-regular-file'
  | 'all-links-found'
  | 'links-unseen'
  | 'last-name'
  | 'no-intact-message'
  | 'evidence-of-damage'
  | 'no-message'
  // Reasons of a plan: why an orphan stays all the same.
  | 'not-selected'
  | 'differs-from-report'
  | 'other-owner'
  | 'not-read'
  | 'root-refused';

export interface Judgement {
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
}
