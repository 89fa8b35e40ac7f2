/** The straight line of an audit: roots, mailboxes, records, files, judgements, second looks, donors, report. */
import { sampler } from '../decide/sample-messages.ts';
import { inodesAtMost } from '../decide/shared-claims.ts';
import { total } from '../decide/total.ts';
import type { AuditCounts, MailboxResult } from '../model/audit.ts';
import { compareBytes, type BytePath } from '../model/byte-path.ts';
import type { Spools } from '../model/configuration.ts';
import type { Finding } from '../model/finding.ts';
import type { CheckLevel } from '../model/message.ts';
import type { Root } from '../model/partition.ts';
import type { Report, ReportHeader } from '../model/report.ts';
import type { Files, Os } from '../system/os.ts';
import type { WalkerName } from '../system/walk/port.ts';
import { auditMailboxes, type Restriction } from './audit-mailboxes.ts';
import { Encounters } from './audit-encounters.ts';
import { AuditLog } from './audit-log.ts';
import type { AuditProgress } from './audit-progress.ts';
import { EmptyPlaces } from './empty-places.ts';
import { findRoots, lostRootsOf } from './find-roots.ts';
import { forecast } from './forecast-audit.ts';
import { findSharedNames, type SharedNames } from './find-shared-names.ts';
import { listMailboxes, type MailboxSelection } from './list-mailboxes.ts';
import { MailboxReader } from './mailbox-reader.ts';
import { lookUntilSettled, patienceWith } from './patience.ts';
import { unmatchedWords } from './select-mailboxes.ts';
import { siteOf } from './site-of.ts';
import { openAgain, settleSuspects, type Settled } from './settle-suspects.ts';

export interface AuditSettings {
  readonly check: CheckLevel;
  readonly isShared: boolean;
  readonly sample?: { readonly share: number; readonly seed: string };
  /** Which mailboxes, of which directories; see the forms of MailboxSelection. */
  readonly selection: MailboxSelection;
  /** Nobody uses the spool: what is wrong once is wrong. */
  readonly offline: boolean;
  readonly walker: WalkerName | 'auto';
  readonly jobs: number;
  readonly header: Omit<ReportHeader, 'startedNs' | 'finishedNs'>;
  /** No mailbox at all is no gap: whoever asks tells of empty roots by itself. */
  readonly mayBeEmpty?: boolean;
  /** As in ScanSettings. */
  readonly isMissingTold?: boolean;
  /** Sentences that the report is to say of this run. */
  readonly notes: readonly string[];
}

export async function audit(
  os: Os,
  spools: Spools,
  settings: AuditSettings,
  progress: AuditProgress,
  log = new AuditLog(),
): Promise<Report> {
  try {
    return await audited(os, spools, settings, progress, log);
  } finally {
    await os.walkers.dismiss();
  }
}

async function audited(
  os: Os,
  spools: Spools,
  settings: AuditSettings,
  progress: AuditProgress,
  log: AuditLog,
): Promise<Report> {
  const startedNs = os.clock.nowNs();
  if (settings.isShared) os.walkers.expect(settings.walker, settings.jobs);
  const { roots, troubles, lost } = findRoots(
    os.files,
    spools.partitions,
    spools.scanned,
    settings.isMissingTold,
  );
  const met = new Encounters(troubles);
  const { selection } = settings;
  const empty = new EmptyPlaces(os.files, roots, spools.scanned, selection.directories);
  const [lists, looks] = await Promise.all([os.lists(), os.looks()]);
  const quickFiles: Files = {
    ...os.files,
    lstat: (path) => looks.lstat(path),
    list: (path, onEntry, onMessage) => lists.list(path, onEntry, onMessage),
  };
  const list = (which: MailboxSelection, sink = met): AsyncIterable<BytePath> =>
    listMailboxes(quickFiles, os.clock, roots, spools.partitions, which, sink);

  const names = settings.isShared
    ? await sharedNames(os, roots, settings, met, progress)
    : undefined;
  if (progress.wantsForecast) {
    await forecast(os, list(selection, new Encounters([])), progress, {
      ...(settings.sample && { share: settings.sample.share }),
      ...(names && { sharedNames: names.names }),
    });
  }
  const reader = new MailboxReader(os.files, roots, spools.partitions);
  const gaze = { level: settings.check, isDeep: false };
  const restriction: Restriction = {
    ...(settings.sample && { sampled: sampler(settings.sample.share, settings.sample.seed) }),
    ...(names && { shared: names }),
    takeListing: (directory) => met.takeListing(directory),
  };
  const patience = patienceWith(settings.offline);
  let messages = log.counts.checked;
  let bytes = log.counts.bytesRead;
  const auditAll = async (
    directories: AsyncIterable<BytePath>,
    isPatient: boolean,
    onMailbox: (result: MailboxResult) => void,
  ): Promise<void> => {
    const which = { ...restriction, isPatient };
    await auditMailboxes(os, reader, directories, gaze, which, onMailbox, (more, readBytes) => {
      messages += more;
      bytes += readBytes;
      progress.audited(log.counts.mailboxes, messages, bytes);
    });
  };
  try {
    const directories = behind(() => told(list(selection), empty), log.resumedAfter);
    await auditAll(directories, true, (result) => {
      log.add(result, os.clock.nowNs());
    });
  } finally {
    // Also when the user has had enough: what is done is done.
    log.flush(os.clock.nowNs());
  }
  const auditAgain = async (
    left: readonly BytePath[],
    isLast: boolean,
  ): Promise<readonly BytePath[]> => {
    const still: BytePath[] = [];
    await auditAll(eachOf(left), !isLast, (result) => {
      if (result.isUnsettled === true) still.push(result.directory);
      else log.settle(result);
    });
    return still;
  };
  await lookUntilSettled(os.clock, patience, log.unsettled, auditAgain, (mailboxes) => {
    progress.awaiting(mailboxes);
  });

  const again = new MailboxReader(os.files, roots, spools.partitions);
  const settled = await settleSuspects(
    os,
    log,
    {
      open: (directory) => openAgain(again, directory),
      roots,
      everywhere: () => list({}, new Encounters([])),
      plan: { gaze: { level: settings.check, isDeep: true }, ...patience },
    },
    progress,
  );

  const absent = absences(selection, met, empty, settings.mayBeEmpty === true, roots);
  // Of one message as they were judged: what the bytes are comes before what proved it.
  const findings = [...log.findings, ...met.findings, ...settled.findings, ...absent.findings].sort(
    (a, b) => compareBytes(a.path, b.path),
  );
  const scanned = new Set(spools.scanned.map((partition) => partition.name));
  const site = siteOf(os.files, spools, roots);
  const { counts } = log;
  return {
    header: { ...settings.header, startedNs, finishedNs: os.clock.nowNs() },
    complete: met.places.length === 0 && !findings.some(({ code }) => incomplete.has(code)),
    coverage: {
      entries: counts.entries,
      directories: counts.mailboxes,
      walker: names?.walkers.join('+') || 'none',
      roots: roots.filter((root) => scanned.has(root.partition)).map(({ path }) => path),
      vanished: counts.vanished + met.gone,
      pinned: 0,
      unpinned: 0,
      unreadable: met.troubles,
      ...lostRootsOf(lost),
      notEntered: met.places,
    },
    roots: roots.filter((root) => scanned.has(root.partition)),
    stageFiles: [],
    findings,
    totals: { ...total([], 0), damagedMessages: counts.damaged },
    messages: {
      checked: counts.checked,
      intact: counts.intact,
      damaged: counts.damaged,
      unverifiable: counts.unverifiable,
      unindexed: counts.unindexed,
    },
    audit: {
      check: settings.check,
      mailboxes: counts.mailboxes,
      bytesRead: counts.bytesRead,
      isShared: settings.isShared,
      ...(settings.sample && { sample: settings.sample }),
      ...(site.unixHierarchySep === undefined ? {} : { unixHierarchySep: site.unixHierarchySep }),
    },
    site,
    notes: [
      ...(spools.notes ?? []),
      ...settings.notes,
      ...absent.notes,
      ...notesOf(settings, counts, settled, log, names),
    ],
  };
}

/** Without these the answer is not the whole one: messages were not looked at, or records not known. */
const incomplete: ReadonlySet<Finding['code']> = new Set([
  'unreadable',
  'area-skipped',
  'index-corrupt',
  'no-mailbox',
]);

// eslint-disable-next-line @typescript-eslint/require-await -- as listMailboxes() gives them
async function* eachOf(
  directories: readonly BytePath[],
): AsyncGenerator<BytePath, void, undefined> {
  yield* directories;
}

async function* told(
  directories: AsyncIterable<BytePath>,
  empty: EmptyPlaces,
): AsyncGenerator<BytePath, void, undefined> {
  for await (const directory of directories) {
    empty.mailbox(directory);
    yield directory;
  }
}

/** What was asked for and is not there. A selection by name leaves most places empty, so then only names count. */
function absences(
  { users, mailboxes, directories }: MailboxSelection,
  met: Encounters,
  empty: EmptyPlaces,
  mayBeEmpty: boolean,
  roots: readonly Root[],
): { findings: Finding[]; notes: string[] } {
  if (users === undefined && mailboxes === undefined) {
    return { findings: mayBeEmpty ? [] : empty.findings, notes: empty.notes };
  }
  const path = directories?.[0] ?? roots[0]?.path;
  const options = [...met.unmatchedOptions];
  const findings = options.flatMap((option): Finding[] =>
    path === undefined ? [] : [{ code: 'no-mailbox', path, detail: unmatchedWords(option) }],
  );
  return { findings, notes: options.map(unmatchedWords) };
}

async function sharedNames(
  os: Os,
  roots: readonly Root[],
  settings: AuditSettings,
  met: Encounters,
  progress: AuditProgress,
): Promise<SharedNames> {
  const places = roots.filter(({ kind }) => kind === 'data' || kind === 'archive');
  const names = await findSharedNames(os, places, settings, (entries) => {
    progress.searching(entries);
  });
  for (const trouble of names.troubles) met.trouble(trouble);
  return names;
}

/**
 * The mailboxes behind the one where the last run stopped. It is looked for by its name, since roots can lie in one
 * another; when it is gone, its place in the order decides.
 */
async function* behind(
  list: () => AsyncIterable<BytePath>,
  last: BytePath | undefined,
): AsyncGenerator<BytePath, void, undefined> {
  let isBehind = last === undefined;
  for await (const directory of list()) {
    if (isBehind) yield directory;
    isBehind ||= directory === last;
  }
  if (isBehind || last === undefined) return;
  for await (const directory of list()) {
    if (compareBytes(directory, last) > 0) yield directory;
  }
}

function notesOf(
  settings: AuditSettings,
  counts: AuditCounts,
  settled: Settled,
  log: AuditLog,
  names: SharedNames | undefined,
): string[] {
  const notes: string[] = [];
  const { check, sample } = settings;
  if (check !== 'digest') {
    notes.push(
      check === 'size'
        ? 'Only sizes were compared (--check size): bytes that were overwritten at the same length were not looked for.'
        : 'It was only asked whether the files exist (--check exists): nothing was compared with its record.',
    );
  }
  if (sample !== undefined) {
    notes.push(
      `A random sample: ${sample.share * 100}% of the messages. --sample ${sample.share * 100}% --seed ${sample.seed} takes the same again.`,
    );
  }
  if (names !== undefined) {
    const passes = names.passes === 1 ? 'one pass' : `${names.passes} passes`;
    notes.push(
      `Only files with several names in the searched roots were looked at (--shared): ${names.names} names of messages on ${names.inodes} inodes, found in ${passes}. Damage to a file whose other name is gone is not among them.`,
    );
    if (names.why !== undefined) notes.push(`The plain walker searched for them: ${names.why}.`);
  }
  if (counts.maybeRebuilt > 0) {
    notes.push(
      `${counts.maybeRebuilt} messages agree with records that have no digest, in an index that was written after the file last changed. A reconstruct of Cyrus 2.3 makes records agree with whatever bytes there are, so this proves only that they are consistent.`,
    );
  }
  if (settled.unresolved > 0) {
    notes.push(
      `${settled.unresolved} messages share an inode with a record that contradicts their own, and nothing here tells which of the records is wrong: one message of each inode has the wrong bytes. Compare with the other end.`,
    );
  }
  if (log.claims.unfollowed > 0) {
    notes.push(
      `${log.claims.unfollowed} names of shared inodes were not compared with their other names: more than ${inodesAtMost} inodes were waiting for theirs. Their own records were compared as all others. Audit the partitions one at a time to have them all.`,
    );
  }
  return notes;
}
