/**
 * Many hosts' reports as a monitoring plugin tells them: one line with the worst state of all, with -v one more for each
 * report. A host that sent no complete report is CRITICAL, and so is a file that cannot be read: it may be any host's.
 */
import type { CheckState } from '../model/check.ts';
import { hostKey, type Fleet } from '../model/fleet.ts';
import type { Report } from '../model/report.ts';
import { areAllAreasRead, isAuditWhole } from '../model/unread.ts';
import { itemWords } from './check-words.ts';
import type { FleetRenderer } from './fleet-renderer.ts';
import { printable, quote } from './quote.ts';
import { many } from './quantities.ts';

/** The worst first: what is known to be wrong is not made better by what nobody could see. */
const states = ['CRITICAL', 'UNKNOWN', 'WARNING', 'OK'] as const satisfies readonly CheckState[];
/** Names that a state has in the line; nobody reads more, and Nagios keeps 8 KiB. */
const nameLimit = 12;

interface Verdict {
  readonly state: CheckState;
  readonly host: string;
  readonly why: string;
}

/** Every report must have been judged: cli/rendered-fleet.ts sees to that. */
export const renderFleetNagios: FleetRenderer = function* (fleet, { verbose }) {
  const verdicts: Verdict[] = [];
  // A number of which a part is not known is no point of a graph.
  let [isScanWhole, isMailWhole] = [true, true];
  for (const report of fleet.reports()) {
    verdicts.push(verdictOf(report));
    if (report.messages === undefined) isScanWhole &&= areAllAreasRead(report);
    else isMailWhole &&= isAuditWhole(report);
  }
  const silent: Verdict[] = [
    ...fleet.missing.map(({ host, why }) => ({ state: 'CRITICAL' as const, host, why })),
    ...fleet.refused.map(({ file, why }) => ({
      state: 'CRITICAL' as const,
      host: quote(file),
      why,
    })),
  ];
  const all = [...silent, ...verdicts];
  const worst = states.find((state) => all.some((one) => one.state === state)) ?? 'UNKNOWN';
  yield `STAGESWEEP ${worst} - ${safe(headline(fleet, silent, verdicts))}|${performance(fleet, isScanWhole, isMailWhole)}\n`;
  if (verbose === 0) return;
  for (const state of states) {
    for (const one of all) {
      if (one.state === state) yield `${state} ${safe(words(one))}\n`;
    }
  }
};

function verdictOf({ header, check }: Report): Verdict {
  const { host } = header;
  if (check === undefined) return { state: 'UNKNOWN', host, why: 'nobody judged its report' };
  const items = check.items.filter(({ state }) => state !== 'OK' && state === check.status);
  const why = [...check.doubts, ...items.map(itemWords)].join(', ');
  return { state: check.status, host, why };
}

/** Whoever is silent is named, however many they are. */
function headline(
  { hosts }: Fleet,
  silent: readonly Verdict[],
  verdicts: readonly Verdict[],
): string {
  const heard = new Set(hosts.map(({ host }) => hostKey(host))).size;
  const parts = [...silent.map((one) => `MISSING ${words(one)}`)];
  for (const state of states) {
    const those = verdicts.filter((one) => one.state === state);
    if (state === 'OK' || those.length === 0) continue;
    const more = those.length - nameLimit;
    const named = those.slice(0, nameLimit).map(words);
    parts.push(`${state}: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`);
  }
  return [`${many(heard, 'host')} with a report`, ...parts].join('; ');
}

function words({ host, why }: Verdict): string {
  return why === '' ? printable(host) : `${printable(host)} (${printable(why)})`;
}

/** Damage that a scan and an audit of one host both saw is one damage: they have a number each. */
function performance(
  { hosts, missing, refused }: Fleet,
  isScanWhole: boolean,
  isMailWhole: boolean,
): string {
  const scans = hosts.filter(({ kind }) => kind === 'scan');
  const audits = hosts.filter(({ kind }) => kind === 'audit');
  const values = {
    hosts: new Set(hosts.map(({ host }) => hostKey(host))).size,
    missing: missing.length,
    refused: refused.length,
    // Without a scan there is no number, which is not 0.
    ...(scans.length === 0 || !isScanWhole
      ? {}
      : {
          orphans: sum(scans.map(({ totals }) => totals.orphans)),
          damaged: sum(scans.map(({ totals }) => totals.damagedMessages)),
          unseen: sum(scans.map(({ totals }) => totals.unseenLinks)),
        }),
    ...(audits.length === 0 || !isMailWhole
      ? {}
      : { audit_damaged: sum(audits.map(({ totals }) => totals.damagedMessages)) }),
  };
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value};;;0`)
    .join(' ');
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** A bar begins performance data wherever it stands. */
function safe(text: string): string {
  return text.replaceAll('|', '\\x7c');
}
