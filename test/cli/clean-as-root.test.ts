import { execFileSync, spawn } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { apply, clean, isRoot, owner, snapshot } from '../support/clean-run.ts';
import { crashedSpool, text } from '../support/crashed-spool.ts';
import { sha1 } from '../support/plain-mailbox.ts';
import { test } from '../support/spool.ts';

describe('safety 1: what root does in a spool', () => {
  const root = test.skipIf(!isRoot);

  root('is done as its owner: the journal and the quarantine are his (needs root)', ({ dir }) => {
    const spool = crashedSpool(dir);
    clean(dir, ...apply);
    const [runName = ''] = readdirSync(join(spool, 'stagesweep.')).filter(
      (name) => name !== 'lock',
    );
    const { uid, gid } = lstatSync(join(spool, 'stagesweep.', runName, 'journal.jsonl'));
    expect([uid, gid]).toEqual([owner, owner]);
  });

  root(
    'never reaches a file of root, wherever a symlink of the owner leads (needs root)',
    ({ dir }) => {
      const spool = crashedSpool(dir);
      const vault = join(dir, 'vault');
      mkdirSync(join(vault, '5'), { recursive: true, mode: 0o700 });
      writeFileSync(join(vault, '5', sha1('alone')), 'alone');
      writeFileSync(join(vault, 'journal.jsonl'), 'precious');
      execFileSync('chown', ['-R', '0:0', vault]);
      const before = snapshot(vault);
      symlinkSync(vault, join(spool, 'stagesweep.'));
      const { told } = clean(dir, ...apply);
      expect(told.steps ?? []).toEqual([]);
      expect(snapshot(vault)).toEqual(before);
    },
  );

  root(
    'never reaches one while the owner swaps directories for symlinks in a loop (needs root)',
    async ({ dir }) => {
      const spool = crashedSpool(dir);
      const vault = join(dir, 'vault');
      for (const pid of ['5', '29594'])
        mkdirSync(join(vault, pid), { recursive: true, mode: 0o700 });
      writeFileSync(join(vault, '5', sha1('alone')), 'alone');
      writeFileSync(join(vault, '29594', sha1(text)), text);
      for (let n = 0; n < 200; n += 1) writeFileSync(join(vault, '5', `${n}.`), `treasure ${n}`);
      execFileSync('chown', ['-R', '0:0', vault]);
      const before = snapshot(vault);
      // He only has his own rights, and makes new leftovers for every run.
      const code = `const { existsSync, mkdirSync, openSync, renameSync, symlinkSync, unlinkSync, writeFileSync, writeSync } = require('node:fs');
      const [spool, vault, told] = process.argv.slice(1);
      process.chdir(spool);
      const parent = process.ppid;
      // Written over and never emptied: a kill may come at any moment.
      const counter = openSync(told, 'w');
      const tried = (call) => { try { call(); return true; } catch { return false; } };
      // Nobody else ends him when the tests are killed.
      for (let rounds = 0; process.ppid === parent; rounds += 1) {
        for (const name of ['sync.', 'sync./5']) {
          if (!tried(() => renameSync(name, 'away'))) tried(() => mkdirSync(name, 0o700));
          tried(() => symlinkSync(vault + name.slice(5), name));
          tried(() => unlinkSync(name));
          tried(() => renameSync('away', name));
        }
        if (!existsSync('stage.')) tried(() => mkdirSync('stage.', 0o700));
        tried(() => writeFileSync('sync./5/' + (rounds % 200) + '.', 'leftover', { flag: 'wx' }));
        if (rounds % 100 === 0) writeSync(counter, String(rounds).padStart(12, '0'), 0);
      }`;
      const toldAt = join(spool, 'rounds');
      const attacker = spawn(process.execPath, ['-e', code, spool, vault, toldAt], {
        uid: owner,
        gid: owner,
        stdio: 'ignore',
      });
      const until = Date.now() + 12_000;
      let [runs, steps] = [0, 0];
      try {
        while (Date.now() < until || runs < 4) {
          steps += clean(dir, ...apply).told.steps?.length ?? 0;
          runs += 1;
        }
      } finally {
        const ended = new Promise((resolve) => attacker.once('exit', resolve));
        attacker.kill('SIGKILL');
        await ended;
      }
      const rounds = Number(readFileSync(toldAt, 'utf8'));
      console.info(
        `attack on the real program: ${rounds} swap rounds, ${runs} runs, ${steps} steps`,
      );
      expect(rounds).toBeGreaterThan(2000);
      expect(steps).toBeGreaterThan(0);
      expect(snapshot(vault)).toEqual(before);
      expect(readFileSync(join(spool, 'user/glad/1.'), 'utf8')).toBe(text);
    },
    120_000,
  );
});
