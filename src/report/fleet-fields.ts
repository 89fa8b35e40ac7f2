/** The objects of a merged report, `stagesweep.fleet/1`. Their keys may grow and are never renamed. */
import {
  hostKey,
  isWholeFleet,
  type Fleet,
  type FleetHost,
  type MissingHost,
  type RefusedReport,
} from '../model/fleet.ts';
import type { BytePath } from '../model/byte-path.ts';
import { auditTotalsFields, messagesFields, totalsFields, type Fields } from './json-fields.ts';
import { bytesBeside, textOf } from './path-fields.ts';
import { isoTime } from './quantities.ts';

export const fleetSchema = 'stagesweep.fleet/1';

/** Which program merged, and when. */
export function fleetHeaderFields({ header }: Pick<Fleet, 'header'>): Fields {
  return {
    schema: fleetSchema,
    tool: { name: 'stagesweep', version: header.version },
    mergedAt: isoTime(header.mergedNs),
  };
}

/** The chosen report of a host and kind, without its rows. */
export function fleetHostFields(host: FleetHost): Fields {
  const { kind, totals, messages, findings } = host;
  return {
    host: host.host,
    kind,
    ...fileFields(host.file),
    startedAt: isoTime(host.startedNs),
    finishedAt: isoTime(host.finishedNs),
    complete: host.complete,
    totals: kind === 'audit' ? auditTotalsFields(totals, undefined) : totalsFields(totals),
    messages: messages && messagesFields(messages),
    findings: { critical: findings.critical, warning: findings.warning, info: findings.info },
    note: host.note,
  };
}

export function missingFields({ host, why }: MissingHost): Fields {
  return { host, why };
}

export function refusedFields({ file, why, host }: RefusedReport): Fields {
  return { ...fileFields(file), host, why };
}

/** The last line of JSONL, by which a reader knows that nothing was cut off. */
export function fleetTotalsFields(fleet: Omit<Fleet, 'reports'>): Fields {
  const { hosts, missing, refused } = fleet;
  return {
    complete: isWholeFleet(fleet),
    hosts: new Set(hosts.map(({ host }) => hostKey(host))).size,
    reports: hosts.length,
    missing: missing.length,
    refused: refused.length,
    findings: {
      critical: sum(hosts, 'critical'),
      warning: sum(hosts, 'warning'),
      info: sum(hosts, 'info'),
    },
  };
}

function sum(hosts: readonly FleetHost[], severity: keyof FleetHost['findings']): number {
  return hosts.reduce((total, { findings }) => total + findings[severity], 0);
}

function fileFields(file: BytePath): Fields {
  return { file: textOf(file), fileBase64: bytesBeside(file) };
}
