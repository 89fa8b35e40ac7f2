/** What will not work is said before anything is changed. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { apply, clean, give, isRoot, namesIn, owner, snapshot } from '../support/clean-run.ts';
import { crashedSpool } from '../support/crashed-spool.ts';
import { mounted, whyNoMount } from '../support/mount-permission.ts';
import { program, run } from '../support/run-cli.ts';
import { buildSpool, test } from '../support/spool.ts';

describe('what will not work is said before anything is changed', () => {
  const root = test.skipIf(!isRoot);

  test('a report that could not be written, with -o', ({ dir }) => {
    const spool = crashedSpool(dir);
    const before = snapshot(spool);
    const words = ['clean', '--offline', '--min-age', '0s', spool, ...apply];
    const { stderr, stdout, status } = run([...words, '-o', join(dir, 'none/report')]);
    expect([status, stdout, stderr.trimEnd().split('\n')]).toEqual([
      2,
      '',
      [expect.stringContaining('its directory does not exist')],
    ]);
    expect(snapshot(spool)).toEqual(before);
  });

  test('and what was done is told on standard error when the report meets a full disk', ({
    dir,
  }) => {
    const spool = crashedSpool(dir);
    const words = ['clean', '--offline', '--min-age', '0s', spool, ...apply];
    const { stderr, status } = spawnSync(
      'sh',
      ['-c', 'exec "$@" >/dev/full', 'sh', process.execPath, program, ...words],
      { encoding: 'utf8', env: { PATH: process.env['PATH'] } },
    );
    expect(status).toBe(2);
    expect(stderr).toMatch(/stagesweep undo /);
    expect(stderr).toContain('standard output: ENOSPC');
    expect(stderr).not.toContain('    at ');
  });

  root('safety 1: a stage directory of root is refused (needs root)', ({ dir }) => {
    const spool = crashedSpool(dir);
    execFileSync('chown', ['-hR', '0:0', join(spool, 'sync.')]);
    chownSync(join(spool, 'stage.'), 0, 0);
    const { told, status } = clean(dir, ...apply);
    expect([told.run, status]).toEqual([undefined, 2]);
    expect(told.refused[0]?.why).toContain('belongs to root');
  });

  test('safety 1: a spool in which everybody may write is refused', ({ dir }) => {
    const spool = crashedSpool(dir);
    chmodSync(spool, 0o777);
    const { told, status } = clean(dir, ...apply);
    expect([told.run, status, told.refused.length]).toEqual([undefined, 2, 1]);
  });

  root(
    'a root in which the owner may not make the quarantine, with the command that helps (needs root)',
    ({ dir }) => {
      const spool = crashedSpool(dir);
      chownSync(spool, 0, 0);
      chmodSync(spool, 0o755);
      const { told, status } = clean(dir, ...apply);
      expect([told.run, status]).toEqual([undefined, 2]);
      expect(told.obstacles[0]?.why).toContain(`install -d -m 0700 -o ${owner}`);
    },
  );

  root('somebody else than the owner is told to be root (needs root)', ({ dir }) => {
    const spool = crashedSpool(dir);
    execFileSync('chmod', ['-R', 'go+rX', dir]);
    const words = ['clean', '--offline', '--min-age', '0s', spool, '--json', ...apply];
    const { stdout, status } = run(words, { uid: owner + 1 });
    const told = stdout === '' ? undefined : (JSON.parse(stdout) as { run?: string });
    expect([told?.run, status]).toEqual([undefined, expect.toBeOneOf([2, 64])]);
  });

  test.skipIf(whyNoMount !== undefined)('a read-only mount (needs mount)', async ({ dir }) => {
    const spool = crashedSpool(dir);
    await mounted(['--bind', spool, spool], async () => {
      execFileSync('mount', ['-o', 'remount,bind,ro', spool]);
      const { told, status } = clean(dir, ...apply);
      expect(told.obstacles.map(({ why }) => why)).toEqual([`${spool} is mounted read-only`]);
      expect([told.run, status]).toEqual([undefined, 2]);
      await Promise.resolve();
    });
  });

  test.skipIf(whyNoMount !== undefined)(
    'a filesystem without room for the journal (needs mount)',
    async ({ dir }) => {
      const place = join(dir, 'spool');
      mkdirSync(place);
      const tmpfs = ['-t', 'tmpfs', '-o', 'size=256k,mode=0700', 'none', place];
      await mounted(tmpfs, async () => {
        buildSpool(dir, { 'spool/sync./5/1.': 'x', 'spool/full': '' });
        spawnSync('dd', ['if=/dev/zero', `of=${join(place, 'full')}`, 'bs=4k'], {
          stdio: 'ignore',
        });
        give(place);
        chownSync(dir, owner, owner);
        const { told, status } = clean(dir, ...apply);
        expect(told.obstacles[0]?.why).toContain('no room for the journal');
        expect(clean(dir, ...apply, '--journal', dir).told.obstacles[0]?.why).toContain(
          'no room for the directory of the quarantine',
        );
        truncateSync(join(place, 'full'), 208 * 1024);
        expect(clean(dir, ...apply).told.obstacles[0]?.why).toContain('--journal DIR');

        expect([told.run, status, namesIn(place)]).toEqual([
          undefined,
          2,
          ['full', 'sync.', 'sync./5', 'sync./5/1.'],
        ]);
        const shelf = join(dir, 'shelf');
        mkdirSync(shelf, { mode: 0o700 });
        chownSync(shelf, owner, owner);
        const there = clean(dir, ...apply, '--journal', shelf);
        expect(there.told.steps?.map(({ outcome }) => outcome)).toEqual([
          'quarantined',
          'directory-removed',
        ]);
        const history = run(['history', place, '--journal', shelf, '--json']);
        expect(JSON.parse(history.stdout)).toMatchObject({ runs: [{ state: 'complete' }] });
        const without = run(['history', place]).stdout;
        expect(without.replaceAll(/\s+/g, ' ')).toContain('name that directory with --journal');
        const directory = join(place, 'stagesweep.', there.told.run ?? '');
        const undone = run(['undo', directory, '--journal', shelf, '--offline', ...apply]);
        expect([undone.status, namesIn(place)]).toEqual([
          0,
          ['full', 'sync.', 'sync./5', 'sync./5/1.'],
        ]);
        await Promise.resolve();
      });
    },
  );

  test.skipIf(whyNoMount !== undefined)(
    'a spool on overlayfs, where a touched name breaks its links (needs mount)',
    async ({ dir }) => {
      for (const name of ['lower', 'upper', 'work', 'spool']) mkdirSync(join(dir, name));
      crashedSpool(join(dir, 'lower'));
      const layers = `lowerdir=${dir}/lower/spool,upperdir=${dir}/upper,workdir=${dir}/work`;
      const before = snapshot(join(dir, 'lower'));
      await mounted(['-t', 'overlay', '-o', layers, 'overlay', join(dir, 'spool')], async () => {
        const { told, status } = clean(dir, ...apply);
        expect(told.refused[0]?.why).toContain('lies on overlay');
        expect([told.run, status]).toEqual([undefined, 2]);
        await Promise.resolve();
      });
      expect(snapshot(join(dir, 'lower'))).toEqual(before);
    },
  );

  test.skipIf(whyNoMount !== undefined)('a host without /proc (needs mount)', ({ dir }) => {
    const spool = crashedSpool(dir);
    const before = snapshot(spool);
    const words = [program, 'clean', '--offline', '--min-age', '0s', spool, ...apply];
    const line = `umount -l /proc; exec "$0" "$@"`;
    const { status, stderr } = spawnSync(
      'unshare',
      ['-m', 'sh', '-c', line, process.execPath, ...words],
      { encoding: 'utf8' },
    );
    expect([status, stderr]).toEqual([2, expect.stringContaining('mount -t proc proc /proc')]);
    expect(snapshot(spool)).toEqual(before);
  });
});
