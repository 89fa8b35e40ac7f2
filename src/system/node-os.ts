/** The real operating system behind the port: the composition root of this folder. */
import { nodeClock } from './clock.ts';
import { nodeDigest } from './digest.ts';
import { nodeFiles } from './files.ts';
import { nodeGlancer } from './glancer.ts';
import { nodeInspector } from './inspector.ts';
import type { Os } from './os.ts';
import { tokenBucket } from './pace.ts';
import { nodeProcesses } from './processes.ts';
import { quickLists } from './quick-list.ts';
import { quickLooks } from './quick-looks.ts';
import { thrift } from './thrift.ts';
import { trim } from './trim.ts';
import { nodeCensuses } from './walk/choose-census.ts';
import { nodeWalkers } from './walk/choose-walk.ts';
import { ThreadAhead } from './walk/thread-ahead.ts';

export interface OsOptions {
  /** Worker threads for digests. */
  readonly jobs: number;
  /** At most this much of messages is read, by all threads together. */
  readonly bytesPerSecond?: number;
  /** Only the demo and tests move the clock; no option does. */
  readonly clockAheadNs?: bigint;
  readonly interrupted?: AbortSignal;
}

export function nodeOs(options: OsOptions): Os {
  const interrupted = options.interrupted ?? new AbortController().signal;
  const clock = nodeClock(options.clockAheadNs, interrupted);
  const { jobs, bytesPerSecond } = options;
  const pace = bytesPerSecond === undefined ? undefined : tokenBucket(bytesPerSecond, clock);
  const ahead = new ThreadAhead();
  return {
    files: nodeFiles,
    looks: quickLooks,
    lists: quickLists,
    processes: nodeProcesses,
    walkers: nodeWalkers(ahead),
    censuses: nodeCensuses(ahead),
    digest: nodeDigest(jobs),
    inspector: nodeInspector(jobs, clock, pace),
    glancer: nodeGlancer(jobs, clock, pace),
    clock,
    thrift,
    trim,
    interrupted,
  };
}
