/** The units, as systemd reads them, and what is left to the program inside them. */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect } from 'vitest';
import { owner } from '../support/clean-run.ts';
import { crashedSpool } from '../support/crashed-spool.ts';
import { because, whyNoMount } from '../support/mount-permission.ts';
import { neededPrograms } from '../support/needed-programs.ts';
import { runConfined } from '../support/run-as-unit.ts';
import { test } from '../support/spool.ts';
import { unitPath, unitText, valuesOf } from '../support/unit-file.ts';

const service = unitText('stagesweep-check.service');
const capabilities = (valuesOf(service, 'CapabilityBoundingSet')[0] ?? '').split(' ');

const analyze = neededPrograms('systemd takes the units', { 'systemd-analyze': 'systemd' });
describe.runIf(analyze.missing.length === 0)(analyze.title, () => {
  /** The units with a program that is there. */
  const copied = (dir: string, change: (text: string) => string = (text) => text): string[] =>
    ['stagesweep-check.service', 'stagesweep-check.timer', 'stagesweep-failed@.service'].map(
      (leaf) => {
        const path = join(dir, leaf);
        const text = unitText(leaf).replaceAll('/usr/local/bin/stagesweep', process.execPath);
        writeFileSync(path, change(text));
        return path;
      },
    );
  const verify = (paths: readonly string[]): { status: number | null; stderr: string } =>
    spawnSync('systemd-analyze', ['verify', '--man=no', ...paths], { encoding: 'utf8' });

  test('without a remark', ({ dir }) => {
    const { status, stderr } = verify(copied(dir));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
  test('and would remark on a misspelt key', ({ dir }) => {
    const { stderr } = verify(copied(dir, (text) => text.replace('Nice=', 'Nicer=')));
    expect(stderr).toContain("'Nicer'");
  });
  test('with little left to attack', () => {
    const { stdout } = spawnSync(
      'systemd-analyze',
      ['security', '--offline=yes', '--no-pager', unitPath('stagesweep-check.service')],
      { encoding: 'utf8' },
    );
    const [, exposure] = /exposure level for \S+: ([\d.]+)/.exec(stdout) ?? [];
    expect(Number(exposure)).toBeLessThanOrEqual(2);
  });
  test('and finds the example of OnFailure when it is switched on', ({ dir }) => {
    const paths = copied(dir, (text) => text.replace('# OnFailure=', 'OnFailure='));
    expect(unitText('stagesweep-check.service')).toContain(
      '# OnFailure=stagesweep-failed@%n.service',
    );
    expect(verify(paths)).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('the service', () => {
  test('fails for what could not be looked at, and not for findings', () => {
    expect(valuesOf(service, 'SuccessExitStatus')).toEqual(['1 2']);
  });
  test('may write where its commands write, and nowhere else', () => {
    const written = valuesOf(service, 'ExecStart').map((line) => {
      const [, path = ''] = /--output (\S+)/.exec(line) ?? [];
      return dirname(path);
    });
    const allowed = [
      ...valuesOf(service, 'StateDirectory').map((name) => `/var/lib/${name}`),
      ...valuesOf(service, 'ReadWritePaths'),
    ];
    expect(written).toEqual(allowed);
  });
});

describe.runIf(whyNoMount === undefined)(`inside the service${because()}`, () => {
  /** A spool of another user, and where the service writes. */
  const prepare = (dir: string): { spool: string; state: string; textfile: string } => {
    const spool = crashedSpool(dir);
    chmodSync(dir, 0o755);
    const [state, textfile] = [join(dir, 'state'), join(dir, 'textfile')];
    for (const place of [state, textfile]) mkdirSync(place, { mode: 0o755 });
    return { spool, state, textfile };
  };

  test('a spool of others is read and both files are written, the metrics for all', ({ dir }) => {
    const { spool, state, textfile } = prepare(dir);
    const writable = [state, textfile];
    const report = join(state, 'check.jsonl');
    const metrics = join(textfile, 'stagesweep.prom');
    const look = ['check', '--min-age', '0s', '--format', 'jsonl', '-o', report, spool];
    const tell = ['check', '--from', report, '--format', 'prometheus', '-o', metrics];
    const answers = [look, tell].map((words) => runConfined(words, { capabilities, writable }));
    const said = answers.map(({ stdout, stderr }) => stdout + stderr).join('\n');
    const saved = existsSync(report) ? readFileSync(report, 'utf8') : 'no report';
    expect(
      answers.map(({ status }) => status),
      `${said}\n${saved}`,
    ).toEqual([1, 1]);
    expect(readFileSync(metrics, 'utf8')).toContain('cyrus_stage_scan_complete 1\n');
    expect(lstatSync(report).mode & 0o777).toBe(0o600);
    expect(lstatSync(metrics).mode & 0o777).toBe(0o644);
  });

  test('a message is read and its time of last access stays', ({ dir }) => {
    const { spool, state } = prepare(dir);
    const message = join(spool, 'user/glad/1.');
    // Of long ago: relatime would move it at the next reading.
    spawnSync('touch', ['-a', '-d', '2020-01-01', message]);
    const { atimeMs } = lstatSync(message);
    const words = ['audit', '--json', spool];
    const { stdout } = runConfined(words, { capabilities, writable: [state] });
    expect(JSON.parse(stdout)).toMatchObject({ messages: { checked: 1, intact: 1 } });
    expect(lstatSync(message).atimeMs).toBe(atimeMs);
  });

  test.for([
    { without: 'nothing', status: 'in-use' },
    { without: 'CAP_SYS_PTRACE', status: 'undecided' },
  ])(
    'without $without a file that another user holds open is $status',
    async ({ without, status }, { dir }) => {
      const { spool, state } = prepare(dir);
      const held = join(spool, 'stage./12-1000000000-0');
      const descriptor = openSync(held, 'r');
      const holder = spawn('sleep', ['600'], {
        stdio: [descriptor, 'ignore', 'ignore'],
        uid: owner,
        gid: owner,
      });
      closeSync(descriptor);
      try {
        const left = capabilities.filter((name) => name !== without);
        const words = ['scan', '--min-age', '0s', '--json', spool];
        const { stdout } = runConfined(words, { capabilities: left, writable: [state] });
        const { stageFiles } = JSON.parse(stdout) as {
          stageFiles: { path: string; verdict: string }[];
        };
        expect(stageFiles.find(({ path }) => path === held)?.verdict).toBe(status);
      } finally {
        const gone = new Promise((resolve) => holder.once('exit', resolve));
        holder.kill();
        await gone;
      }
    },
  );

  test('without CAP_DAC_READ_SEARCH the answer is UNKNOWN', ({ dir }) => {
    const { spool, state } = prepare(dir);
    const left = capabilities.filter((name) => name !== 'CAP_DAC_READ_SEARCH');
    const { status } = runConfined(['check', spool], { capabilities: left, writable: [state] });
    expect(status).toBe(3);
  });

  test('nothing of the spool can be written', ({ dir }) => {
    const { spool, state } = prepare(dir);
    chownSync(spool, 0, 0);
    const place = join(spool, 'new');
    const { stderr } = runConfined([place], { capabilities, writable: [state] }, ['touch']);
    expect(stderr).toContain('Read-only file system');
  });
});
