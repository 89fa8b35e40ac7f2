/** A run as the engine leaves it, made by hand: so that undo is tested against the journal's format, not its writer. */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { asBytes } from '../../src/model/byte-path.ts';
import type { JournalEntry, StepOutcome } from '../../src/model/journal.ts';
import type { DirectoryStep, FileStep, PlannedLink } from '../../src/model/plan.ts';
import { formatJournalLine } from '../../src/parse/journal-line.ts';
import {
  parseAppendName,
  parsePid,
  parseSyncCacheName,
  parseSyncName,
} from '../../src/parse/stage-name.ts';
import { nodeFiles } from '../../src/system/files.ts';
import type { FileStat } from '../../src/model/inode.ts';

export const runId = '20261124T034800Z-1f2e3d4c';

export interface HandMadeStep {
  /** Below the root. */
  readonly path: string;
  /** What the journal says; undefined for a run that was killed before. */
  readonly outcome?: StepOutcome | undefined;
  /** What is done to the disk: `claim` leaves the file in the quarantine, `unlink` takes it away. */
  readonly does: 'claim' | 'unlink' | 'rmdir' | 'nothing';
  /** Names in mailboxes, below the root. */
  readonly links?: readonly string[];
  readonly isEvidence?: boolean;
  /** Of the intent, what a forger wrote in its place. */
  readonly forged?: Partial<FileStep>;
}

export interface HandMadeRun {
  readonly directory: string;
  readonly journal: string;
  /** Names in the quarantine, by path. */
  readonly claimed: ReadonlyMap<string, string>;
}

export interface HandMadeOptions {
  readonly run?: string;
  readonly header?: Partial<Extract<JournalEntry, { type: 'run' }>>;
  readonly isKilled?: boolean;
}

export function makeRun(
  root: string,
  steps: readonly HandMadeStep[],
  options: HandMadeOptions = {},
): HandMadeRun {
  const run = options.run ?? runId;
  const directory = join(root, 'stagesweep.', run);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(join(root, 'stagesweep.'), 0o700);
  const entries: JournalEntry[] = [
    {
      type: 'run',
      run,
      version: '0.0.0',
      host: 'test',
      root: asBytes(root),
      partition: 'default',
      startedNs: 1_795_000_000_000_000_000n,
      uid: process.getuid?.() ?? 0,
      pid: 4242,
      bootId: '00000000-0000-0000-0000-000000000000',
      ...options.header,
    },
  ];
  const claimed = new Map<string, string>();
  steps.forEach((step, sequence) => {
    const leaf = `${sequence}-${sequence.toString(16).padStart(8, '0')}`;
    const path = join(root, step.path);
    if (step.does === 'rmdir' || lstatSync(path).isDirectory()) {
      entries.push({ type: 'intent', sequence, step: directoryStep(root, step) });
      if (step.does === 'rmdir') rmdirSync(path);
    } else {
      const planned = { ...fileStep(root, step), ...step.forged };
      entries.push({ type: 'intent', sequence, step: planned, claimedAs: asBytes(leaf) });
      claimed.set(step.path, join(directory, leaf));
      if (step.does === 'claim') renameSync(path, join(directory, leaf));
      if (step.does === 'unlink') unlinkSync(path);
    }
    if (step.outcome !== undefined)
      entries.push({ type: 'outcome', sequence, outcome: step.outcome });
  });
  // The journal has batches: intents of a batch come before its outcomes.
  const order = (entry: JournalEntry): number =>
    entry.type === 'run' ? 0 : entry.type === 'intent' ? 1 : 2;
  entries.sort((a, b) => order(a) - order(b));
  if (options.isKilled !== true) {
    entries.push({ type: 'end', endedNs: 1_795_000_001_000_000_000n, isInterrupted: false });
  }
  const journal = join(directory, 'journal.jsonl');
  writeFileSync(journal, entries.map(formatJournalLine).join(''), { mode: 0o600 });
  return { directory, journal, claimed };
}

export function statAt(path: string): FileStat {
  const stat = nodeFiles.lstat(asBytes(path));
  if ('errno' in stat) throw new Error(`${path}: ${stat.errno}`);
  return stat;
}

function fileStep(
  root: string,
  { path, links = [], isEvidence = false, does }: HandMadeStep,
): FileStep {
  const components = path.split('/').map(asBytes);
  const [area = '', second = '', third] = components;
  const name =
    area === 'stage.'
      ? parseAppendName(second)
      : third === undefined
        ? parseSyncCacheName(second)
        : parseSyncName(third);
  const ownerPid = name?.ownerPid ?? parsePid(second);
  if (name === undefined || ownerPid === undefined) throw new Error(`no stage file: ${path}`);
  const whole = join(root, path);
  return {
    kind: 'file',
    action: does === 'claim' ? 'quarantine' : 'unlink',
    components,
    area: area === 'stage.' ? 'stage' : 'sync',
    grammar: name.grammar,
    ownerPid,
    directory: statAt(join(whole, '..')),
    seen: statAt(whole),
    sha1: createHash('sha1').update(readFileSync(whole)).digest('hex'),
    links: links.map((link): PlannedLink => ({
      path: asBytes(join(root, link)),
      kind: 'mailbox',
      mailbox: 'user.glad',
      messageUid: 1,
      isIntact: true,
    })),
    isEvidence,
    reasons: ['owner-dead'],
  };
}

function directoryStep(root: string, { path }: HandMadeStep): DirectoryStep {
  const components = path.split('/').map(asBytes);
  return {
    kind: 'directory',
    components,
    ownerPid: parsePid(components[1] ?? '') ?? 0,
    seen: statAt(join(root, path)),
  };
}

/** Every name below a directory with what it is: type, mode, owner, links, and bytes. Inodes as asked. */
export function treeOf(root: string, options: { readonly inodes: boolean }): string[] {
  const lines: string[] = [];
  const visit = (path: string): void => {
    for (const leaf of readdirSync(join(root, path)).sort()) {
      const below = join(path, leaf);
      if (below === 'stagesweep.') continue;
      const stat = lstatSync(join(root, below));
      const what = stat.isFile() ? readFileSync(join(root, below), 'latin1') : '';
      const inode = options.inodes && stat.isFile() ? ` inode ${stat.ino}` : '';
      // An inode's links are counted once everything is back: a name too many shows here.
      const links = stat.isFile() ? ` x${stat.nlink}` : '';
      lines.push(
        `${below} ${stat.mode.toString(8)} ${stat.uid}:${stat.gid}${links}${inode} ${what}`,
      );
      if (stat.isDirectory()) visit(below);
    }
  };
  visit('');
  return lines;
}
