/** Everything that the tests of planted damage compare: what is wrong, and what each tool says of it. */
import { askCyrus, cyrusTools, type CyrusAnswer, type CyrusTool } from './cyrus-checks.ts';
import { readAudit, type Audited } from './audited.ts';
import type { DamageLab } from './damage-lab.ts';
import { plantDamage, type Planted } from './plant-damage.ts';
import type { Message } from './plants.ts';
import { runProgram, type ProgramRun } from './run-scan.ts';
import { readReport, type Scanned } from './scanned.ts';
import { ends, type End } from './situation.ts';
import { changedFiles, spoolListing } from './spool-listing.ts';

export interface EndView {
  readonly run: ProgramRun;
  readonly audited: Audited;
  readonly bySize: Audited;
  readonly scanned: Scanned;
  /** Files of the spool that were not the same after stagesweep had looked. */
  readonly changed: readonly string[];
  readonly cyrus: Readonly<Record<CyrusTool, CyrusAnswer>>;
}

export interface DamageObservation {
  /** Before anything was overwritten. */
  readonly healthy: Readonly<Record<End, Audited>>;
  readonly planted: readonly Planted[];
  readonly views: Readonly<Record<End, EndView>>;
}

/** Plants the damage; the lab's servers must have ended. */
export async function observeDamage(lab: DamageLab): Promise<DamageObservation> {
  // --offline: the pauses between the looks at a mismatch are for spools in use.
  const audit = (end: End, ...options: readonly string[]): Promise<ProgramRun> =>
    runProgram(['audit', '-C', lab[end].configFile, '--offline', '--json', ...options]);
  const each = async <T>(look: (end: End) => Promise<T>): Promise<Record<End, T>> => {
    const [master, replica] = await Promise.all(ends.map(look));
    if (master === undefined || replica === undefined) throw new Error('an end was not looked at');
    return { master, replica };
  };
  const healthy = await each(async (end) => readAudit((await audit(end)).stdout));
  const planted = plantDamage(lab);
  const views = await each(async (end) => {
    const before = spoolListing(lab[end]);
    const run = await audit(end);
    const bySize = readAudit((await audit(end, '--check', 'size')).stdout);
    // Not --offline, which is refused with -C while any Cyrus runs on the host, as in the test file beside this one.
    const scan = ['scan', '-C', lab[end].configFile, '--json'];
    const scanned = readReport((await runProgram(scan)).stdout);
    const changed = changedFiles(before, spoolListing(lab[end]));
    const cyrus = await askCyrus(lab[end]);
    return { run, audited: readAudit(run.stdout), bySize, scanned, changed, cyrus };
  });
  return { healthy, planted, views };
}

/** In the order of the README's columns. */
export const tools = [
  'stagesweep scan',
  'stagesweep audit --check size',
  'stagesweep audit',
  ...cyrusTools,
] as const;
export type Tool = (typeof tools)[number];

/** The messages that a tool calls damaged, as `end mailbox uid`, each once, sorted. */
export function toldBy(tool: Tool, views: DamageObservation['views']): readonly string[] {
  const all = ends.flatMap((end) => damagedIn(tool, views[end]).map((one) => keyOf(end, one)));
  return [...new Set(all)].sort();
}

/** Files of both spools that a tool changed; of stagesweep's own, all of its runs together. */
export function changedBy(tool: Tool, views: DamageObservation['views']): readonly string[] {
  return ends.flatMap((end) => {
    const { changed, cyrus } = views[end];
    return isCyrusTool(tool) ? cyrus[tool].changed : changed;
  });
}

export function keyOf(end: End, { mailbox, messageUid }: Message): string {
  return `${end} ${mailbox} ${messageUid}`;
}

function damagedIn(tool: Tool, view: EndView): readonly Message[] {
  if (tool === 'stagesweep audit') return critical(view.audited);
  if (tool === 'stagesweep audit --check size') return critical(view.bySize);
  if (isCyrusTool(tool)) return view.cyrus[tool].messages;
  return view.scanned.files.flatMap((file) =>
    file.names.flatMap(({ status, mailbox, messageUid }) =>
      status === 'damaged' && mailbox !== undefined && messageUid !== undefined
        ? [{ mailbox, messageUid }]
        : [],
    ),
  );
}

function isCyrusTool(tool: Tool): tool is CyrusTool {
  return cyrusTools.some((one) => one === tool);
}

function critical(audited: Audited): readonly Message[] {
  return audited.findings.flatMap(({ severity, message }) =>
    severity === 'critical' && message !== undefined ? [message] : [],
  );
}
