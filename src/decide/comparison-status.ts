/** The exit status of a comparison, by contract.md; the same table as exit-status.ts. */
import { reaches, type Severity } from '../model/finding.ts';

/** @param gravest of what was told; undefined when nothing was */
export function comparisonStatus(
  complete: boolean,
  gravest: Severity | undefined,
  failOn: Severity,
): 0 | 1 | 2 {
  if (!complete) return 2;
  return gravest !== undefined && reaches(gravest, failOn) ? 1 : 0;
}
