/**
 * The exit status of a report, by contract.md: 0 nothing to tell, 1 findings at or above the limit, 2 the answer is
 * incomplete. Incomplete beats findings: who sees a 1 may rely on having seen all of them.
 */
import { reaches, severityOf, type Severity } from '../model/finding.ts';
import type { Report } from '../model/report.ts';

export function exitStatus(report: Report, failOn: Severity): 0 | 1 | 2 {
  if (!report.complete) return 2;
  const fails = (code: Parameters<typeof severityOf>[0]): boolean =>
    reaches(severityOf(code), failOn);
  const found =
    report.findings.some((finding) => fails(finding.code)) ||
    report.stageFiles.some((row) => row.codes.some(fails));
  return found ? 1 : 0;
}
