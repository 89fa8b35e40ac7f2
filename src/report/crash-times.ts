/** When processes left stage files behind: a crash is a pid directory, or one pid's files in a flat area. */
import type { BytePath } from '../model/byte-path.ts';
import type { Evidence } from '../model/evidence.ts';
import { severityOf } from '../model/finding.ts';
import type { Liveness, OwnerState } from '../model/owner.ts';
import type { Report } from '../model/report.ts';
import { RankedRows, type OfHost } from './ranked-rows.ts';

export interface Crash {
  readonly directory: BytePath;
  readonly pid: number;
  readonly owner: Liveness;
  readonly states: ReadonlySet<OwnerState>;
  readonly files: number;
  readonly damaged: number;
  /** Of the earliest file: its birth, or its last change where the file system keeps no births. */
  readonly firstNs: bigint;
  readonly lastNs: bigint;
  /** Some times of single files in between, no two of them close. */
  readonly moments: readonly bigint[];
}

/** More bars than these are a grey area on any screen. */
const crashLimit = 1000;

export class CrashCollector {
  readonly crashes = new RankedRows<OfHost<Crash>>(crashLimit);

  add(report: Report, host: number): void {
    const byPid = new Map<string, Growing>();
    for (const row of report.stageFiles) {
      const { directory, ownerPid } = row.file;
      if (ownerPid === undefined) continue;
      const key = `${ownerPid} ${directory.path}`;
      const known = byPid.get(key);
      if (known === undefined) byPid.set(key, new Growing(row, ownerPid));
      else known.add(row);
    }
    for (const crash of byPid.values()) {
      this.crashes.add({ host, row: crash }, rankOf(crash));
    }
  }
}

/** Running processes have not crashed; they stand last. */
function rankOf({ damaged, states }: Crash): number {
  if (damaged > 0) return 0;
  return [...states].every((state) => state === 'alive') ? 2 : 1;
}

const momentLimit = 48;

/**
 * mtimes say nothing here: Cyrus sets them to the date of the message (sync files since 2.3.9, every message since
 * 2.4), which may be years old. Births and ctimes cannot be set.
 */
class Growing implements Crash {
  readonly directory: BytePath;
  readonly pid: number;
  readonly owner: Liveness;
  readonly states = new Set<OwnerState>();
  files = 0;
  damaged = 0;
  firstNs: bigint;
  lastNs: bigint;
  /** Of width `#step`, so that thousands of files cost no more than some dozen. */
  readonly #buckets = new Map<bigint, bigint>();
  #step = 1_000_000_000n;

  constructor(row: Evidence, pid: number) {
    const { directory, stat } = row.file;
    this.directory = directory.path;
    this.pid = pid;
    this.owner = row.owner;
    this.firstNs = stat.changedNs;
    this.lastNs = stat.changedNs;
    this.add(row);
  }

  get moments(): readonly bigint[] {
    return [...this.#buckets.values()];
  }

  add({ file: { stat }, owner, damage, codes }: Evidence): void {
    this.files += 1;
    this.states.add(owner.state);
    const isDamaged = damage === 'damaged' || codes.some((code) => severityOf(code) === 'critical');
    if (isDamaged) this.damaged += 1;
    // A birth after the change would be that of a restored copy.
    const isBorn = stat.bornNs > 0n && stat.bornNs <= stat.changedNs;
    const first = isBorn ? stat.bornNs : stat.changedNs;
    if (first < this.firstNs) this.firstNs = first;
    if (stat.changedNs > this.lastNs) this.lastNs = stat.changedNs;
    this.#mark(first);
    this.#mark(stat.changedNs);
  }

  #mark(time: bigint): void {
    this.#buckets.set(time / this.#step, time);
    while (this.#buckets.size > momentLimit) {
      this.#step *= 2n;
      const times = [...this.#buckets.values()];
      this.#buckets.clear();
      for (const each of times) this.#buckets.set(each / this.#step, each);
    }
  }
}
