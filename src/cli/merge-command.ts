/** stagesweep merge: many hosts' reports as one. */
import { fleetStatus } from '../decide/fleet-status.ts';
import { ConfigError, UsageError } from '../model/errors.ts';
import { parseDuration } from '../parse/duration.ts';
import { parseExpectedHosts } from '../parse/expected-hosts.ts';
import { merge, type MergeRequest } from '../steps/merge.ts';
import { nodeClock } from '../system/clock.ts';
import { nodeFiles } from '../system/files.ts';
import { openInput } from '../system/input-file.ts';
import { programVersion } from '../system/program.ts';
import type { Args } from './args.ts';
import { write } from './output.ts';
import { outputMode } from './rendered.ts';
import { renderedFleet } from './rendered-fleet.ts';
import type { Settings } from './settings.ts';

/** A million hosts. */
const listAtMost = 1 << 24;

export async function mergeCommand(
  args: Args,
  settings: Settings,
  interrupted: AbortSignal,
): Promise<number> {
  if (args.operands.includes('-')) {
    throw new UsageError('merge reads its reports twice, so none can come from standard input');
  }
  const clock = nodeClock(0n, interrupted);
  const mergedNs = clock.nowNs();
  const request: MergeRequest = {
    reports: args.operands,
    cwd: process.cwd(),
    header: { version: programVersion(), mergedNs },
    ...(args.expect === undefined ? {} : { expected: await listed(args.expect, interrupted) }),
    ...(args.maxReportAge === undefined
      ? {}
      : {
          age: {
            nowNs: mergedNs,
            maxSeconds: parseDuration(args.maxReportAge, '--max-report-age'),
          },
        }),
  };
  const fleet = await merge({ files: nodeFiles, clock }, request);
  await write(settings.output, renderedFleet(fleet, settings, clock), outputMode(settings));
  return fleetStatus(fleet, settings.failOn);
}

/** A file, or a pipe: the list may come from an inventory. */
async function listed(name: string, interrupted: AbortSignal): Promise<readonly string[]> {
  const shown = name === '-' ? 'standard input' : name;
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of openInput(name, interrupted)) {
    length += part.length;
    if (length > listAtMost) throw new ConfigError(`${shown}: is too long for a list of hosts`);
    parts.push(part);
  }
  return parseExpectedHosts(Buffer.concat(parts).toString('utf8'), shown);
}
