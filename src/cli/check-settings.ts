/** What only check takes, from what was typed. */
import type { CheckPolicy } from '../decide/judge-check.ts';
import { seriesOf } from '../decide/upgrade-rules.ts';
import { UsageError } from '../model/errors.ts';
import { parseDuration } from '../parse/duration.ts';
import type { Args } from './args.ts';
import { thresholdsOf } from './threshold-options.ts';

export interface CheckOrder {
  readonly policy: CheckPolicy;
  /** A saved report to judge in place of a scan. */
  readonly saved?: { readonly path: string; readonly maxAgeSeconds: number };
}

/** Of a daily timer, with two hours for the scan itself. */
const usualMaxAge = '26h';

/** @throws UsageError */
export function checkOrder(args: Args): CheckOrder {
  const { from, upgradeTo, maxReportAge } = args;
  const policy: CheckPolicy = {
    thresholds: thresholdsOf(args.limits),
    ...(upgradeTo === undefined ? {} : { upgradeTo: seriesOf(upgradeTo) }),
  };
  if (args.bwlimit !== undefined && !args.deep) throw new UsageError('--bwlimit belongs to --deep');
  if (from === undefined) {
    if (maxReportAge !== undefined) throw new UsageError('--max-report-age belongs to --from');
    return { policy };
  }
  const [ignored] = lookingOptions(args);
  if (ignored !== undefined) {
    throw new UsageError(`--from judges a saved report and looks at nothing: leave out ${ignored}`);
  }
  const maxAgeSeconds = parseDuration(maxReportAge ?? usualMaxAge, '--max-report-age');
  return { policy, saved: { path: from, maxAgeSeconds } };
}

/** What says where and how to look, and what the report is to say of that. */
const looking = [
  'deep',
  'config',
  'cyrus-conf',
  'archive',
  'meta',
  'links-in',
  'whole-filesystem',
  'enter-mounts',
  'walker',
  'jobs',
  'min-age',
  'offline',
  'proc',
  'host',
] as const;

function lookingOptions({ operands, given }: Args): string[] {
  return [...operands, ...looking.filter((name) => given.has(name)).map((name) => `--${name}`)];
}
