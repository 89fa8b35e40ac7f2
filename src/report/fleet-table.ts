/** Many hosts' reports for people: a row for each, who is missing, and what is critical. */
import type { FindingCode } from '../model/finding.ts';
import { hostKey, isWholeFleet, type Fleet, type FleetHost } from '../model/fleet.ts';
import { criticalLines } from './fleet-critical.ts';
import type { FleetRenderer } from './fleet-renderer.ts';
import { auditLines, scanLines } from './fleet-rows.ts';
import { paint, toned } from './paint.ts';
import { printable } from './quote.ts';
import { refusedWords } from './refused-words.ts';
import { bytes, clockTime, count, many } from './quantities.ts';
import type { RenderOptions } from './renderer.ts';
import { wrap } from './wrap.ts';

const narrowest = 80;
/** Hosts that the banner names; all of them stand below. */
const namedLimit = 8;

export const renderFleetTable: FleetRenderer = function* (fleet, asked) {
  const options = { ...asked, columns: Math.max(asked.columns, narrowest) };
  for (const line of tableLines(fleet, options)) yield `${line}\n`;
};

function* tableLines(fleet: Fleet, options: RenderOptions): Generator<string> {
  yield* openingLines(fleet, options);
  yield* scanLines(fleet, options);
  yield* auditLines(fleet, options);
  const gravest = yield* criticalLines(fleet, options);
  yield* nextLines(fleet, gravest, options);
}

/** What a reader must know who reads no further. */
function* openingLines(fleet: Fleet, options: RenderOptions): Generator<string> {
  const { header, hosts } = fleet;
  const heard = new Set(hosts.map(({ host }) => hostKey(host))).size;
  yield* wrap(
    `stagesweep ${printable(header.version)}, ${clockTime(header.mergedNs)}: reports of ${many(heard, 'host')}`,
    options.columns,
  );
  const bad = function* (text: string): Generator<string> {
    for (const line of wrap(text, options.columns)) yield paint(toned(line, 'bad'), options.color);
  };
  if (!isWholeFleet(fleet)) {
    yield* bad(
      `INCOMPLETE: this is not the whole answer, since ${gapsOf(fleet).join(', and ')}. What is missing below is not known to be absent.`,
    );
  }
  const damaged = damagedHosts(hosts);
  if (damaged.size > 0) {
    yield* bad(
      `DAMAGE: messages on ${named([...damaged], 'host')} hold wrong bytes. Save these reports before anything is removed or repaired.`,
    );
  }
  const scans = hosts.filter(({ kind }) => kind === 'scan');
  if (scans.length > 0) yield* wrap(scanAnswer(scans), options.columns);
  const audits = hosts.filter(({ kind }) => kind === 'audit');
  if (audits.length > 0) yield* wrap(auditAnswer(audits), options.columns);
}

function gapsOf({ missing, refused, hosts }: Fleet): string[] {
  const silent = [...new Set(missing.map(({ host }) => host))];
  const gaps = [
    silent.length === 0
      ? ''
      : `${named(silent, 'host')} ${silent.length === 1 ? 'has' : 'have'} no complete report`,
    refused.length === 0 ? '' : `${many(refused.length, 'file')} could not be taken`,
  ].filter((gap) => gap !== '');
  if (gaps.length > 0) return gaps;
  return [`${many(hosts.filter(({ complete }) => !complete).length, 'report')} said so`];
}

/** "2 hosts (mx1, mx2)" */
function named(hosts: readonly string[], what: string): string {
  const more = hosts.length - namedLimit;
  const names = hosts.slice(0, namedLimit).map(printable).join(', ');
  return `${many(hosts.length, what)} (${names}${more > 0 ? ` and ${count(more)} more` : ''})`;
}

function damagedHosts(hosts: readonly FleetHost[]): Set<string> {
  return new Set(
    hosts.flatMap(({ host, totals, findings }) =>
      totals.damagedMessages + findings.critical > 0 ? [host] : [],
    ),
  );
}

function scanAnswer(scans: readonly FleetHost[]): string {
  const sum = (key: keyof FleetHost['totals']): number =>
    scans.reduce((all, { totals }) => all + totals[key], 0);
  const where = `${many(sum('stageFiles'), 'stage file')} on ${many(scans.length, 'host')}`;
  if (sum('orphans') === 0) return `${where}. None of them is known to be an orphan.`;
  return `${where}. ${many(sum('orphans'), 'orphan')}: ${count(sum('linked'))} with other names, ${count(sum('lastName'))} with none; ${bytes(sum('bytes'))}.`;
}

function auditAnswer(audits: readonly FleetHost[]): string {
  const sum = (key: 'checked' | 'damaged' | 'unverifiable'): number =>
    audits.reduce((all, { messages }) => all + (messages?.[key] ?? 0), 0);
  return `${many(sum('checked'), 'message')} audited on ${many(audits.length, 'host')}: ${count(sum('damaged'))} damaged, ${count(sum('unverifiable'))} unverifiable.`;
}

/** Who is missing comes first: silence is not cleanliness. */
function* nextLines(
  { missing, refused, hosts }: Fleet,
  gravest: FindingCode | undefined,
  options: RenderOptions,
): Generator<string> {
  const urgent = [
    ...missing.map(({ host, why }) => `MISSING: ${printable(host)}: ${printable(why)}`),
    ...refused.map((one) => `REFUSED: ${refusedWords(one)}`),
  ];
  const steps: string[] = [];
  if (missing.length > 0) {
    steps.push(
      'Scan every host that is missing, as root; one that cannot be reached is not known to be clean.',
    );
  }
  if (hosts.some(({ findings }) => findings.critical > 0)) {
    steps.push(
      'Before anything is removed: read the reports of the damaged hosts in full, each with its own next steps, as the page of --format html has them.',
    );
  }
  if (hosts.some(({ totals }) => totals.orphans > 0)) {
    steps.push(
      'On each host with orphans see what would be removed, quarantined or kept, with stagesweep clean; nothing changes without --apply.',
    );
  }
  const code = gravest ?? (hosts.some(({ totals }) => totals.orphans > 0) ? orphan : undefined);
  if (code !== undefined) {
    steps.push(
      `Read what a code means, what to do and what never to do: stagesweep explain ${code}`,
    );
  }
  if (urgent.length + steps.length === 0) return;
  yield '';
  yield paint(toned('What to do next', 'title'), options.color);
  for (const text of urgent) {
    for (const line of wrap(text, options.columns, '  - ', '    ')) {
      yield paint(toned(line, 'bad'), options.color);
    }
  }
  for (const text of steps) yield* wrap(text, options.columns, '  - ', '    ');
}

const orphan: FindingCode = 'stage-orphan';
