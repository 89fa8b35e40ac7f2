/** Who works on a root: the content of `<root>/stagesweep./lock`. */
import type { ProcessIdentity } from './process.ts';

export interface LockHolder extends Omit<ProcessIdentity, 'uid'> {
  readonly run: string;
}
