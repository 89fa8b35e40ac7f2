import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { program, run } from '../support/run-cli.ts';
import { composeMessage } from '../support/composed-message.ts';
import { composeIncidentSpool, composeTruncationSpool } from '../support/composed-spool.ts';
import { SpoolComposer } from '../support/spool-composer.ts';
import { test } from '../support/spool.ts';

interface Told {
  complete: boolean;
  messages: Record<string, number>;
  findings: { code: string; path: string; mailbox?: string }[];
  notes: string[];
}

function told(config: string, ...more: string[]): { report: Told; status: number | null } {
  const { stdout, stderr, status } = run(['audit', '-C', config, '--offline', '--json', ...more]);
  if (stdout === '') throw new Error(stderr);
  return { report: JSON.parse(stdout) as Told, status };
}

const healthy = (dir: string, messages = 3): string => {
  const spool = new SpoolComposer(dir, { version: 17, hashed: false, metapartition: false });
  for (let uid = 1; uid <= messages; uid++) {
    spool.store('user.alice', composeMessage({ from: 'anna', messageId: `m${uid}`, day: 3 }));
  }
  return spool.finish();
};

const slowly = (args: readonly string[], rate: string): ChildProcess =>
  spawn(process.execPath, [program, ...args, '--bwlimit', rate], { stdio: 'ignore' });

/** An audit has taken the state file into its hands. */
async function begun(state: string): Promise<void> {
  while (!existsSync(state) || readFileSync(state, 'utf8') === '')
    await new Promise((resolve) => setImmediate(resolve));
}

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once('exit', resolve));

describe('stagesweep audit', () => {
  test('exits with 0 for a healthy spool', ({ dir }) => {
    const { report, status } = told(healthy(dir));
    expect(status).toBe(0);
    expect(report.messages).toEqual({
      checked: 3,
      intact: 3,
      damaged: 0,
      unverifiable: 0,
      unindexed: 0,
    });
  });

  test('exits with 1 for damage, and 2 for what could not be read', ({ dir }) => {
    const { config, spool } = composeTruncationSpool(dir);
    expect(told(config).status).toBe(1);
    writeFileSync(join(spool, 'user/alice/cyrus.index'), 'no index');
    expect(told(config)).toMatchObject({ status: 2, report: { complete: false } });
  });

  test('as a table tells damage, donor and what never to do', ({ dir }) => {
    const { stdout } = run(['audit', '-C', composeIncidentSpool(dir).config, '--offline']);
    expect(stdout).toContain('DAMAGE: 11 messages');
    expect(stdout).toContain('whoever reads user.alice could see it');
    expect(stdout).toContain('Do not run reconstruct');
  });

  test('of a mailbox audits this one alone', ({ dir }) => {
    const { report } = told(composeTruncationSpool(dir).config, '--mailbox', 'user/alice');
    expect(new Set(report.findings.map(({ mailbox }) => mailbox))).toEqual(new Set(['user.alice']));
  });

  test('prints the seed of a sample, and takes the same messages by it', ({ dir }) => {
    const config = healthy(dir, 100);
    const first = told(config, '--sample', '30%').report;
    const seed = /--seed (\d+)/.exec(first.notes.join(' '))?.[1] ?? '';
    const again = told(config, '--sample', '30%', '--seed', seed).report;
    expect(again.messages).toEqual(first.messages);
    expect(first.messages['checked']).toBeLessThan(60);
  });

  test('names a mailbox whose directory is hostile without letting it out', ({ dir }) => {
    const spool = new SpoolComposer(dir, { version: 17, hashed: false, metapartition: false });
    spool.store('user.alice', composeMessage({ from: 'anna', messageId: 'm', day: 3 }), {
      guid: 'ab'.repeat(20),
    });
    const config = spool.finish();
    const odd = Buffer.from(join(dir, 'spool/user/\x1b[31m\n\xff'), 'latin1');
    renameSync(join(dir, 'spool/user/alice'), odd);
    const { stdout } = run(['audit', '-C', config, '--offline']);
    expect(stdout).toContain('1 damaged');
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/);
  });

  test('goes on after kill -9 where it was, and says when it came to its end', async ({ dir }) => {
    const config = healthy(dir, 40);
    const state = join(dir, 'state');
    const args = ['audit', '-C', config, '--offline', '--json', '--resume', state];
    const slow = slowly(args, '1K');
    await begun(state);
    slow.kill('SIGKILL');
    await ended(slow);
    expect(told(config, '--resume', state).report.messages['checked']).toBe(40);
    const { status, stderr } = run(args);
    expect(status).toBe(64);
    expect(stderr).toContain('came to its end');
  });

  test('goes on after an interrupt, and tells what an uninterrupted one tells', async ({ dir }) => {
    const spool = new SpoolComposer(dir, { version: 17, hashed: false, metapartition: false });
    for (let user = 10; user < 50; user++)
      spool.store(`user.u${user}`, composeMessage({ from: 'anna', messageId: `m${user}`, day: 3 }));
    const config = spool.finish();
    const state = join(dir, 'state');
    const slow = slowly(['audit', '-C', config, '--offline', '--resume', state], '1K');
    await begun(state);
    // Some of the forty mailboxes, which take it ten seconds.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    slow.kill('SIGINT');
    expect(await ended(slow)).toBe(130);
    expect(readFileSync(state, 'utf8')).toContain('"mailboxes":');
    const { report, status } = told(config, '--resume', state);
    const whole = told(config);
    expect([report.messages, report.findings, report.complete, status]).toEqual([
      whole.report.messages,
      whole.report.findings,
      whole.report.complete,
      whole.status,
    ]);
  });

  test('with --idle asks the disk when nobody else does', async ({ dir, skip }) => {
    const priorityOf = (pid: number | undefined): string | undefined => {
      const { stdout, status } = spawnSync('ionice', ['-p', String(pid)], { encoding: 'utf8' });
      return status === 0 ? stdout.trim() : undefined;
    };
    skip(priorityOf(process.pid) === undefined, 'there is no ionice here');
    const config = healthy(dir, 40);
    const priorities: (string | undefined)[] = [];
    for (const option of ['--idle', '--no-idle']) {
      const state = join(dir, `state${option}`);
      const slow = slowly(['audit', '-C', config, option, '--resume', state], '1K');
      await begun(state);
      // The priority is taken behind the state file, after a look at the processes.
      for (let look = 0; look < 40 && priorityOf(slow.pid) !== 'idle'; look++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        if (option === '--no-idle' && look > 10) break;
      }
      priorities.push(priorityOf(slow.pid));
      slow.kill('SIGKILL');
      await ended(slow);
    }
    expect(priorities[0]).toBe('idle');
    expect(priorities[1]).not.toBe('idle');
  });

  test('beside another on one state file is refused, and does the other no harm', async ({
    dir,
  }) => {
    const config = healthy(dir, 40);
    const state = join(dir, 'state');
    const args = ['audit', '-C', config, '--offline', '--json', '--resume', state];
    const first = slowly(args, '2K');
    await begun(state);
    const { status, stderr } = run(args);
    expect([status, stderr]).toEqual([64, expect.stringContaining('writes to it')]);
    expect(await ended(first)).toBe(0);
  });

  test.for([
    [['--check', 'everything'], 'check'],
    [['--sample', '5'], 'not a share'],
    [['--seed', '5'], '--seed belongs to --sample'],
    [['--bwlimit', 'fast'], 'not a rate'],
    [['--resume', '/no/such/place/state'], 'its directory does not exist'],
    [['--resume', '/dev/null'], 'no regular file'],
    [['--min-age', '1h'], 'min-age'],
  ] as const)('refuses %s with one sentence', ([options, words], { dir }) => {
    const { status, stderr } = run(['audit', '-C', healthy(dir), ...options]);
    expect(status).toBe(64);
    expect(stderr).toContain(words);
    expect(stderr.trim().split('\n').length).toBeLessThan(4);
  });

  test('refuses the state of an audit of another spool', ({ dir }) => {
    mkdirSync(join(dir, 'a'));
    mkdirSync(join(dir, 'b'));
    const state = join(dir, 'state');
    told(healthy(join(dir, 'a')), '--resume', state);
    const { status, stderr } = run(['audit', '-C', healthy(join(dir, 'b')), '--resume', state]);
    expect(status).toBe(64);
    expect(stderr).toContain('another audit');
  });
});
