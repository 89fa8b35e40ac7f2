/** A report in the format that was asked for. */
import type { Report } from '../model/report.ts';
import { renderers, type RenderOptions } from '../report/renderers.ts';
import type { Format } from '../report/formats.ts';

/**
 * Loads what writes the report. Before the work begins: after days of it the program may have been updated, and what
 * it was is gone.
 */
export async function rendering(
  options: RenderOptions & { readonly format: Format },
): Promise<(report: Report) => Iterable<string>> {
  const { format } = options;
  const render = await renderers[format]();
  if (format !== 'nagios') return (report) => render(report, options);
  // What a plugin tells needs a judgement: a report of another command gets that of a check with its defaults.
  const { judgeCheck } = await import('../decide/judge-check.ts');
  return (report) => {
    const check = report.check ?? judgeCheck({ report, doubts: [] }, { thresholds: {} });
    return render({ ...report, check }, options);
  };
}

/** Of the file of -o: metrics are read by the user of the collector, everything else names mailboxes. */
export function outputMode({ format }: { readonly format: Format }): number {
  return format === 'prometheus' ? 0o644 : 0o600;
}
