/** Runs `clean` on a temporary spool, and the spool's state before and after. */
import { execFileSync } from 'node:child_process';
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run-cli.ts';

export const isRoot = process.getuid?.() === 0;
/** Nobody has this uid, so no process of its user can veto what the files are. */
export const owner = 54_321;

export interface ToldClean {
  readonly complete: boolean;
  readonly plan: readonly { path: string; action: string; reasons: readonly string[] }[];
  readonly refused: readonly { path: string; why: string }[];
  readonly obstacles: readonly { path: string; why: string }[];
  readonly refusal?: string;
  readonly run?: string;
  readonly steps?: readonly { path: string; action: string; outcome: string; detail?: string }[];
  readonly journals?: readonly { path: string; journal?: string; stopped?: string }[];
  readonly notes: readonly string[];
}

export interface CleanRun {
  readonly status: number | null;
  readonly stderr: string;
  /** Absent when nothing was told. */
  readonly told: ToldClean;
}

/** Gives a spool to the user who owns it here; the tests may run as root, and root's files are nobody's. */
export function give(dir: string): void {
  if (isRoot) execFileSync('chown', ['-hR', `${owner}:${owner}`, dir]);
  execFileSync('chmod', ['-R', 'go-rwx', dir]);
}

/** `clean --offline --min-age 0s --json` of `dir`/spool. */
export function clean(dir: string, ...more: readonly string[]): CleanRun {
  const words = ['clean', '--offline', '--min-age', '0s', join(dir, 'spool'), '--json', ...more];
  const { stdout, stderr, status } = run(words);
  const told: unknown = stdout === '' ? {} : JSON.parse(stdout);
  return { status, stderr, told: told as ToldClean };
}

export const apply = ['--apply', '--yes'] as const;

/** Every name with all that lstat says of it but the time of the last access. */
export function snapshot(root: string): string[] {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  return ['', ...names].map((name) => {
    const { ino, mode, nlink, uid, gid, size, mtimeNs, ctimeNs } = lstatSync(join(root, name), {
      bigint: true,
    });
    return [name, ino, mode, nlink, uid, gid, size, mtimeNs, ctimeNs].join(' ');
  });
}

/** Names below a spool but those of the program's own directory. */
export function namesIn(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.startsWith('stagesweep.'))
    .sort();
}
