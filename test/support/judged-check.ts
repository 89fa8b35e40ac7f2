/** A report in which all is well, judged as a check. */
import type { AlertRange, CheckItem, CheckItemName, CheckResult } from '../../src/model/check.ts';
import type { Report } from '../../src/model/report.ts';
import { judgeCheck, type CheckPolicy } from '../../src/decide/judge-check.ts';
import { aMailboxSurvey, aQuarantineSurvey } from './check-surveys.ts';
import { aReport, type ReportChanges } from './report-builder.ts';

export const above = (to: number): AlertRange => ({ from: 0, to, isInverted: false });

export function judge(
  report: Report,
  policy: Partial<CheckPolicy> = {},
  ...doubts: string[]
): CheckResult {
  return judgeCheck({ report, doubts }, { thresholds: {}, ...policy });
}

/** A report of a check in which all is well. */
export function healthy(changes: ReportChanges = {}): Report {
  return aReport({
    surveys: { mailboxes: aMailboxSurvey(), quarantines: aQuarantineSurvey() },
    ...changes,
  });
}

export function item(check: CheckResult, name: CheckItemName): CheckItem | undefined {
  return check.items.find((one) => one.name === name);
}
