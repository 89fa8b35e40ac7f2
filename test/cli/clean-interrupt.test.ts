/** safety.md 24: a signal lets the step be finished, is journalled and told, and undo settles what was done. */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { apply, give, type ToldClean } from '../support/clean-run.ts';
import { treeOf } from '../support/hand-made-run.ts';
import { program, run } from '../support/run-cli.ts';
import { buildSpool, test } from '../support/spool.ts';

/** More than are done before the signal comes. */
const files = 3000;

function journalOf(spool: string): string {
  const area = join(spool, 'stagesweep.');
  if (!existsSync(area)) return '';
  const journals = readdirSync(area).map((leaf) => join(area, leaf, 'journal.jsonl'));
  const [journal] = journals.filter((path) => existsSync(path));
  return journal === undefined ? '' : readFileSync(journal, 'latin1');
}

test.for(['SIGINT', 'SIGTERM'] as const)(
  '%s ends a clean between two steps with 130, and undo puts back what was done',
  { timeout: 120_000 },
  async (signal, { dir }) => {
    chmodSync(dir, 0o755);
    const names = Array.from({ length: files }, (_, n) => [`spool/sync./9/${n}.`, 'x'] as const);
    buildSpool(dir, Object.fromEntries(names));
    give(join(dir, 'spool'));
    const spool = join(dir, 'spool');
    const before = treeOf(spool, { inodes: true });
    const words = ['clean', '--offline', '--min-age', '0s', spool, '--json', ...apply];
    const child = spawn(process.execPath, [program, ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let stdout = '';
    child.stdout.on('data', (piece: Buffer) => (stdout += piece.toString()));
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    while (!journalOf(spool).includes('"outcome"') && child.exitCode === null) await pause(5);
    child.kill(signal);
    expect(await ended).toBe(130);

    const told = JSON.parse(stdout) as ToldClean;
    const done = told.steps?.length ?? 0;
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(files);
    const last = journalOf(spool).trimEnd().split('\n').at(-1) ?? '';
    expect(JSON.parse(last)).toMatchObject({ type: 'end', isInterrupted: true });
    expect(readdirSync(join(spool, 'sync./9'))).toHaveLength(files - done);

    const directory = join(spool, 'stagesweep.', told.run ?? '');
    const undone = run(['undo', directory, '--offline', '--json', ...apply]);
    expect([undone.status, undone.stderr]).toEqual([0, '']);
    expect(treeOf(spool, { inodes: true })).toEqual(before);
  },
);
