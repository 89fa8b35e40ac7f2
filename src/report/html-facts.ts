/** What a page shows, gathered while reports go by one after another: sums of all, and rows up to a limit. */
import { compareBytes, parentOf, type BytePath } from '../model/byte-path.ts';
import { severityOf, type Finding, type FindingCode, type Severity } from '../model/finding.ts';
import type { Evidence } from '../model/evidence.ts';
import type { ReportKind } from '../model/fleet.ts';
import type { NotEntered, Report } from '../model/report.ts';
import type { Trouble } from '../model/trouble.ts';
import { CrashCollector } from './crash-times.ts';
import { DamageCollector } from './damaged-mail.ts';
import { mailOwner } from './mail-owner.ts';
import { nextSteps } from './next-steps.ts';
import type { NextStep } from './damage-steps.ts';
import { RankedRows, type OfHost } from './ranked-rows.ts';
import { coverageText, gapsOf } from './table-coverage.ts';
import { needsPerson } from './table-rows.ts';

/** A report without its rows. */
export interface PageHost extends Pick<
  Report,
  'header' | 'roots' | 'totals' | 'messages' | 'audit' | 'notes'
> {
  readonly kind: ReportKind;
  /** Why it is not the whole answer; empty when it is. */
  readonly gaps: readonly string[];
  /** How names were searched for, in sentences; absent for an audit, which searches none. */
  readonly search?: string;
  readonly findings: Readonly<Record<Severity, number>>;
  readonly steps: readonly NextStep[];
}

/** A place that was not looked at. */
export type Place = { readonly trouble: Trouble } | { readonly notEntered: NotEntered };

export interface EmptyDirectories {
  readonly area: BytePath;
  readonly count: number;
}

const placeLimit = 1000;

export class PageFacts {
  readonly hosts: PageHost[] = [];
  readonly damage = new DamageCollector();
  readonly crashes = new CrashCollector();
  readonly stageFiles = new RankedRows<OfHost<Evidence>>();
  readonly findings = new RankedRows<OfHost<Finding>>();
  readonly places = new RankedRows<OfHost<Place>>(placeLimit);
  readonly emptyDirectories: OfHost<EmptyDirectories>[] = [];
  /** All findings, those of stage files included. */
  readonly codes = new Map<FindingCode, number>();

  static of(reports: Iterable<Report>): PageFacts {
    const facts = new PageFacts();
    for (const report of reports) facts.#add(report);
    facts.damage.finish();
    return facts;
  }

  #add(report: Report): void {
    const host = this.hosts.length;
    const counts = { critical: 0, warning: 0, info: 0 };
    const tell = (code: FindingCode): void => {
      counts[severityOf(code)] += 1;
      this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
    };
    for (const row of report.stageFiles) {
      row.codes.forEach(tell);
      this.stageFiles.add({ host, row }, stageRank(row));
    }
    const empty = new Map<BytePath, number>();
    for (const finding of report.findings) {
      tell(finding.code);
      const severity = severityOf(finding.code);
      if (finding.code === 'stage-empty-directory') {
        const area = parentOf(finding.path);
        empty.set(area, (empty.get(area) ?? 0) + 1);
      } else if (severity !== 'critical') {
        this.findings.add({ host, row: finding }, severity === 'warning' ? 0 : 1);
      }
    }
    for (const [area, count] of [...empty].sort(([a], [b]) => compareBytes(a, b))) {
      this.emptyDirectories.push({ host, row: { area, count } });
    }
    this.#addPlaces(report, host);
    this.damage.add(report, host);
    this.crashes.add(report, host);
    this.hosts.push(hostOf(report, counts));
  }

  #addPlaces({ coverage, findings }: Report, host: number): void {
    // A place that is a finding is told with the findings.
    const told = new Set(
      findings.flatMap(({ code, path }) => (code === 'unreadable' ? [path] : [])),
    );
    for (const trouble of coverage.unreadable) {
      if (!told.has(trouble.path)) this.places.add({ host, row: { trouble } }, 0);
    }
    for (const notEntered of coverage.notEntered) {
      this.places.add({ host, row: { notEntered } }, 1);
    }
  }
}

function hostOf(report: Report, findings: Record<Severity, number>): PageHost {
  const { header, roots, totals, messages, audit, notes } = report;
  return {
    header,
    roots,
    totals,
    notes,
    findings,
    kind: messages === undefined ? 'scan' : 'audit',
    gaps: gapsOf(report),
    steps: nextSteps(report),
    ...(messages === undefined ? { search: coverageText(report) } : { messages }),
    ...(audit === undefined ? {} : { audit }),
  };
}

/** Damage and doubt, then mail that several people share, then the rest; what is in use last. */
function stageRank(row: Evidence): number {
  if (needsPerson(row)) return 0;
  if (row.verdict === 'in-use' || row.verdict === 'too-young') return 3;
  return isSharedByUsers(row) ? 1 : 2;
}

/** Do mailboxes of more than one user hold its bytes? */
export function isSharedByUsers({ account }: Evidence): boolean {
  let first: string | undefined;
  for (const { mailbox } of account.links) {
    if (mailbox === undefined) continue;
    const owner = mailOwner(mailbox);
    if (first !== undefined && owner !== first) return true;
    first = owner;
  }
  return false;
}
