/**
 * The step in an intent line. A journal lies in the spool (safety.md 2): a step is taken only when its name is one that
 * Cyrus gives to stage files, below `sync.` or `stage.`, so that nothing else can be reached through it.
 */
import type { BytePath } from '../model/byte-path.ts';
import type { FileStat } from '../model/inode.ts';
import type { DirectoryStep, FileStep, PlannedLink, PlanStep } from '../model/plan.ts';
import type { Area, Grammar } from '../model/stage.ts';
import { parseAppendName, parsePid, parseSyncCacheName, parseSyncName } from './stage-name.ts';
import { absolutePath, bytesOf, StrictObject, wordOf, wrong } from './strict-object.ts';
import { areaWords, fileKindWords, grammarWords, linkKindWords, reasonWords } from './words.ts';

/** ext4 stops at 65,000 names of one inode, XFS far later; a line of this many is some tens of MB. */
export const linksAtMost = 200_000;
/** Trees beyond PATH_MAX exist: names are moved into them, or made with relative paths. */
export const pathBytesAtMost = 65_536;
const leafBytesAtMost = 255;
const uint32 = 0xffff_ffff;

const actions: Readonly<Record<FileStep['action'], true>> = { unlink: true, quarantine: true };

export function parseStep(fields: StrictObject): PlanStep {
  const kind = fields.word('kind', { file: true, directory: true });
  return kind === 'file' ? fileStep(fields) : directoryStep(fields);
}

/** The same step with its keys in the order of the format; bigints become strings when it is written. */
export function stepFields(step: PlanStep): object {
  const { kind, components, ownerPid } = step;
  if (kind === 'directory') return { kind, components, ownerPid, seen: statFields(step.seen) };
  const { action, area, grammar, directory, sha1, isEvidence } = step;
  return {
    kind,
    action,
    components,
    area,
    grammar,
    ownerPid,
    directory: { dev: directory.dev, ino: directory.ino },
    seen: statFields(step.seen),
    sha1,
    links: step.links.map(({ path, kind, mailbox, messageUid, isIntact }) => ({
      path,
      kind,
      mailbox,
      messageUid,
      isIntact,
    })),
    isEvidence,
    reasons: step.reasons,
  };
}

function statFields(stat: FileStat): object {
  const { dev, ino, kind, mode, uid, gid, linkCount, sizeBytes } = stat;
  const { modifiedNs, changedNs, bornNs } = stat;
  const times = { modifiedNs, changedNs, bornNs };
  return { dev, ino, kind, mode, uid, gid, linkCount, sizeBytes, ...times };
}

function fileStep(fields: StrictObject): FileStep {
  const area = fields.word('area', areaWords);
  const grammar = fields.word('grammar', grammarWords);
  const ownerPid = fields.whole('ownerPid');
  const components = componentsOf(fields);
  const named = nameOf(area, components);
  if (named?.grammar !== grammar || named.ownerPid !== ownerPid) {
    throw wrong('components', 'are no name that Cyrus gives to a stage file');
  }
  const seen = statOf(fields.object('seen'));
  if (seen.kind !== 'file') throw wrong('seen', 'is no regular file');
  const directory = fields.object('directory');
  return {
    kind: 'file',
    action: fields.word('action', actions),
    components,
    area,
    grammar,
    ownerPid,
    directory: { dev: directory.big('dev'), ino: directory.big('ino') },
    seen,
    ...(fields.has('sha1') ? { sha1: fields.matching('sha1', /^[0-9a-f]{40}$/, 40) } : {}),
    links: fields.list('links', linksAtMost).map(linkOf),
    isEvidence: fields.flag('isEvidence'),
    reasons: fields.list('reasons', 64).map((reason) => wordOf(reason, reasonWords, 'reasons')),
  };
}

function directoryStep(fields: StrictObject): DirectoryStep {
  const components = componentsOf(fields);
  const ownerPid = fields.whole('ownerPid');
  const [area, pid, ...rest] = components;
  if (area !== 'sync.' || pid === undefined || rest.length > 0 || parsePid(pid) !== ownerPid) {
    throw wrong('components', 'are no directory below sync. that a pid names');
  }
  const seen = statOf(fields.object('seen'));
  if (seen.kind !== 'directory') throw wrong('seen', 'is no directory');
  return { kind: 'directory', components, ownerPid, seen };
}

function componentsOf(fields: StrictObject): readonly BytePath[] {
  return fields.list('components', 3).map((component) => {
    const leaf = bytesOf(component, 'components');
    if (leaf.length > leafBytesAtMost) throw wrong('components', 'are longer than a name can be');
    return leaf;
  });
}

/** The grammars have no slash, no `.` alone and no `..`: what fits one is a single component. */
function nameOf(
  area: Area,
  [top, first, second, ...rest]: readonly BytePath[],
): { readonly grammar: Grammar; readonly ownerPid?: number | undefined } | undefined {
  if (top !== `${area}.` || first === undefined || rest.length > 0) return undefined;
  if (area === 'stage') return second === undefined ? parseAppendName(first) : undefined;
  if (second === undefined) return parseSyncCacheName(first);
  const name = parseSyncName(second);
  return name && { grammar: name.grammar, ownerPid: parsePid(first) };
}

function linkOf(value: unknown): PlannedLink {
  const fields = new StrictObject(value, 'links');
  return {
    path: absolutePath(fields.bytes('path', pathBytesAtMost), 'path'),
    kind: fields.word('kind', linkKindWords),
    ...(fields.has('mailbox') ? { mailbox: fields.bytes('mailbox', pathBytesAtMost) } : {}),
    ...(fields.has('messageUid') ? { messageUid: fields.whole('messageUid', uint32) } : {}),
    isIntact: fields.flag('isIntact'),
  };
}

function statOf(fields: StrictObject): FileStat {
  return {
    dev: fields.big('dev'),
    ino: fields.big('ino'),
    kind: fields.word('kind', fileKindWords),
    mode: fields.whole('mode', 0o7777),
    uid: fields.whole('uid', uint32),
    gid: fields.whole('gid', uint32),
    linkCount: fields.whole('linkCount'),
    sizeBytes: fields.whole('sizeBytes'),
    modifiedNs: fields.big('modifiedNs'),
    changedNs: fields.big('changedNs'),
    bornNs: fields.big('bornNs'),
  };
}
