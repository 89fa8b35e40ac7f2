/** The findings of the rows and those that belong to no row, as one sequence by path. */
import { compareBytes } from '../model/byte-path.ts';
import { findingsOf } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import type { Report } from '../model/report.ts';

/** Both come sorted by path, so merging them keeps the order without holding a million of them. */
export function* mergedFindings(report: Report): Generator<Finding> {
  let next = 0;
  for (const evidence of report.stageFiles) {
    for (const own of findingsOf(evidence)) {
      for (;;) {
        const other = report.findings[next];
        if (other === undefined || compareBytes(other.path, own.path) >= 0) break;
        next += 1;
        yield other;
      }
      yield own;
    }
  }
  yield* report.findings.slice(next);
}
