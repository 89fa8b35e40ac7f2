/**
 * The text of /proc/<pid>/stat, status and cmdline, and of /proc/stat and uptime.
 * Source: Linux Documentation/filesystems/proc.rst, sections 1.1 and 1.8, and proc(5).
 */

/** Kernel clock ticks a second as user space sees them: USER_HZ, 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100n;
/** Flag of a kernel thread. Source: Linux include/linux/sched.h, PF_KTHREAD. */
const PF_KTHREAD = 0x00200000;

export interface StatLine {
  readonly comm: string;
  readonly state: string;
  readonly isKernelThread: boolean;
  readonly startedAfterBootNs: bigint;
}

/** @returns undefined when the text is no stat line */
export function parseStatLine(text: string): StatLine | undefined {
  // comm is any 15 bytes, blanks, newlines and ')' too: only the last parenthesis ends it.
  const close = text.lastIndexOf(')');
  const open = text.indexOf('(');
  if (open < 0 || close < open) return undefined;
  // What follows is field 3 of proc(5), so field n is at n - 3.
  const fields = text.slice(close + 2).split(' ');
  const [state, ticks] = [fields[0], fields[19]];
  if (!state || !ticks || !/^\d+$/.test(ticks)) return undefined;
  const threads = Number(fields[17]);
  return {
    comm: text.slice(open + 1, close),
    // A first thread that ended while others go on shows as a zombie too, and is none: the process lives.
    state: state === 'Z' && threads > 1 ? 'S' : state,
    isKernelThread: (Number(fields[6]) & PF_KTHREAD) !== 0,
    startedAfterBootNs: (BigInt(ticks) * 1_000_000_000n) / TICKS_PER_SECOND,
  };
}

export interface StatusFields {
  /** Effective user. */
  readonly uid?: number;
  /** In how many pid namespaces, from the procfs's down, the process has a pid; absent before Linux 4.1. */
  readonly pidLevels?: number;
  /** Effective capabilities as a bit mask. */
  readonly capabilities?: bigint;
}

export function parseStatus(text: string): StatusFields {
  const uid = /^Uid:\t\d+\t(\d+)/m.exec(text)?.[1];
  const levels = /^NSpid:\t([\d\t]+)/m.exec(text)?.[1];
  const capabilities = /^CapEff:\t([0-9a-f]+)/m.exec(text)?.[1];
  return {
    ...(uid === undefined ? {} : { uid: Number(uid) }),
    ...(levels === undefined ? {} : { pidLevels: levels.split('\t').length }),
    ...(capabilities === undefined ? {} : { capabilities: BigInt(`0x${capabilities}`) }),
  };
}

/** The arguments; a process that wrote its title over them shows that instead. */
export function parseArguments(text: string): string[] {
  return text
    .replace(/\0+$/, '')
    .split('\0')
    .filter((word, index) => index > 0 || word !== '');
}

/** @returns seconds since 1970 at which the kernel of this /proc/stat started */
export function parseBootSeconds(stat: string): number | undefined {
  const found = /^btime (\d+)$/m.exec(stat)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** @returns seconds since then, from /proc/uptime */
export function parseUptimeSeconds(uptime: string): number | undefined {
  const found = /^\d+(\.\d+)?(?= )/.exec(uptime)?.[0];
  return found === undefined ? undefined : Number(found);
}
