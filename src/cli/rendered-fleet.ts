/** A fleet in the format that was asked for. */
import { judgeCheck } from '../decide/judge-check.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Report } from '../model/report.ts';
import { fleetRenderers } from '../report/fleet-renderers.ts';
import type { Format } from '../report/formats.ts';
import type { RenderOptions } from '../report/renderers.ts';
import type { Clock } from '../system/os.ts';

/** Between two looks at the signals; some 5,000 rows. */
const breatheEvery = 1 << 22;
/** An await for every line of a million costs more than the lines. */
const pieceLength = 1 << 16;

/** Made while it is written; Ctrl-C has its turn meanwhile. */
export async function* renderedFleet(
  fleet: Fleet,
  options: RenderOptions & { readonly format: Format },
  clock: Pick<Clock, 'breathe'>,
): AsyncGenerator<string> {
  const { format } = options;
  let piece = '';
  let written = 0;
  for (const text of fleetRenderers[format](format === 'nagios' ? judged(fleet) : fleet, options)) {
    piece += text;
    if (piece.length < pieceLength) continue;
    written += piece.length;
    yield piece;
    piece = '';
    if (written < breatheEvery) continue;
    written = 0;
    await clock.breathe();
  }
  if (piece !== '') yield piece;
}

/** A report of check has the judgement of its own host's thresholds; any other gets that of a check with its defaults. */
function judged(fleet: Fleet): Fleet {
  return {
    ...fleet,
    *reports() {
      for (const report of fleet.reports())
        yield report.check === undefined ? withCheck(report) : report;
    },
  };
}

function withCheck(report: Report): Report {
  return { ...report, check: judgeCheck({ report, doubts: [] }, { thresholds: {} }) };
}
