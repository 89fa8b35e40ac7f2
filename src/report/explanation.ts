/** What `stagesweep explain` tells of one word. */
export interface Explanation {
  readonly means: string;
  /** How it comes about, with the versions of Cyrus. */
  readonly arises?: string;
  readonly todo: string;
  /** What would make it worse. */
  readonly never?: string;
}
