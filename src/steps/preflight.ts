/**
 * What will not work, found out before anything is changed. Runs as the process that would change things, so that
 * it asks with the same rights.
 */
import { join, utf8Of, type BytePath } from '../model/byte-path.ts';
import type { FileStat, InodeId } from '../model/inode.ts';
import type { RootPlan } from '../model/plan.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import type { Access, Anchor, Changes, Files, Identities } from '../system/os.ts';
import { whyLocked } from './lock-root.ts';
import { quarantineLeaf } from './open-run.ts';
import { pathOf } from './recheck-steps.ts';
import { whyNotOwn } from './workplace.ts';

export interface PreflightRequest {
  readonly root: BytePath;
  readonly rootId: InodeId;
  readonly uid: number;
  /** Directories from which names would go. */
  readonly directories: readonly BytePath[];
  readonly journalBytes: number;
  /** --journal: where it goes instead of the root. */
  readonly journalDirectory?: BytePath;
}

export interface PreflightSystem {
  readonly files: Pick<Files, 'lstat'>;
  readonly access: Access;
  readonly changes: Changes;
  readonly identities: Identities;
  /** Effective user of this process. */
  readonly uid: number;
}

export function preflightRequest(plan: RootPlan, journalDirectory?: BytePath): PreflightRequest {
  const directories = new Set<BytePath>();
  let journalBytes = lineBytes;
  for (const step of plan.steps) {
    directories.add(pathOf(plan, { ...step, components: step.components.slice(0, -1) }));
    journalBytes += 2 * lineBytes;
    if (step.kind !== 'file') continue;
    for (const link of step.links) journalBytes += link.path.length + linkBytes;
  }
  return {
    root: plan.root,
    rootId: plan.rootId,
    uid: plan.uid,
    directories: [...directories],
    journalBytes,
    ...(journalDirectory === undefined ? {} : { journalDirectory }),
  };
}

/** What an intent takes with its fixed fields, and an outcome with a long sentence; a link without its path. */
const lineBytes = 800;
const linkBytes = 140;
/** The journal is not all that is written: the run's directory and the names in it take blocks too. */
const slackBytes = 64 * 1024;
/** `stagesweep.`, the run's directory and the lock: what the root itself needs when the journal lies elsewhere. */
const directoryBytes = 16 * 1024;
/** A few say what is wrong; a thousand directories that say the same do not say more. */
const directoriesTold = 3;

/** @returns one sentence for each obstacle, without a full stop; empty when all looks well */
export function findObstacles(system: PreflightSystem, request: PreflightRequest): string[] {
  const { root, rootId, uid } = request;
  const shown = textOf(root);
  if (system.uid !== uid) {
    return [
      `the stage directories of ${shown} belong to uid ${uid}, and this runs as uid ${system.uid}: run as root or as that user`,
    ];
  }
  const anchor = system.changes.openDirectory(root, rootId);
  if (isTrouble(anchor)) return [whyNotOpened(anchor, shown)];
  const quarantine = join(root, quarantineLeaf);
  const seen = anchor.lstat(quarantineLeaf);
  const isThere = !isTrouble(seen);
  const unfit = isThere ? whyUnfit(system, anchor, seen, uid) : undefined;
  anchor.close();
  const obstacles: string[] = unfit === undefined ? [] : [`${shown}: ${unfit}`];
  const inRoot = system.access.mayChange(isThere ? quarantine : root);
  if (inRoot !== undefined && unfit === undefined) {
    // One mount, one cause: what is below is then not to be written either.
    if (inRoot.errno === 'EROFS') return [`${shown} is mounted read-only`];
    obstacles.push(
      isThere
        ? `uid ${uid} may not write in ${textOf(quarantine)} (${inRoot.errno})`
        : `uid ${uid} may not make ${textOf(quarantine)}, where the journal and the quarantine go (${inRoot.errno}). As root: install -d -m 0700 -o ${uid} ${textOf(quarantine)}`,
    );
  }
  const closed = request.directories.flatMap((directory) => {
    const trouble = system.access.mayChange(directory);
    // Gone by now: its files are told as gone when their turn comes.
    if (trouble === undefined || trouble.errno === 'ENOENT') return [];
    return [`uid ${uid} may not change ${textOf(directory)} (${trouble.errno})`];
  });
  obstacles.push(...closed.slice(0, directoriesTold));
  const more = closed.length - directoriesTold;
  if (more > 0) obstacles.push(`the same holds of ${more} more directories`);
  return [...obstacles, ...journalObstacles(system, request)];
}

function journalObstacles(
  system: PreflightSystem,
  { root, journalBytes, journalDirectory }: PreflightRequest,
): string[] {
  const place = journalDirectory ?? root;
  const shown = textOf(place);
  const closed = journalDirectory && whyNoShelf(system, journalDirectory);
  if (closed !== undefined) return [`the journal cannot be written in ${shown} (${closed})`];
  const elsewhere = journalDirectory === undefined ? ', or use --journal DIR elsewhere' : '';
  return [
    ...roomObstacles(system, place, journalBytes + slackBytes, 'the journal', elsewhere),
    ...(journalDirectory === undefined
      ? []
      : roomObstacles(system, root, directoryBytes, 'the directory of the quarantine', '')),
  ];
}

/** As a run opens them: steps/workplace.ts. */
function whyUnfit(
  { identities }: PreflightSystem,
  root: Anchor,
  seen: FileStat,
  uid: number,
): string | undefined {
  const why = whyNotOwn(quarantineLeaf, seen, { uid, dev: root.id.dev });
  if (why !== undefined) return `${why}. See who made it, and move it away`;
  const area = root.openDirectory(quarantineLeaf, seen);
  // Told by access() in other words.
  if (isTrouble(area)) return undefined;
  const heldBy = whyLocked(area, identities);
  area.close();
  return heldBy === undefined ? undefined : `it is locked by ${heldBy}`;
}

/** Each of its components must be a directory: a symlink could be turned against whoever writes there. */
function whyNoShelf(
  { files, changes, access }: PreflightSystem,
  directory: BytePath,
): string | undefined {
  const seen = files.lstat(directory);
  if (isTrouble(seen)) return seen.errno;
  if (seen.kind !== 'directory') return `it is a ${seen.kind}, no directory`;
  const opened = changes.openDirectory(directory, seen);
  if (isTrouble(opened)) {
    return ['ENOTDIR', 'ELOOP'].includes(opened.errno)
      ? `${textOf(opened.path)} is a symlink: name the directory that it leads to`
      : opened.errno;
  }
  opened.close();
  return access.mayChange(directory)?.errno;
}

function roomObstacles(
  { access }: PreflightSystem,
  place: BytePath,
  needed: number,
  what: string,
  remedy: string,
): string[] {
  const shown = textOf(place);
  const free = access.freeBytes(place);
  if (isTrouble(free)) return [`the room for ${what} in ${shown} is not known (${free.errno})`];
  if (free >= needed) return [];
  return [
    `no room for ${what} in ${shown}: up to ${needed} bytes are needed and ${free} are free. Make room${remedy}`,
  ];
}

function whyNotOpened(trouble: Trouble, shown: string): string {
  if (trouble.path.startsWith('/proc')) {
    return `/proc/self/fd cannot be used (${trouble.errno}), by which every change is bound to its directory: mount /proc`;
  }
  if (trouble.errno === 'ESTALE') return `${shown} is another directory than at the scan`;
  return `${shown} cannot be opened (${trouble.syscall}: ${trouble.errno})`;
}

function textOf(path: BytePath): string {
  return utf8Of(path) ?? path;
}
