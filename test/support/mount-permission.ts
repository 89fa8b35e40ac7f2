/** What only root may do: mount, and be somebody else. Whether it may is asked once, by mounting. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { program } from './run-cli.ts';

/** Why not; undefined when it may. */
export const whyNoMount: string | undefined = tryToMount();

// Skipped without a word, these would be missed where they answer for a commit: .ci/run is root and has mount(8).
test.runIf((process.env['CI'] ?? '') !== '')(
  'a machine that answers for every commit may mount',
  () => {
    expect(whyNoMount).toBeUndefined();
  },
);

function tryToMount(): string | undefined {
  if (process.geteuid?.() !== 0) return 'mounting needs root';
  const place = mkdtempSync(`${tmpdir()}/mount-`);
  try {
    const tried = spawnSync('mount', ['-t', 'tmpfs', 'none', place], { encoding: 'utf8' });
    if (tried.status !== 0) return `mount: ${tried.stderr.trim() || String(tried.error)}`;
    spawnSync('umount', [place]);
    return undefined;
  } finally {
    rmdirSync(place);
  }
}

/**
 * Threads of this process load their code as whoever it is by then. Root may test from a checkout in his home, and
 * nobody cannot read it there. Why not; undefined when he can.
 */
export const whyNotNobody: string | undefined =
  process.geteuid?.() !== 0 || spawnSync('test', ['-r', program], { uid: 65534 }).status === 0
    ? undefined
    : 'needs a checkout that other users may read';

/** root may read everything; the tests often run as root. */
export async function asNobody<T>(call: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return call();
  process.seteuid?.(65534);
  try {
    return await call();
  } finally {
    process.seteuid?.(0);
  }
}

export async function mounted(what: readonly string[], call: () => Promise<void>): Promise<void> {
  execFileSync('mount', what);
  try {
    await call();
  } finally {
    execFileSync('umount', [what.at(-1) ?? '']);
  }
}

export function because(): string {
  return whyNoMount ? ` (not tried: ${whyNoMount})` : '';
}
