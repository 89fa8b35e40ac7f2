/** stagesweep history */
import { resolve } from 'node:path';
import { historyStatus } from '../decide/run-status.ts';
import { bytePath } from '../model/byte-path.ts';
import type { HistoryReport } from '../model/run-report.ts';
import { renderHistoryTable } from '../report/history-table.ts';
import { renderHistoryJson } from '../report/run-json.ts';
import { findJournal } from '../steps/find-runs.ts';
import { findRoots } from '../steps/find-roots.ts';
import { readHistory } from '../steps/history.ts';
import { loadSpools } from '../steps/load-config.ts';
import { liveHolder } from '../steps/live-holder.ts';
import { nodeChanges } from '../system/anchor.ts';
import { nodeOs } from '../system/node-os.ts';
import { nodeIdentities } from '../system/process-identity.ts';
import { hostName, programVersion } from '../system/program.ts';
import type { Args } from './args.ts';
import { write } from './output.ts';
import type { Settings } from './settings.ts';
import { spoolRequest } from './spool-request.ts';

export async function historyCommand(
  args: Args,
  settings: Settings,
  interrupted: AbortSignal,
): Promise<number> {
  const os = nodeOs({ jobs: 1, interrupted });
  const startedNs = os.clock.nowNs();
  const spools = loadSpools(os.files, spoolRequest(args, args.operands));
  const named = new Set(spools.scanned.map(({ name }) => name));
  const { roots } = findRoots(os.files, spools.partitions, spools.scanned);
  const shelf = args.journal === undefined ? undefined : bytePath(resolve(args.journal));
  const history = readHistory(
    roots.filter(({ partition }) => named.has(partition)),
    {
      changes: nodeChanges,
      lockHolder: ({ anchor }) => liveHolder(anchor, nodeIdentities),
      ...(shelf === undefined
        ? {}
        : { journalOf: (place) => findJournal(os.files, nodeChanges, place, shelf) }),
    },
  );
  const report: HistoryReport = {
    header: {
      version: programVersion(),
      host: hostName(),
      command: process.argv.slice(2),
      startedNs,
      finishedNs: os.clock.nowNs(),
    },
    ...history,
  };
  const rendered =
    settings.format === 'json' ? renderHistoryJson(report) : renderHistoryTable(report, settings);
  await write(settings.output, rendered);
  return historyStatus(report);
}
