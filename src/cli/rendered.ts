/** A report in the format that was asked for. */
import { judgeCheck } from '../decide/judge-check.ts';
import type { Report } from '../model/report.ts';
import { renderers, type RenderOptions } from '../report/renderers.ts';
import type { Format } from '../report/formats.ts';

/** What a plugin tells needs a judgement: a report of another command gets that of a check with its defaults. */
export function rendered(
  report: Report,
  options: RenderOptions & { readonly format: Format },
): Iterable<string> {
  const { format } = options;
  const isJudged = format !== 'nagios' || report.check !== undefined;
  const told = isJudged ? report : { ...report, check: checkOf(report) };
  return renderers[format](told, options);
}

function checkOf(report: Report): NonNullable<Report['check']> {
  return judgeCheck({ report, doubts: [] }, { thresholds: {} });
}

/** Of the file of -o: metrics are read by the user of the collector, everything else names mailboxes. */
export function outputMode({ format }: { readonly format: Format }): number {
  return format === 'prometheus' ? 0o644 : 0o600;
}
