/** The real operating system behind the port: the composition root of this folder. */
import { nodeClock } from './clock.ts';
import { nodeDigest } from './digest.ts';
import { nodeFiles } from './files.ts';
import type { Os } from './os.ts';
import { nodeProcesses } from './processes.ts';
import { nodeWalkers } from './walk/choose-walk.ts';

/**
 * @param jobs            worker threads for digests
 * @param clockAheadNs    only the demo and tests move the clock; no option does
 */
export function nodeOs(jobs: number, clockAheadNs = 0n): Os {
  return {
    files: nodeFiles,
    processes: nodeProcesses,
    walkers: nodeWalkers,
    digest: nodeDigest(jobs),
    clock: nodeClock(clockAheadNs),
  };
}
