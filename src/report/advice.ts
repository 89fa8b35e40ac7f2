/** What to do about damage, as text for those who read the report with a program. */
import { severityOf } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import { spoolArguments } from './command-line.ts';
import { damageSteps, type NextStep } from './damage-steps.ts';

/** Each step with its commands, a line each; empty for a report without damage. Asks for no row: there may be millions. */
export function adviceOf(report: Report): string[] {
  const isDamaged =
    report.totals.damagedMessages > 0 ||
    report.findings.some(({ code }) => severityOf(code) === 'critical');
  if (!isDamaged) return [];
  const name = report.audit === undefined ? 'scan' : 'audit';
  const same = spoolArguments(report.header.command, name) ?? [];
  return damageSteps(report, name, same).map(textOf);
}

function textOf({ text, shell = [], command }: NextStep): string {
  return [text, ...shell, ...(command === undefined ? [] : [command.join(' ')])].join('\n');
}
