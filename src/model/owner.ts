/** What is known of the process that made a stage file. */

export type OwnerState = 'alive' | 'dead' | 'reused' | 'unknown';

/** One object serves every stage file of which the same is true. */
export interface Liveness {
  readonly state: OwnerState;
  /** In words, for people: "no such process". */
  readonly evidence: string;
}
