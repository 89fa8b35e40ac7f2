/** The critical findings of a fleet, host by host. */
import { findingCodes, severityOf, type Finding, type FindingCode } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import { mergedFindings } from './merged-findings.ts';
import { paint, toned } from './paint.ts';
import { printable } from './quote.ts';
import { many } from './quantities.ts';
import type { RenderOptions } from './renderer.ts';
import { sentenceOf } from './sentences.ts';
import { wrap } from './wrap.ts';

/** Without -v: of one report, and of all. */
const reportLimit = 5;
const fleetLimit = 40;

/** @returns the gravest code that was met. Reads the reports only when some of them has such a finding. */
export function* criticalLines(
  fleet: Fleet,
  options: RenderOptions,
): Generator<string, FindingCode | undefined> {
  const all = fleet.hosts.reduce((sum, { findings }) => sum + findings.critical, 0);
  if (all === 0) return undefined;
  const isAll = options.verbose > 0;
  const codes = new Set<FindingCode>();
  let shown = 0;
  yield '';
  yield paint(toned('Critical findings', 'title'), options.color);
  for (const report of fleet.reports()) {
    if (!isAll && shown >= fleetLimit) break;
    const kind = report.messages === undefined ? 'scan' : 'audit';
    let ofReport = 0;
    for (const finding of mergedFindings(report)) {
      if (severityOf(finding.code) !== 'critical') continue;
      codes.add(finding.code);
      if (!isAll && ofReport >= reportLimit) break;
      if (ofReport === 0) {
        yield* wrap(`${printable(report.header.host)} (${kind})`, options.columns, '  ', '    ');
      }
      ofReport += 1;
      yield* findingLines(finding, options);
    }
    shown += ofReport;
  }
  const left = all - shown;
  if (left > 0) yield `  … and ${many(left, 'more critical finding')} (-v shows all)`;
  return findingCodes.find((code) => codes.has(code));
}

function* findingLines(finding: Finding, options: RenderOptions): Generator<string> {
  const text = `${finding.code}: ${sentenceOf(finding)}`;
  for (const line of wrap(text, options.columns, '    ', '      ')) {
    yield paint(toned(line, 'bad'), options.color);
  }
}
