/** Of all reports the newest complete one of each host and kind, and who has none. */
import { compareBytes, utf8Of, type BytePath } from '../model/byte-path.ts';
import { hostKey, type FleetHost, type MissingHost, type RefusedReport } from '../model/fleet.ts';
import { doubtSavedReport } from './doubt-saved-report.ts';
import { matchHosts, type HostMatch } from './match-hosts.ts';

export interface ReportPolicy {
  /** Hosts that have to be there, each once; absent: whoever is there. */
  readonly expected?: readonly string[];
  /** An older report is as good as none; absent: of any age. */
  readonly age?: { readonly nowNs: bigint; readonly maxSeconds: number };
}

export interface ChosenReports {
  /** Sorted by host, then scan before audit. */
  readonly hosts: readonly FleetHost[];
  /** Sorted by host. */
  readonly missing: readonly MissingHost[];
}

/**
 * @param reports  in the order of their paths: of two of the same time the first is taken
 * @param refused  files that are no report; of some it is known whose they began to be
 */
export function chooseReports(
  reports: readonly FleetHost[],
  { expected, age }: ReportPolicy,
  refused: readonly RefusedReport[] = [],
): ChosenReports {
  const groups = new Map<string, FleetHost[]>();
  for (const report of reports) {
    const key = `${hostKey(report.host)} ${report.kind}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [report]);
    else group.push(report);
  }
  const chosen = [...groups.values()].map(newestOf);
  const present = new Set(reports.map(({ host }) => hostKey(host)));
  const broken = brokenReports(refused, present);
  const matches = expected && matchHosts(expected, new Set([...present, ...broken.keys()]));
  const hosts = chosen.map(({ report, remarks }) =>
    noted(report, [...remarks, ...(matches === undefined ? [] : expectation(report, matches))]),
  );
  const missing = [
    ...hosts.flatMap((host) => shortcomings(host, age)),
    ...[...broken.values()].map((report) => brokenness(report, matches)),
    ...(matches ?? []).flatMap((match) => absence(match)),
  ];
  return {
    hosts: hosts.sort(
      (a, b) => compareBytes(hostKey(a.host), hostKey(b.host)) || rank[a.kind] - rank[b.kind],
    ),
    missing: missing.sort((a, b) => compareBytes(hostKey(a.host), hostKey(b.host))),
  };
}

type BrokenReport = Required<RefusedReport>;

const rank = { scan: 0, audit: 1 } as const;

/** By the time it began: of two that overlap, the one that began later saw the newer state of every place. */
function newestOf(reports: readonly FleetHost[]): { report: FleetHost; remarks: string[] } {
  const complete = reports.filter((report) => report.complete);
  const eligible = complete.length > 0 ? complete : reports;
  const report = eligible.reduce((best, other) => (isNewer(other, best) ? other : best));
  const others = reports.filter((other) => other !== report);
  const newer = others.filter((other) => isNewer(other, report));
  const equal = others.filter((other) => isOfSameTime(other, report));
  const older = others.length - newer.length - equal.length;
  return {
    report,
    remarks: [
      ...newer.map(({ file }) => `a newer report, ${shown(file)}, is incomplete`),
      ...equal.map(({ file }) => `${shown(file)} is of the same time and was left out`),
      ...(older === 0 ? [] : [`${older} older ${older === 1 ? 'report' : 'reports'} left out`]),
    ],
  };
}

function isNewer(one: FleetHost, other: FleetHost): boolean {
  if (one.startedNs !== other.startedNs) return one.startedNs > other.startedNs;
  return one.finishedNs > other.finishedNs;
}

function isOfSameTime(one: FleetHost, other: FleetHost): boolean {
  return one.startedNs === other.startedNs && one.finishedNs === other.finishedNs;
}

function expectation({ host }: FleetHost, matches: readonly HostMatch[]): string[] {
  const key = hostKey(host);
  const match = matches.find((one) => one.host === key);
  if (match === undefined) return ['this host was not expected'];
  return hostKey(match.expected) === key ? [] : [`expected as ${match.expected}`];
}

function shortcomings(report: FleetHost, age: ReportPolicy['age']): MissingHost[] {
  const { host, kind } = report;
  const whys = report.complete ? [] : [`only an incomplete report (${kind})`];
  if (age !== undefined) {
    const header = { ...report, version: '', command: [] };
    whys.push(...doubtSavedReport({ header }, age.nowNs, age.maxSeconds));
  }
  return whys.length === 0 ? [] : [{ host, why: whys.join(', and ') }];
}

/** Of hosts that have no other report, by their keys; of several the first tells enough. */
function brokenReports(
  refused: readonly RefusedReport[],
  present: ReadonlySet<string>,
): Map<string, BrokenReport> {
  const broken = new Map<string, BrokenReport>();
  for (const { host, file, why } of refused) {
    const key = host === undefined ? undefined : hostKey(host);
    if (host === undefined || key === undefined || present.has(key) || broken.has(key)) continue;
    broken.set(key, { host, file, why });
  }
  return broken;
}

/** By the name under which it was expected. It did send something, and that is another fault to look for. */
function brokenness(
  { host, file, why }: BrokenReport,
  matches: readonly HostMatch[] = [],
): MissingHost {
  const name = matches.find((match) => match.host === hostKey(host))?.expected ?? host;
  const what = why.includes('it ends in the middle') ? 'ends in the middle' : `is none: ${why}`;
  return { host: name, why: `its report ${shown(file)} ${what}` };
}

function absence({ expected, host, similar }: HostMatch): MissingHost[] {
  if (host !== undefined) return [];
  const [first] = similar;
  const why =
    first === undefined
      ? 'sent no report'
      : `sent no report under this name, and whether ${first} is the same host is not certain`;
  return [{ host: expected, why }];
}

function noted(report: FleetHost, remarks: readonly string[]): FleetHost {
  return remarks.length === 0 ? report : { ...report, note: remarks.join('; ') };
}

function shown(path: BytePath): string {
  return utf8Of(path) ?? path;
}
