/** Processes, surveys and roots for decisions about owners, with what a test does not care about filled in. */
import { bytePath } from '../../src/model/byte-path.ts';
import type { Mount } from '../../src/model/mount.ts';
import type { Root } from '../../src/model/partition.ts';
import type { ProcessFacts, ProcessSurvey } from '../../src/model/process.ts';
import { hostNamespace } from '../../src/system/procfs-view.ts';

export const second = 1_000_000_000n;
export const minute = 60n * second;
export const hour = 60n * minute;
export const day = 24n * hour;

/** The kernel of all surveys made here started then. */
export const booted = 1_700_000_000n * second;

export function processOf(facts: Partial<ProcessFacts> & { readonly pid: number }): ProcessFacts {
  return {
    comm: 'sync_server',
    state: 'S',
    startedNs: booted + 10n * day,
    uid: 96,
    executable: '/usr/lib/cyrus/bin/sync_server',
    pidNamespace: hostNamespace,
    arguments: [],
    ...facts,
  };
}

/** A process whose program we may not read. */
export function closedProcess(pid: number, facts: Partial<ProcessFacts> = {}): ProcessFacts {
  return without(processOf({ pid, ...facts }), 'executable');
}

/** The same without one of its optional facts, as where it could not be read. */
export function without<T extends object, K extends keyof T>(facts: T, key: K): Omit<T, K> {
  const rest = { ...facts };
  Reflect.deleteProperty(rest, key);
  return rest;
}

export function surveyOf(
  processes: readonly ProcessFacts[] = [],
  survey: Partial<ProcessSurvey> = {},
): ProcessSurvey {
  return {
    proc: '/proc',
    processes: new Map(processes.map((process) => [process.pid, process])),
    bootedNs: booted,
    clockSkewSeconds: 0,
    pidNamespace: hostNamespace,
    ownPidNamespace: hostNamespace,
    isHostNamespace: true,
    ...survey,
  };
}

export function rootOf(root: Partial<Root> = {}): Root {
  return {
    partition: 'default',
    kind: 'data',
    path: bytePath('/var/spool/cyrus/mail'),
    dev: 0xfe01n,
    ino: 2n,
    filesystem: 'ext4',
    ...root,
  };
}

export function mountOf(point: string, mount: Partial<Mount> = {}): Mount {
  return {
    id: 1,
    device: '254:1',
    root: bytePath('/'),
    point: bytePath(point),
    filesystem: 'ext4',
    options: ['rw'],
    source: bytePath('/dev/vda1'),
    ...mount,
  };
}
