/** The straight line of a check: scan, with --deep audit, survey the mailboxes, look for quarantines. */
import { examplesAtMost } from '../decide/check-measures.ts';
import { compareBytes, join, utf8Of, type BytePath } from '../model/byte-path.ts';
import type { QuarantineSurvey } from '../model/check.ts';
import type { Spools } from '../model/configuration.ts';
import type { Finding } from '../model/finding.ts';
import type { Root } from '../model/partition.ts';
import type { Coverage, LostRoot, Report } from '../model/report.ts';
import type { Os } from '../system/os.ts';
import { audit } from './audit.ts';
import type { AuditProgress } from './audit-progress.ts';
import { findRoots, type FoundLost } from './find-roots.ts';
import { readHistory, type HistoryContext } from './history.ts';
import type { MailboxSelection } from './list-mailboxes.ts';
import { patienceWith } from './patience.ts';
import { scan, type ScanSettings } from './scan.ts';
import type { ScanProgress } from './scan-progress.ts';
import { surveyMailboxes } from './survey-mailboxes.ts';

export interface CheckSettings extends Omit<ScanSettings, 'check' | 'isAudited'> {
  /** Compare every message with its record, and look into every record for its digest. */
  readonly isDeep: boolean;
}

/** One after the other, each asked for when it begins. */
export interface CheckProgress {
  scan(): Promise<ScanProgress>;
  audit(): Promise<AuditProgress>;
  survey(): Promise<{ surveyed(mailboxes: number): void }>;
}

/** @returns the report of the scan, with what else was found and its surveys */
export async function check(
  os: Os,
  spools: Spools,
  settings: CheckSettings,
  history: HistoryContext,
  progress: CheckProgress,
): Promise<Report> {
  const { isDeep, ...others } = settings;
  // One disk that is not mounted must not keep monitoring from hearing of the others.
  const rest = { ...others, isMissingTold: true };
  const scanned = await scan(
    os,
    spools,
    { ...rest, check: isDeep ? 'digest' : 'size', isAudited: isDeep },
    await progress.scan(),
  );
  const { roots, lost } = findRoots(os.files, spools.partitions, spools.scanned, true);
  const selection = selectionOf(spools, lost);
  const audited = isDeep
    ? await audit(
        os,
        spools,
        { ...rest, check: 'digest', isShared: false, selection, mayBeEmpty: true, notes: [] },
        await progress.audit(),
      )
    : undefined;
  const report = audited === undefined ? scanned : together(scanned, audited);
  const surveying = await progress.survey();
  const mailboxes = await surveyMailboxes(
    os.files,
    os.clock,
    {
      roots,
      lost: lost.filter(({ kind }) => kind !== 'backup').map(({ trouble }) => trouble.path),
      spools,
      selection,
      olderThanNs: scanned.header.startedNs - BigInt(settings.minAgeSeconds) * 1_000_000_000n,
      isDeep,
      patience: patienceWith(settings.offline),
      known: new Set(report.findings.filter(({ code }) => isUnread(code)).map(({ path }) => path)),
    },
    (count) => {
      surveying.surveyed(count);
    },
  );
  const isWhole = mailboxes.unreadable.count === 0 && mailboxes.corrupt.count === 0;
  return {
    ...report,
    header: { ...report.header, finishedNs: os.clock.nowNs() },
    complete: report.complete && isWhole,
    surveys: {
      mailboxes,
      quarantines: quarantinesOf(report.roots, history, lostWords(lost)),
      ...(audited?.messages === undefined ? {} : { messages: audited.messages }),
    },
  };
}

function isUnread(code: Finding['code']): boolean {
  return code === 'unreadable' || code === 'area-skipped' || code === 'index-corrupt';
}

/** listMailboxes() goes through every partition that was read; only those that were named are meant. */
function selectionOf({ scanned, partitions }: Spools, lost: readonly LostRoot[]): MailboxSelection {
  if (scanned.length === partitions.length) return {};
  const places = scanned.flatMap(({ data, metadata }) => data ?? metadata.get('index') ?? []);
  const gone = new Set(lost.map(({ path }) => path));
  return { directories: places.filter((path) => !gone.has(path)) };
}

/** A lost root may hold a quarantine. Of its metadata nothing more is to be said than that it is unreadable. */
function lostWords(lost: readonly FoundLost[]): string[] {
  const words = lost
    .filter(({ kind }) => kind !== 'metadata')
    .map(({ path, trouble: { syscall, errno } }) => {
      const shown = utf8Of(path) ?? path;
      return errno === 'ENOENT' || errno === 'ENOTDIR'
        ? `${shown} does not exist: is its filesystem mounted?`
        : `${shown}: ${syscall}: ${errno}`;
    });
  return [...new Set(words)];
}

/** The scan's report with what the audit found in the same spool; nothing is told twice. */
function together(scanned: Report, audited: Report): Report {
  const keyOf = ({ code, path }: Finding): string => `${code}\0${path}`;
  const told = new Set(audited.findings.map(keyOf));
  const findings = [
    ...audited.findings,
    ...scanned.findings.filter((finding) => !told.has(keyOf(finding))),
  ].sort((a, b) => compareBytes(a.path, b.path));
  return {
    ...scanned,
    complete: scanned.complete && audited.complete,
    coverage: coverageOf(scanned.coverage, audited.coverage),
    findings,
    notes: [...scanned.notes, ...audited.notes.filter((note) => !scanned.notes.includes(note))],
  };
}

function coverageOf(scanned: Coverage, audited: Coverage): Coverage {
  const unread = new Set(scanned.unreadable.map(({ path }) => path));
  const outside = new Set(scanned.notEntered.map(({ path }) => path));
  return {
    ...scanned,
    unreadable: [
      ...scanned.unreadable,
      ...audited.unreadable.filter(({ path }) => !unread.has(path)),
    ],
    notEntered: [
      ...scanned.notEntered,
      ...audited.notEntered.filter(({ path }) => !outside.has(path)),
    ],
  };
}

function quarantinesOf(
  roots: readonly Root[],
  context: HistoryContext,
  lost: readonly string[],
): QuarantineSurvey {
  const { runs, refusals } = readHistory(roots, context);
  const held = runs.filter(({ heldFiles }) => heldFiles > 0);
  return {
    runs: held.length,
    files: held.reduce((sum, { heldFiles }) => sum + heldFiles, 0),
    bytes: held.reduce((sum, { heldBytes }) => sum + heldBytes, 0),
    examples: held
      .slice(0, examplesAtMost)
      .map(({ root, run }): BytePath => join(join(root, 'stagesweep.'), run)),
    refusals: [...lost, ...refusals],
  };
}
