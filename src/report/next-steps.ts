/** What a person does after reading the report, with the commands. */
import { findingCodes, severityOf, type FindingCode } from '../model/finding.ts';
import type { UnseenReason } from '../model/link.ts';
import type { Report } from '../model/report.ts';
import { auditArguments, commandLines, spoolArguments } from './command-line.ts';
import { damageSteps, type NextStep } from './damage-steps.ts';
import { paint, toned } from './paint.ts';
import type { RenderOptions } from './renderer.ts';
import { unseenWords } from './sentences.ts';
import { wrap } from './wrap.ts';

export function* nextLines(report: Report, options: RenderOptions): Generator<string> {
  const steps = nextSteps(report);
  if (steps.length === 0) return;
  yield '';
  yield paint(toned('What to do next', 'title'), options.color);
  for (const step of steps) {
    yield* wrap(step.text, options.columns, '  - ', '    ');
    for (const line of step.shell ?? []) yield `      ${line}`;
    if (step.command === undefined) continue;
    const lines = commandLines(step.command, options.columns, '      ');
    if (lines !== undefined) yield* lines;
    else {
      // A command that is cut is a wrong command.
      yield* commandLines(step.command.slice(0, 2), options.columns, '      ') ?? [];
      yield* wrap(
        `with the same partitions and options as this ${report.audit === undefined ? 'scan' : 'audit'}`,
        options.columns,
        '      ',
      );
    }
  }
}

/** In the order of doing. */
export function nextSteps(report: Report): NextStep[] {
  const { totals } = report;
  const codes = codesOf(report);
  const name = report.audit === undefined ? 'scan' : 'audit';
  const same = spoolArguments(report.header.command, name) ?? [];
  const hasDamage = isDamaged(report, codes);
  const steps: NextStep[] = hasDamage ? damageSteps(report, name, same) : [];
  if (!report.complete) {
    const reasons = unseenReasonsOf(report);
    for (const reason of reasons) {
      steps.push({ text: `Not every name was found; ${unseenWords[reason]}.` });
    }
    const isUnreadable = codes.has('unreadable') || report.coverage.unreadable.length > 0;
    if (isUnreadable && !reasons.has('unreadable-directory')) {
      steps.push({
        text:
          name === 'scan'
            ? 'Scan again where everything can be read, as root or as the owner of the spool.'
            : 'Audit again where everything can be read, as root or as the owner of the spool.',
      });
    }
  }
  if (totals.undecided > 0) {
    steps.push({
      text: 'Undecided files are never removed. Scan on the host whose processes use the spool, as root; or with --offline when no Cyrus uses it.',
    });
  }
  if (totals.orphans > 0) {
    steps.push({
      text: 'See what would be removed, quarantined or kept, and why; nothing changes without --apply:',
      command: ['stagesweep', 'clean', ...same],
    });
  }
  if (name === 'scan' && (totals.orphans > 0 || hasDamage)) {
    steps.push({
      text: 'Compare the messages themselves with their records: damage outlives the stage file that did it.',
      command: ['stagesweep', 'audit', ...auditArguments(report.header.command, name, 'of all')],
    });
  }
  const [gravest] = findingCodes.filter((code) => codes.has(code));
  if (gravest !== undefined) {
    steps.push({
      text: 'Read what a code means, what to do and what never to do:',
      command: ['stagesweep', 'explain', gravest],
    });
  }
  return steps;
}

function isDamaged(report: Report, codes: ReadonlySet<FindingCode>): boolean {
  return (
    report.totals.damagedMessages > 0 || [...codes].some((code) => severityOf(code) === 'critical')
  );
}

/** All codes that the report tells; findingCodes has the gravest first. */
function codesOf(report: Report): Set<FindingCode> {
  const codes = new Set(report.findings.map(({ code }) => code));
  for (const evidence of report.stageFiles) {
    for (const code of evidence.codes) codes.add(code);
  }
  return codes;
}

function unseenReasonsOf(report: Report): Set<UnseenReason> {
  const reasons = new Set<UnseenReason>();
  for (const { account, verdict } of report.stageFiles) {
    if (account.complete || verdict === 'in-use' || verdict === 'too-young') continue;
    for (const reason of account.reasons) reasons.add(reason);
  }
  return reasons;
}
