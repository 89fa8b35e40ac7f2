/** A spool with leftovers of every kind, its plan as a scan would make it, and what must be true of it afterwards. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { asBytes, bytePath } from '../../src/model/byte-path.ts';
import { inodeKey, type FileStat } from '../../src/model/inode.ts';
import type { DirectoryStep, FileStep, PlannedLink, RootPlan } from '../../src/model/plan.ts';
import {
  parseAppendName,
  parsePid,
  parseSyncCacheName,
  parseSyncName,
} from '../../src/parse/stage-name.ts';
import { isTrouble } from '../../src/model/trouble.ts';
import { nodeFiles } from '../../src/system/files.ts';

/** Names of one inode, the first made by writing. Below `user/damaged` a mailbox has records that disagree. */
export type Forest = readonly (readonly string[])[];

export const everyKind: Forest = [
  // The only name a mailbox shares.
  [`sync./7001/${sha1('one')}`, 'user/alice/1.'],
  // Two leftovers and two messages.
  [`sync./7001/${sha1('two')}`, 'stage./7001-1214461933-0', 'user/alice/2.', 'user/bob/2.'],
  // Nobody else has it.
  ['sync./7002/0.'],
  // Two leftovers are its only names.
  ['sync./7002/1.', 'stage./7002-1214461933-1'],
  // Evidence of damage.
  ['sync./7002/2.', 'user/damaged/3.'],
  ['sync./7002.cache'],
];

export function sha1(text: string | Buffer): string {
  return createHash('sha1').update(text).digest('hex');
}

export function buildForest(root: string, forest: Forest): void {
  for (const area of ['sync.', 'stage.', 'sync./7003']) {
    mkdirSync(join(root, area), { recursive: true });
  }
  forest.forEach(([first, ...others], index) => {
    if (first === undefined) return;
    for (const name of [first, ...others]) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
    }
    writeFileSync(join(root, first), `message ${index} `.repeat(20));
    for (const name of others) linkSync(join(root, first), join(root, name));
  });
}

/** Every regular file but those of the quarantine's own keeping, relative to `root`. */
export function filesBelow(root: string, below = ''): string[] {
  return readdirSync(join(root, below), { withFileTypes: true }).flatMap((entry) => {
    const path = join(below, entry.name);
    if (entry.isDirectory()) return filesBelow(root, path);
    const isOurs = /^stagesweep\.\/(lock|.*journal\.jsonl)/.test(path);
    return entry.isFile() && !isOurs ? [path] : [];
  });
}

export function statAt(root: string, path: string): FileStat {
  const stat = nodeFiles.lstat(bytePath(join(root, path)));
  if (isTrouble(stat)) throw new Error(`${stat.errno}: ${path}`);
  return stat;
}

/** As a scan and a plan would make it, with links judged: intact unless below user/damaged. */
export function planOf(root: string): RootPlan {
  const files = filesBelow(root).filter((path) => !path.startsWith('stagesweep.'));
  const names = new Map<string, string[]>();
  for (const path of files) {
    const key = inodeKey(statAt(root, path));
    names.set(key, [...(names.get(key) ?? []), path]);
  }
  const isStage = (path: string): boolean => /^(sync|stage)\./.test(path);
  const steps = files
    .filter(isStage)
    .sort()
    .map((path) => {
      const others = names.get(inodeKey(statAt(root, path))) ?? [];
      return fileStep(
        root,
        path,
        others.filter((other) => other !== path),
      );
    });
  const directories = readdirSync(join(root, 'sync.'))
    .filter((leaf) => parsePid(leaf) !== undefined)
    .sort()
    .map((leaf): DirectoryStep => {
      const components = [asBytes('sync.'), bytePath(leaf)];
      return {
        kind: 'directory',
        components,
        ownerPid: Number(leaf),
        seen: statAt(root, `sync./${leaf}`),
      };
    });
  const { dev, ino, uid, gid } = statAt(root, '.');
  return {
    root: bytePath(root),
    rootId: { dev, ino },
    partition: 'default',
    uid,
    gid,
    steps: [...steps, ...directories],
  };
}

function fileStep(root: string, path: string, others: readonly string[]): FileStep {
  const components = path.split('/').map(bytePath);
  const [area = '', middle = '', leaf] = components;
  const name =
    area === 'stage.'
      ? parseAppendName(middle)
      : leaf === undefined
        ? parseSyncCacheName(middle)
        : parseSyncName(leaf);
  if (name === undefined) throw new Error(`no stage name: ${path}`);
  const links = others.map((other): PlannedLink => {
    const isMailbox = other.startsWith('user/');
    return {
      path: bytePath(join(root, other)),
      kind: isMailbox ? 'mailbox' : 'stage',
      isIntact: isMailbox && !other.startsWith('user/damaged'),
    };
  });
  const isEvidence = others.some((other) => other.startsWith('user/damaged'));
  const isKept = links.some((link) => link.isIntact) && !isEvidence;
  return {
    kind: 'file',
    action: isKept && name.grammar !== 'sync-cache' ? 'unlink' : 'quarantine',
    components,
    area: area === 'stage.' ? 'stage' : 'sync',
    grammar: name.grammar,
    ownerPid: name.ownerPid ?? Number(middle),
    directory: statAt(root, dirname(path)),
    seen: statAt(root, path),
    sha1: sha1(readFileSync(join(root, path))),
    links,
    isEvidence,
    reasons: ['owner-dead'],
  };
}

/** Each message file with what must never change. */
export function messagesOf(root: string): Record<string, string> {
  // Without a message there is no directory for them.
  const paths = existsSync(join(root, 'user')) ? filesBelow(root, 'user') : [];
  return Object.fromEntries(
    paths.map((path) => {
      const stat = lstatSync(join(root, path), { bigint: true });
      const digest = sha1(readFileSync(join(root, path)));
      return [path, [stat.ino, stat.size, stat.mtimeNs, stat.mode, stat.uid, digest].join(' ')];
    }),
  );
}

/** Digests of all bytes that a name leads to: in mailboxes, stage areas and quarantines. */
export function bytesOf(root: string): Set<string> {
  return new Set(filesBelow(root).map((path) => sha1(readFileSync(join(root, path)))));
}

export function stageNames(root: string): string[] {
  return filesBelow(root).filter((path) => /^(sync|stage)\./.test(path));
}
