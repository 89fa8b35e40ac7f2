/** Makes the spools of the benchmark, or takes one that is there already. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { capture } from './capture.ts';
import { tracked } from './children.ts';
import { removeTree } from './remove-tree.ts';
import { firstDeadPid, nameOf, type SpoolDescription } from './spool-shape.ts';

export interface Spool extends SpoolDescription {
  /** The root that is scanned, absolute. */
  readonly root: string;
  /** Its directory, which also holds the description. */
  readonly home: string;
  /** Names below the root, directories too, before anything was staged. */
  readonly entries: number;
  /** Somebody made it with --keep, now or before. */
  readonly isKept: boolean;
}

const loader = new URL('./run-typescript.js', import.meta.url).href;
const maker = fileURLToPath(new URL('./generate-part.ts', import.meta.url));
/** In the directory of a kept spool: its description. */
const keptMark = 'kept.json';

/**
 * @param directory where spools lie, each under its name
 * @param keep      marks what is made as wanted later: only such a spool is ever taken again
 */
export async function provideSpool(
  directory: string,
  wanted: SpoolDescription,
  keep: boolean,
  say: (text: string) => void,
): Promise<Spool> {
  const home = join(directory, nameOf(wanted));
  const root = join(home, 'spool');
  const known = describedEntries(home, wanted);
  if (known !== undefined) return { ...wanted, home, root, entries: known, isKept: true };
  say(`making the spool ${nameOf(wanted)}`);
  await removeTree(home);
  for (const area of ['sync.', 'stage.']) mkdirSync(join(root, area), { recursive: true });
  if (wanted.shape === 'one-pid') mkdirSync(join(root, 'sync.', String(firstDeadPid)));
  const parts = availableParallelism();
  await Promise.all(
    Array.from({ length: parts }, (_, part) => makePart(root, wanted, part, parts)),
  );
  // Mail came into every mailbox since: a search that leaves out what is older than the file that it looks for, as ours
  // does, has to read them all, as its peers do.
  await capture('find', [root, '-type', 'd', '-exec', 'touch', '-c', '{}', '+']);
  const counted = await capture('find', [root, '-mindepth', '1', '-printf', '.']);
  const entries = counted.length;
  // Last: a spool without its description was cut off, and is made anew.
  if (keep) writeFileSync(join(home, keptMark), JSON.stringify({ ...wanted, entries }));
  return { ...wanted, home, root, entries, isKept: keep };
}

export function isKept(directory: string, wanted: SpoolDescription): boolean {
  return describedEntries(join(directory, nameOf(wanted)), wanted) !== undefined;
}

function describedEntries(home: string, wanted: SpoolDescription): number | undefined {
  const path = join(home, keptMark);
  if (!existsSync(path)) return undefined;
  const found: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (typeof found !== 'object' || found === null || !('entries' in found)) return undefined;
  const { entries, ...description } = found;
  const isWanted = JSON.stringify(description) === JSON.stringify(wanted);
  return isWanted && typeof entries === 'number' ? entries : undefined;
}

function makePart(
  root: string,
  { shape, files }: SpoolDescription,
  part: number,
  parts: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const numbers = [files, part, parts].map(String);
    const words = ['--import', loader, maker, root, shape, ...numbers];
    const child = tracked(
      spawn(process.execPath, words, { stdio: ['ignore', 'inherit', 'inherit'] }),
    );
    child.once('error', reject);
    child.once('exit', (status) => {
      if (status === 0) resolve();
      else reject(new Error(`a part of the spool was not made (exit status ${String(status)})`));
    });
  });
}
