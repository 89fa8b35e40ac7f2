/** The straight line of a scan: load, find, check, judge, link, total. */
import { total } from '../decide/total.ts';
import { evidenceWeigher, mustBalance } from '../decide/weigh-evidence.ts';
import { compareBytes, parentOf, utf8Of, type BytePath } from '../model/byte-path.ts';
import type { Spools } from '../model/configuration.ts';
import { UsageError } from '../model/errors.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import type { FileStat } from '../model/inode.ts';
import type { LinkAccount } from '../model/link.ts';
import type { CheckLevel } from '../model/message.ts';
import type { Root } from '../model/partition.ts';
import type { Report, ReportHeader } from '../model/report.ts';
import type { StageFile } from '../model/stage.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import type { Os } from '../system/os.ts';
import type { WalkerName } from '../system/walk/port.ts';
import { checkContent, contentUnread } from './check-content.ts';
import { checkOwners } from './check-owners.ts';
import { Accounts } from './close-accounts.ts';
import type { EarlierRuns } from './earlier-runs.ts';
import { findAreas, mayHoldStageFiles, type Areas } from './find-areas.ts';
import { findLinks, type LinkSearch } from './find-links.ts';
import { findRoots, lostRootsOf } from './find-roots.ts';
import { findStageFiles, type FoundStageFiles } from './find-stage-files.ts';
import { guardOffline } from './guard-offline.ts';
import { hostConfigurations } from './host-configurations.ts';
import { judgeAccounts } from './judge-accounts.ts';
import { MailboxReader } from './mailbox-reader.ts';
import { LinkNamer } from './name-links.ts';
import { nameOrigins, unnamedOrigins } from './name-origins.ts';
import { patienceWith } from './patience.ts';
import type { ScanProgress } from './scan-progress.ts';
import type { Place } from './search-places.ts';
import { siteOf } from './site-of.ts';

export interface ScanSettings {
  /** --links-in, absolute. */
  readonly linksIn: readonly BytePath[];
  readonly wholeFilesystem: boolean;
  readonly enterMounts: boolean;
  readonly minAgeSeconds: number;
  readonly offline: boolean;
  readonly proc: string;
  /** /etc/imapd.conf: --offline is refused for a spool of this host that Cyrus may be using. */
  readonly defaultConfig: string;
  /** How deep messages that share an inode with a stage file are judged; 'digest' unless given. */
  readonly check?: CheckLevel;
  /** All messages are compared beside this scan, so it need not say that it did not. */
  readonly isAudited?: boolean;
  /** A root that is missing makes the answer incomplete, and is no error. */
  readonly isMissingTold?: boolean;
  readonly walker: WalkerName | 'auto';
  readonly jobs: number;
  /** Of runs that were killed or interrupted: what they moved is no change of the owner's. */
  readonly earlier?: EarlierRuns;
  readonly header: Omit<ReportHeader, 'startedNs' | 'finishedNs'>;
}

/** So many stage files, with what is found out about them, are more than a small server spares by the way. */
const hoard = 50_000;

export async function scan(
  os: Os,
  spools: Spools,
  settings: ScanSettings,
  progress: ScanProgress,
): Promise<Report> {
  try {
    return await scanned(os, spools, settings, progress);
  } finally {
    await os.walkers.dismiss();
  }
}

async function scanned(
  os: Os,
  spools: Spools,
  settings: ScanSettings,
  progress: ScanProgress,
): Promise<Report> {
  const { check: level = 'digest' } = settings;
  // Read once: every age in a report is against the same instant.
  const nowNs = os.clock.nowNs();
  const {
    roots,
    troubles: unread,
    lost,
  } = findRoots(os.files, spools.partitions, spools.scanned, settings.isMissingTold);
  const names = new Set(spools.scanned.map((partition) => partition.name));
  const scannedRoots = roots.filter((root) => names.has(root.partition));
  if (mayHoldStageFiles(os.files, scannedRoots)) os.walkers.expect(settings.walker, settings.jobs);

  // One look at the process table. Offline it comes before anything else; otherwise after the files were listed, since
  // a process that makes a file later makes it too young.
  const early = settings.offline ? os.processes.survey(settings.proc) : undefined;
  if (early !== undefined) {
    guardOffline(
      os,
      scannedRoots,
      (running) => hostConfigurations(os.files, spools.partitions, settings.defaultConfig, running),
      early,
    );
  }
  const areas = await findAreas(os.files, scannedRoots);
  const found = await findStageFiles(os.files, os.clock, areas.directories, (count) => {
    progress.listing(count);
  });
  if (found.stageFiles.length > hoard) os.thrift(found.stageFiles.length);
  settings.earlier?.look(scannedRoots, () => listedStats(found));
  const ctimeOf = settings.earlier?.ctimeOf ?? (({ changedNs }: FileStat): bigint => changedNs);
  const aged = { ...settings, nowNs, ctimeOf };
  const owners = checkOwners(os, found.stageFiles, scannedRoots, aged, early);
  const content =
    level === 'digest'
      ? await checkContent(os, found.stageFiles, owners.judgements, (files) => {
          progress.digesting(files, found.stageFiles.length);
        })
      : contentUnread(found.stageFiles, owners.judgements);
  const isRequired = (index: number): boolean => {
    const judgement = owners.judgements[index];
    return judgement !== undefined && mustBalance(judgement.verdict);
  };
  const links = await findLinks(
    os,
    {
      stageFiles: found.stageFiles,
      isRequired,
      listed: found.listed,
      listedNs: nowNs,
      places: placesOf(os, roots, settings.linksIn),
      wholeFilesystem: settings.wholeFilesystem,
      enterMounts: settings.enterMounts,
      walker: settings.walker,
      jobs: settings.jobs,
    },
    progress,
  );

  const namer = new LinkNamer(os.files, roots, spools.partitions);
  const accounts = new Accounts(os.files, links, namer, roots, settings.wholeFilesystem);
  const reader = new MailboxReader(os.files, roots, spools.partitions);
  const inodesSearched = links.ledger.size;
  const judged = await judgeAccounts(
    os,
    reader,
    accounts,
    links.ledger,
    found,
    content,
    {
      patience: patienceWith(settings.offline),
      looking: (inodes) => {
        progress.looking(inodes);
      },
    },
    level,
  );
  const accountOf = (file: StageFile): LinkAccount => {
    const account = file.stat.kind === 'file' ? judged.accounts.get(file.stat) : undefined;
    return account ?? accounts.lone(file);
  };
  // Donors and copies are found by digests, in all indexes: no cheap check.
  const named =
    level === 'digest'
      ? await nameOrigins(os, roots, spools.partitions, {
          stageFiles: found.stageFiles,
          contents: content.contents,
          accountOf,
          judged,
        })
      : unnamedOrigins(judged);
  if (found.stageFiles.length > hoard) await os.trim();
  const weigh = evidenceWeigher();
  const rows: Evidence[] = found.stageFiles.map((file, index) => {
    const redundantWith = named.redundantWith.get(index);
    return weigh({
      file,
      owner: owners.owners[index] ?? missing(),
      judgement: owners.judgements[index] ?? missing(),
      account: accountOf(file),
      content: content.contents.of(index),
      ageSeconds: Number((nowNs - ctimeOf(file.stat)) / 1_000_000_000n),
      ...(redundantWith === undefined ? {} : { redundantWith }),
    });
  });
  const unreadable = [
    ...unread,
    ...areas.troubles,
    ...found.troubles,
    ...content.troubles,
    ...links.troubles,
    ...named.troubles,
  ];
  const findings: Finding[] = [
    ...areas.findings,
    ...found.findings,
    ...owners.findings,
    ...namer.findings,
    ...reader.findings,
    ...named.findings,
    ...unreadable.map(findingOf),
  ].sort((a, b) => compareBytes(a.path, b.path) || compareBytes(a.code, b.code));
  return {
    header: { ...settings.header, startedNs: nowNs, finishedNs: os.clock.nowNs() },
    complete:
      unreadable.length === 0 &&
      !findings.some((finding) => finding.code === 'area-skipped') &&
      rows.every((row) => !mustBalance(row.verdict) || row.account.complete),
    coverage: {
      entries: links.entries,
      directories: links.directories,
      ...(links.leftOut === 0 ? {} : { leftOut: links.leftOut }),
      walker: links.walkers.join('+') || 'none',
      roots: links.searched,
      vanished: found.vanished + content.vanished + links.vanished,
      pinned: links.pinned,
      unpinned: links.unpinned,
      unreadable,
      ...lostRootsOf(lost),
      notEntered: links.notEntered,
    },
    roots: scannedRoots,
    stageFiles: rows,
    findings,
    totals: total(rows, inodesSearched),
    site: siteOf(os.files, spools, scannedRoots),
    pidDirectories: found.pidDirectories.map((one) => {
      const changedNs = ctimeOf(one.seen);
      return { ...one, changedNs, owner: owners.ownerOfDirectory(one.directory, changedNs) };
    }),
    notes: [
      ...(spools.notes ?? []),
      ...notesOf(links, level, settings.isAudited),
      ...withoutAreas(scannedRoots, areas),
    ],
  };
}

function* listedStats({ stageFiles, pidDirectories }: FoundStageFiles): Iterable<FileStat> {
  for (const { stat } of stageFiles) yield stat;
  for (const { seen } of pidDirectories) yield seen;
}

/** Every root of every configuration, and the places that the user names. */
function placesOf(os: Os, roots: readonly Root[], linksIn: readonly BytePath[]): Place[] {
  const named = linksIn.map((path): Place => {
    const canonical = os.files.canonical(path);
    const stat = isTrouble(canonical) ? canonical : os.files.lstat(canonical);
    if (isTrouble(canonical) || isTrouble(stat) || stat.kind !== 'directory') {
      const why = isTrouble(stat) ? stat.errno : 'it is no directory';
      throw new UsageError(`--links-in ${path}: cannot be searched (${why})`);
    }
    return { path: canonical, dev: stat.dev };
  });
  return [...roots.map(({ path, dev }) => ({ path, dev })), ...named];
}

/** A directory above or below the partition has none either, and would read as a clean one. */
function withoutAreas(roots: readonly Root[], areas: Areas): string[] {
  const found = new Set([
    ...areas.directories.map(({ root }) => root),
    ...areas.findings.map(({ path }) => parentOf(path)),
    ...areas.troubles.map(({ path }) => parentOf(path)),
  ]);
  return roots
    .filter((root) => root.kind === 'data' && !found.has(root.path))
    .map(
      ({ path }) =>
        `${utf8Of(path) ?? path} has neither sync. nor stage. in it: if it is not the root of a partition, name that.`,
    );
}

function notesOf(links: LinkSearch, level: CheckLevel, isAudited = false): string[] {
  const notes: string[] = [];
  if (!isAudited) {
    notes.push(
      'Only messages that share an inode with a stage file were compared with their records. Damage outlives its stage file: stagesweep audit compares all.',
    );
  }
  if (level !== 'digest') {
    notes.push(
      'Of those messages the sizes were compared, and bytes only where the sizes differ: what was overwritten at the same length was not looked for.',
    );
  }
  if (links.why !== undefined) notes.push(`The plain walker searched for links: ${links.why}.`);
  return notes;
}

function findingOf(trouble: Trouble): Finding {
  return {
    code: 'unreadable',
    path: trouble.path,
    detail: `${trouble.syscall}: ${trouble.errno}`,
  };
}

function missing(): never {
  throw new Error('a stage file was not judged');
}
