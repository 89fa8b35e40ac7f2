/** The JSON report of a comparison: what a script of a site would rely on. */
import { booleanOf, listOf, numberOf, objectOf, optional, stringOf } from './json-value.ts';
import type { ProgramRun } from './run-scan.ts';

export interface ComparedFinding {
  readonly code: string;
  readonly mailbox: string | undefined;
  readonly messageUid: number | undefined;
  readonly damagedEnd: string | undefined;
}

export interface Compared {
  readonly status: number | null;
  readonly isComplete: boolean;
  readonly findings: readonly ComparedFinding[];
  readonly totals: Readonly<Record<string, unknown>>;
}

export function readComparison({ status, stdout }: ProgramRun): Compared {
  const report = objectOf(JSON.parse(stdout));
  return {
    status,
    isComplete: booleanOf(report['complete']),
    findings: listOf(report['findings']).map(findingOf),
    totals: objectOf(report['totals']),
  };
}

function findingOf(value: unknown): ComparedFinding {
  const finding = objectOf(value);
  return {
    code: stringOf(finding['code']),
    mailbox: optional(finding['mailbox'], stringOf),
    messageUid: optional(finding['messageUid'], numberOf),
    damagedEnd: optional(finding['damagedEnd'], stringOf),
  };
}
