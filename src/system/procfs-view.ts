/** What one procfs mount shows, and what it may keep from us, apart from any single process. */
import { bytePath } from '../model/byte-path.ts';
import type { Mount } from '../model/mount.ts';
import { isTrouble } from '../model/trouble.ts';
import { nodeFiles } from './files.ts';
import { readable, readNamespace, readProc, readProcLink } from './proc-file.ts';
import { parseBootSeconds, parseStatus, parseUptimeSeconds } from './proc-text.ts';

/** The first pid namespace's inode is fixed. Source: Linux include/linux/proc_ns.h, PROC_PID_INIT_INO. */
export const hostNamespace = '4026531836';
/** Source: Linux include/uapi/linux/capability.h, CAP_SYS_PTRACE. */
const CAP_SYS_PTRACE = 1n << 19n;

export interface KernelClock {
  readonly bootedNs: bigint;
  /** Wall clock as this procfs tells it. */
  readonly nowNs: bigint;
}

/** @returns undefined when the directory is no procfs, or one mounted with subset=pid */
export function readKernelClock(proc: string): KernelClock | undefined {
  const boot = parseBootSeconds(readable(readProc(`${proc}/stat`)) ?? '');
  const uptime = parseUptimeSeconds(readable(readProc(`${proc}/uptime`)) ?? '');
  if (boot === undefined || uptime === undefined) return undefined;
  const bootedNs = BigInt(boot) * 1_000_000_000n;
  return { bootedNs, nowNs: bootedNs + BigInt(Math.round(uptime * 1e9)) };
}

/** Our own pid as this procfs numbers it; undefined where it does not show us. */
export function ownPidIn(proc: string): number | undefined {
  const target = readable(readProcLink(`${proc}/self`));
  return target !== undefined && /^\d+$/.test(target) ? Number(target) : undefined;
}

/**
 * Which pid namespace this procfs shows. Where it lists us with one single pid it is our own; that needs no
 * right to look into process 1, which even root may lack in a container.
 */
export function namespaceOf(proc: string): string | undefined {
  const self = readable(readProc(`${proc}/self/status`));
  const levels = self === undefined ? undefined : parseStatus(self).pidLevels;
  if (levels === 1) return ownNamespace();
  const first = readNamespace(`${proc}/1/ns/pid`);
  // Before Linux 4.1 nothing tells the levels, and /proc is taken for the namespace we live in.
  return first ?? (self !== undefined && levels === undefined ? ownNamespace() : undefined);
}

export function ownNamespace(): string | undefined {
  return readNamespace('/proc/self/ns/pid');
}

/** Why processes may be missing from this procfs by the way it was mounted; undefined when they are not. */
export function hidingOption(proc: string): string | undefined {
  const canonical = nodeFiles.canonical(bytePath(proc));
  if (isTrouble(canonical)) return undefined;
  // The last line of a point is the mount on top, the one that is seen.
  const mount = nodeFiles.mounts().findLast((one) => one.point === canonical);
  return mount === undefined ? undefined : hidingOptionOf(mount, mayTrace());
}

/**
 * @param mayTrace may this process look into those of other users? Then hidepid hides nothing from it
 * @see   Linux fs/proc/base.c, has_pid_permissions
 */
export function hidingOptionOf(mount: Mount, mayTrace: boolean): string | undefined {
  if (mount.filesystem !== 'proc') return undefined;
  const options = [...mount.options, ...(mount.superOptions ?? [])];
  const hidepid = options.find((option) => /^hidepid=(?!0$|off$)/.test(option));
  return hidepid !== undefined && !mayTrace ? hidepid : undefined;
}

function mayTrace(): boolean {
  const status = readable(readProc('/proc/self/status'));
  const capabilities = status === undefined ? undefined : parseStatus(status).capabilities;
  return capabilities !== undefined && (capabilities & CAP_SYS_PTRACE) !== 0n;
}
