/** The real operating system behind the port: the composition root of this folder. */
import { nodeClock } from './clock.ts';
import { nodeDigest } from './digest.ts';
import { nodeFiles } from './files.ts';
import type { Os } from './os.ts';
import { nodeProcesses } from './processes.ts';
import { nodeWalkers } from './walk/choose-walk.ts';

export interface OsOptions {
  /** Worker threads for digests. */
  readonly jobs: number;
  /** Only the demo and tests move the clock; no option does. */
  readonly clockAheadNs?: bigint;
  readonly interrupted?: AbortSignal;
}

export function nodeOs(options: OsOptions): Os {
  const interrupted = options.interrupted ?? new AbortController().signal;
  return {
    files: nodeFiles,
    processes: nodeProcesses,
    walkers: nodeWalkers,
    digest: nodeDigest(options.jobs),
    clock: nodeClock(options.clockAheadNs, interrupted),
    interrupted,
  };
}
