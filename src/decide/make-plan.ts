/**
 * What a clean would do, from what a scan found: safety.md 11 to 13 and 22. Every stage file has a step or a reason
 * why it has none.
 */
import { compareBytes, relativeTo, type BytePath } from '../model/byte-path.ts';
import type { Evidence } from '../model/evidence.ts';
import { inodeKey, sameInode, type FileStat } from '../model/inode.ts';
import { linkPath, type Link, type LinkAccount } from '../model/link.ts';
import type {
  DirectoryStep,
  FileStep,
  KeptFile,
  Plan,
  PlannedLink,
  RootPlan,
} from '../model/plan.ts';
import type { PidDirectory, RootSurvey } from '../model/root-survey.ts';
import type { Policy } from '../model/selection.ts';
import { stagePath } from '../model/stage.ts';
import type { Reason } from '../model/verdict.ts';
import { isChosen, isChosenDirectory } from './is-chosen.ts';
import { refuseClean } from './refuse-clean.ts';

export interface PlanFacts {
  readonly rows: readonly Evidence[];
  readonly pidDirectories: readonly PidDirectory[];
  readonly surveys: readonly RootSurvey[];
  /** The instant of the scan, by which all ages are counted. */
  readonly nowNs: bigint;
}

export function makePlan(facts: PlanFacts, policy: Policy): Plan {
  const drafts = draftsOf(facts);
  const kept: KeptFile[] = [];
  const removed = new Removals();
  for (const row of facts.rows) {
    const draft = drafts.get(row.file.directory.root);
    const reasons = whyKept(row, draft, policy);
    if (reasons !== undefined) {
      kept.push({ path: stagePath(row.file), verdict: row.verdict, reasons });
      removed.keeps(row);
      continue;
    }
    const step = fileStep(row);
    draft?.files.push(step);
    removed.takes(row, step);
  }
  for (const one of facts.pidDirectories) {
    const draft = drafts.get(one.directory.root);
    if (!one.isEmpty && !removed.empties(one.directory.path)) continue;
    // What the steps empty was chosen with the files in it.
    const chosen = !one.isEmpty || isChosenDirectory(one.directory, policy);
    const reason = chosen ? whyDirectoryKept(one, draft, facts.nowNs, policy) : 'not-selected';
    if (reason === undefined) draft?.directories.push(directoryStep(one));
    else kept.push({ path: one.directory.path, reasons: [reason] });
  }
  const all = [...drafts.values()];
  return {
    roots: all.filter((draft) => draft.why === undefined).flatMap(rootPlan),
    refused: all.flatMap(({ survey, why }) =>
      why === undefined ? [] : [{ root: survey.root.path, why }],
    ),
    kept: kept.sort((a, b) => compareBytes(a.path, b.path)),
    bytesQuarantined: removed.bytesQuarantined(),
  };
}

/** The plan of one root while it is made. */
interface Draft {
  readonly survey: RootSurvey;
  readonly why: string | undefined;
  readonly files: FileStep[];
  readonly directories: DirectoryStep[];
}

/** Only of roots in which something could be done: a refusal of others would frighten for nothing. */
function draftsOf(facts: PlanFacts): Map<BytePath, Draft> {
  const busy = new Set<BytePath>();
  for (const row of facts.rows) if (row.verdict === 'orphan') busy.add(row.file.directory.root);
  const below = new Map<BytePath, FileStat[]>();
  for (const { directory, seen, isEmpty } of facts.pidDirectories) {
    if (isEmpty) busy.add(directory.root);
    const list = below.get(directory.root);
    if (list === undefined) below.set(directory.root, [seen]);
    else list.push(seen);
  }
  const drafts = new Map<BytePath, Draft>();
  for (const survey of facts.surveys) {
    const { path } = survey.root;
    if (!busy.has(path)) continue;
    const why = refuseClean(survey, below.get(path) ?? []);
    drafts.set(path, { survey, why, files: [], directories: [] });
  }
  return drafts;
}

/** Undefined when the file goes. */
function whyKept(
  row: Evidence,
  draft: Draft | undefined,
  policy: Policy,
): readonly Reason[] | undefined {
  const { file, verdict } = row;
  const chosen = isChosen(file, policy);
  if (chosen !== true) return [chosen];
  if (verdict !== 'orphan') return row.reasons;
  // Both hold of every orphan; what a step needs is asked here and not believed.
  if (file.grammar === undefined || file.ownerPid === undefined) return ['name-fits-no-grammar'];
  if (draft === undefined || draft.why !== undefined) return ['root-refused'];
  // The owner of the area could not even open it, and has made it a name here by link(2) at most.
  if (file.stat.uid !== draft.survey.areas[0]?.stat.uid) return ['other-owner'];
  // It may have changed while it was read, which an orphan does not; or the disk is failing.
  if (file.grammar !== 'sync-cache' && row.sha1 === undefined) return ['not-read'];
  return undefined;
}

function fileStep(row: Evidence): FileStep {
  const { file, account } = row;
  const { directory, grammar, ownerPid } = file;
  if (grammar === undefined || ownerPid === undefined) throw new Error('a step without an owner');
  const action = row.action === 'unlink' && isKeptElsewhere(row) ? 'unlink' : 'quarantine';
  return {
    kind: 'file',
    action,
    components: componentsOf(stagePath(file), directory.root),
    area: directory.area,
    grammar,
    ownerPid,
    directory: { dev: directory.dev, ino: directory.ino },
    seen: file.stat,
    ...(row.sha1 === undefined ? {} : { sha1: row.sha1 }),
    links: account.links.filter((link) => !isOwnName(link, row)).map(plannedLink),
    isEvidence: isEvidence(row),
    reasons:
      action === row.action
        ? row.reasons
        : [...row.reasons.filter((reason) => reason !== 'all-links-found'), 'no-intact-message'],
  };
}

/**
 * Safety.md 11, asked once more of the row itself: no plan may rest on what another file decided. Names in a stage
 * area are never messages, so a name that counts here cannot be a step of this plan.
 */
function isKeptElsewhere(row: Evidence): boolean {
  const { account, file } = row;
  if (!account.complete || isEvidence(row) || file.grammar === 'sync-cache') return false;
  return account.links.some(
    (link) => keepsBytes(link) && relativeToArea(link, file.directory.root) === undefined,
  );
}

function keepsBytes(link: Link): boolean {
  const isMessage = link.kind === 'mailbox' || link.kind === 'archive';
  return isMessage && link.status === 'intact' && link.isLeaving !== true;
}

function relativeToArea(link: Link, root: BytePath): BytePath | undefined {
  const relative = relativeTo(linkPath(link), root);
  return relative !== undefined && /^(?:sync|stage|stagesweep)\.\//.test(relative)
    ? relative
    : undefined;
}

function isEvidence(row: Evidence): boolean {
  return row.damage === 'damaged' || row.account.links.some((link) => link.status === 'damaged');
}

function isOwnName(link: Link, { file }: Evidence): boolean {
  return link.leaf === file.leaf && sameInode(link.directory, file.directory);
}

function plannedLink(link: Link): PlannedLink {
  return {
    path: linkPath(link),
    kind: link.kind,
    ...(link.mailbox === undefined ? {} : { mailbox: link.mailbox }),
    ...(link.messageUid === undefined ? {} : { messageUid: link.messageUid }),
    isIntact: keepsBytes(link),
  };
}

function whyDirectoryKept(
  { seen, changedNs = seen.changedNs, owner }: PidDirectory,
  draft: Draft | undefined,
  nowNs: bigint,
  { minAgeSeconds }: Policy,
): Reason | undefined {
  if (owner.state === 'alive') return 'owner-alive';
  if (owner.state === 'unknown') return 'owner-unknown';
  if (draft === undefined || draft.why !== undefined) return 'root-refused';
  // Written so that a limit that is no number keeps it.
  const isOld = Number(nowNs - changedNs) / 1e9 >= Math.max(0, minAgeSeconds);
  return isOld ? undefined : 'changed-recently';
}

function directoryStep({ directory, seen }: PidDirectory): DirectoryStep {
  if (directory.pid === undefined) throw new Error(`${directory.path} is named for no pid`);
  return {
    kind: 'directory',
    components: componentsOf(directory.path, directory.root),
    ownerPid: directory.pid,
    seen,
  };
}

function componentsOf(path: BytePath, root: BytePath): readonly BytePath[] {
  const relative = relativeTo(path, root);
  if (relative === undefined || relative === '') throw new Error(`${path} is not below ${root}`);
  return relative.split('/') as BytePath[];
}

/** Group 0 is more than the owner of a spool may have, and owning the directories is enough for all that is done. */
const noGroup = 65_534;

function rootPlan({ survey, files, directories }: Draft): RootPlan[] {
  const [area] = survey.areas;
  if (area === undefined || files.length + directories.length === 0) return [];
  return [
    {
      root: survey.root.path,
      rootId: { dev: survey.stat.dev, ino: survey.stat.ino },
      partition: survey.root.partition,
      uid: area.stat.uid,
      gid: area.stat.gid === 0 ? noGroup : area.stat.gid,
      steps: [...files.sort(byPath), ...directories.sort(byPath)],
    },
  ];
}

function byPath(a: FileStep | DirectoryStep, b: FileStep | DirectoryStep): number {
  return compareBytes(a.components.join('/'), b.components.join('/'));
}

/** What the steps so far take away: which directories they empty, and which inodes lose all their names. */
class Removals {
  readonly #emptied = new Map<BytePath, boolean>();
  readonly #quarantined = new Map<LinkAccount, { names: number; sizeBytes: number }>();

  keeps(row: Evidence): void {
    this.#emptied.set(row.file.directory.path, false);
  }

  takes({ file, account }: Evidence, step: FileStep): void {
    const { path } = file.directory;
    if (!this.#emptied.has(path)) this.#emptied.set(path, true);
    if (step.action !== 'quarantine') return;
    const taken = this.#quarantined.get(account);
    if (taken !== undefined) taken.names += 1;
    else this.#quarantined.set(account, { names: 1, sizeBytes: file.stat.sizeBytes });
  }

  /** Every name in it has a step. */
  empties(path: BytePath): boolean {
    return this.#emptied.get(path) === true;
  }

  bytesQuarantined(): number {
    let bytes = 0;
    for (const [{ expected, complete }, { names, sizeBytes }] of this.#quarantined) {
      if (complete && names === expected) bytes += sizeBytes;
    }
    return bytes;
  }
}

/** Steps of all roots. */
export function stepsOf(plan: Plan): number {
  return plan.roots.reduce((sum, { steps }) => sum + steps.length, 0);
}

/** Why a plan is not carried out at all; undefined when it may be. @see safety.md 23 */
export function tooMany(plan: Plan, maxDelete: number | undefined): string | undefined {
  const steps = stepsOf(plan);
  if (maxDelete === undefined || steps <= maxDelete) return undefined;
  return `the plan has ${steps} steps, more than --max-delete ${maxDelete}: nothing was changed`;
}

/** Inodes of all files of a root plan, as openFiles() takes them. */
export function plannedInodes({ steps }: RootPlan): ReadonlySet<string> {
  return new Set(steps.flatMap((step) => (step.kind === 'file' ? [inodeKey(step.seen)] : [])));
}
