/** The process table through procfs: surveys, open files and mounts. Source: proc(5). */
import { readFileSync } from 'node:fs';
import { bytePath } from '../model/byte-path.ts';
import { attempt } from './attempt.ts';
import { parseMountinfo } from './mountinfo.ts';
import { findOpenFiles } from './open-files.ts';
import type { Processes } from './os.ts';
import { surveyProcesses } from './survey-processes.ts';

/** By the real clock, which processes and files have their times from; never one that a test sets ahead. */
export const nodeProcesses: Processes = processesAt(() => BigInt(Date.now()) * 1_000_000n);

/** @param nowNs this process's clock, which the procfs is compared with */
export function processesAt(nowNs: () => bigint): Processes {
  return {
    survey: (proc) => surveyProcesses(proc, nowNs),
    openFiles: findOpenFiles,
    mountsOf(proc, pid) {
      const path = `${proc}/${pid}/mountinfo`;
      return attempt(bytePath(path), 'read', () => parseMountinfo(readFileSync(path, 'latin1')));
    },
  };
}
