/** undo, purge and history as they are typed; as root, since that is who types them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { makeRun, runId, treeOf } from '../support/hand-made-run.ts';
import { run } from '../support/run-cli.ts';
import { buildSpool, test } from '../support/spool.ts';

const isRoot = process.getuid?.() === 0;
/** The spool's owner: anybody but root. */
const owner = isRoot ? 12_345 : (process.getuid?.() ?? 0);

const delivery = 'stage./4713-1795000000-1';
const upload = `sync./4711/${'a'.repeat(40)}`;

function incident(dir: string, uid = owner): string {
  // The process without rights must be able to come here.
  chmodSync(dir, 0o755);
  buildSpool(dir, { 'user/glad/1.': 'a message', [delivery]: 'a delivery', [upload]: 'an upload' });
  // A umask of 022 or 077 would not give this mode to a directory that is made again.
  chmodSync(join(dir, 'sync./4711'), 0o751);
  if (isRoot) giveTo(dir, uid);
  return dir;
}

function giveTo(path: string, uid: number): void {
  chownSync(path, uid, uid);
  for (const leaf of readdirSync(path, { recursive: true, encoding: 'utf8' })) {
    chownSync(join(path, leaf), uid, uid);
  }
}

function removal(dir: string, uid = owner): string {
  const { directory } = makeRun(
    dir,
    [
      { path: delivery, does: 'claim', outcome: 'quarantined' },
      { path: upload, does: 'claim', outcome: 'quarantined', isEvidence: true },
      { path: 'sync./4711', does: 'rmdir', outcome: 'directory-removed' },
    ],
    { header: { uid } },
  );
  if (isRoot) giveTo(join(dir, 'stagesweep.'), uid);
  return directory;
}

function json(text: string): Record<string, unknown> {
  return JSON.parse(text) as Record<string, unknown>;
}

describe('stagesweep undo', () => {
  test('changes nothing without --apply, and prints the command that would', ({ dir }) => {
    const directory = removal(incident(dir));
    const before = treeOf(dir, { inodes: true });
    const { stdout, status } = run(['undo', directory, '--offline']);
    expect(status).toBe(0);
    expect(stdout.replaceAll(/ \\\n\s+/g, ' ')).toContain(`undo ${directory} --offline --apply`);
    expect(treeOf(dir, { inodes: true })).toEqual(before);
  });

  test('with --apply puts everything back: names, inodes, modes, owners', ({ dir }) => {
    incident(dir);
    const before = treeOf(dir, { inodes: true });
    const directory = removal(dir);
    const { stdout, status } = run(['undo', directory, '--offline', '--apply', '--yes', '--json']);
    expect(status).toBe(0);
    expect(json(stdout)).toMatchObject({ run: runId, applied: true, complete: true });
    expect(json(stdout)['steps']).toHaveLength(3);
    expect(treeOf(dir, { inodes: true })).toEqual(before);
    expect(statSync(join(directory, 'journal.jsonl')).uid).toBe(owner);
  });

  test('takes the id of a run where the configuration knows the spool', ({ dir }) => {
    removal(incident(dir));
    const config = join(dir, 'imapd.conf');
    buildSpool(dir, { 'imapd.conf': `partition-default: ${dir}\n` });
    // Not --offline, which is refused while any Cyrus runs here; so whether it is held depends on this machine.
    const { stdout } = run(['undo', runId, '-C', config, '--json']);
    expect(json(stdout)).toMatchObject({ run: runId, applied: false });
    expect(json(stdout)['steps']).toHaveLength(3);
  });

  test('needs --yes where nobody can be asked', ({ dir }) => {
    const directory = removal(incident(dir));
    expect(run(['undo', directory, '--offline', '--apply']).status).toBe(64);
    expect(existsSync(join(dir, delivery))).toBe(false);
  });

  test('of what is no run is a mistake in the command line', ({ dir }) => {
    incident(dir);
    expect(run(['undo', 'nonsense']).status).toBe(64);
    expect(run(['undo', join(dir, 'stagesweep.', runId)]).status).toBe(64);
    expect(run(['undo', join(dir, 'user/glad')]).status).toBe(64);
  });

  test.runIf(isRoot)('refuses a spool that belongs to root (safety.md 1)', ({ dir }) => {
    const directory = removal(incident(dir, 0), 0);
    const { status, stdout } = run(['undo', directory, '--offline', '--apply', '--yes']);
    expect(status).toBe(2);
    expect(stdout).toContain('uid 0');
    expect(existsSync(join(dir, delivery))).toBe(false);
  });
});

describe('safety 7: undo --offline of a spool of this host', () => {
  test('is refused while a Cyrus process runs, and changes nothing', async ({ dir }) => {
    const directory = removal(incident(dir));
    buildSpool(dir, { 'imapd.conf': `partition-default: ${dir}\n` });
    const before = treeOf(dir, { inodes: true });
    const words = ['undo', directory, '-C', join(dir, 'imapd.conf'), '--offline'];
    mkdirSync(join(dir, 'cyrus'));
    copyFileSync('/bin/sleep', join(dir, 'cyrus/imapd'));
    chmodSync(join(dir, 'cyrus/imapd'), 0o755);
    const cyrus = spawn(join(dir, 'cyrus/imapd'), ['60'], { stdio: 'ignore' });
    try {
      await once(cyrus, 'spawn');
      const { status, stderr } = run([...words, '--apply', '--yes']);
      expect([status, stderr]).toEqual([64, expect.stringContaining('--offline')]);
    } finally {
      const ended = once(cyrus, 'exit');
      cyrus.kill();
      await ended;
    }
    rmSync(join(dir, 'cyrus'), { recursive: true });
    expect(treeOf(dir, { inodes: true })).toEqual(before);
  });
});

describe('stagesweep purge', () => {
  test('names the last of their kind before anything goes', ({ dir }) => {
    const directory = removal(incident(dir));
    const { stdout } = run(['purge', directory]);
    expect(stdout).toContain('would-purge, LAST');
    expect(readdirSync(directory)).toHaveLength(3);
  });

  test('keeps evidence of damage, which makes the exit status 1', ({ dir }) => {
    const directory = removal(incident(dir));
    expect(run(['purge', directory, '--apply', '--yes']).status).toBe(1);
    expect(readdirSync(directory)).toHaveLength(2);
    expect(run(['purge', directory, '--apply', '--yes', '--evidence']).status).toBe(0);
    expect(readdirSync(directory)).toEqual(['journal.jsonl']);
  });
});

test('a quarantine is purged, and history told, where the stage directories are gone', ({
  dir,
}) => {
  const directory = removal(incident(dir));
  for (const area of ['sync.', 'stage.']) rmSync(join(dir, area), { recursive: true, force: true });
  const { status, stdout } = run(['purge', directory, '--apply', '--yes', '--evidence', '--json']);
  expect([status, json(stdout)['heldFiles'] ?? 0]).toEqual([0, 0]);
  expect(readdirSync(directory)).toEqual(['journal.jsonl']);
  expect(json(run(['history', dir, '--json']).stdout)).toMatchObject({
    runs: [{ state: 'purged' }],
  });
});

describe('stagesweep history', () => {
  test('tells a run, and that it was undone', ({ dir }) => {
    const directory = removal(incident(dir));
    const runs = (): unknown => json(run(['history', dir, '--json']).stdout)['runs'];
    expect(runs()).toMatchObject([{ run: runId, state: 'complete', heldFiles: 2 }]);
    run(['undo', directory, '--offline', '--apply', '--yes']);
    expect(runs()).toMatchObject([{ run: runId, state: 'undone', heldFiles: 0 }]);
  });
});
