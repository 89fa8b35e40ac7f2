import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { program, run } from '../support/run-cli.ts';
import { buildSpool, test } from '../support/spool.ts';

const sha = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';
const isRoot = process.getuid?.() === 0;
/** Nobody has this uid, so no process of its user can veto what the files are. */
const nobody = 54_321;
const offline = ['scan', '--offline', '--min-age', '0s'];

interface Told {
  complete: boolean;
  stageFiles: {
    path: string;
    pathBase64?: string;
    verdict: string;
    damage: string;
    action: string;
    links: { found: number; expected: number; complete: boolean; names: { path: string }[] };
  }[];
  findings: { code: string }[];
  totals: Record<string, number>;
}

/** The report of an offline scan of `dir`/spool. */
function told(dir: string, ...more: string[]): { report: Told; status: number | null } {
  if (isRoot) execFileSync('chown', ['-hR', String(nobody), dir]);
  const { stdout, stderr, status } = run([...offline, join(dir, 'spool'), '--json', ...more]);
  if (stdout === '') throw new Error(stderr);
  return { report: JSON.parse(stdout) as Told, status };
}

const listPost = {
  'spool/sync./29594/65.': 'From: a\r\n\r\nb\r\n',
  'spool/g/user/glad/71229.': { link: 'spool/sync./29594/65.' },
  'spool/g/user/glad/Incoming/499.': { link: 'spool/sync./29594/65.' },
} as const;

describe('a scan of a crashed spool', () => {
  test('shows every other name of a leftover, with its mailbox, and proves that none was missed', ({
    dir,
  }) => {
    buildSpool(dir, listPost);
    const { report, status } = told(dir);
    expect(report.stageFiles[0]).toMatchObject({
      verdict: 'orphan',
      links: {
        expected: 3,
        found: 3,
        complete: true,
        names: [
          { kind: 'mailbox', mailbox: 'user.glad', messageUid: 71229, status: 'unverifiable' },
          { kind: 'mailbox', mailbox: 'user.glad.Incoming', messageUid: 499 },
        ],
      },
    });
    expect([report.complete, status]).toEqual([true, 1]);
  });

  test('says how many names it did not see when they lie outside the spool', ({ dir }) => {
    buildSpool(dir, { ...listPost, 'backup/1': { link: 'spool/sync./29594/65.' } });
    const { report, status } = told(dir);
    expect(report.stageFiles[0]?.links).toMatchObject({ expected: 4, found: 3, complete: false });
    expect([report.complete, status, report.totals['unseenLinks']]).toEqual([false, 2, 1]);
  });

  test('finds those outside with --links-in', ({ dir }) => {
    buildSpool(dir, { ...listPost, 'backup/1': { link: 'spool/sync./29594/65.' } });
    const { report } = told(dir, '--links-in', join(dir, 'backup'));
    expect(report.complete).toBe(true);
    expect(report.stageFiles[0]?.links.names[0]).toMatchObject({ kind: 'other' });
  });

  test('tells an overwritten file from a short upload', ({ dir }) => {
    buildSpool(dir, {
      [`spool/sync./5/${sha}`]: 'other bytes',
      'spool/user/a/1.': { link: `spool/sync./5/${sha}` },
      [`spool/sync./6/${sha}`]: 'short',
    });
    const { report } = told(dir);
    expect(report.stageFiles.map((file) => file.damage)).toEqual(['damaged', 'unverifiable']);
    const codes = report.findings.map((finding) => finding.code);
    expect(codes).toContain('stage-digest-mismatch');
    expect(codes).toContain('partial-message');
  });

  test('gives the same report whichever walker ran', ({ dir }) => {
    buildSpool(dir, listPost);
    told(dir);
    const files = (walker: string): string => {
      const { stdout } = run([...offline, join(dir, 'spool'), '--json', '--walker', walker]);
      return JSON.stringify((JSON.parse(stdout) as Told).stageFiles).replace(
        /"ageSeconds":\d+/g,
        '',
      );
    };
    expect(files('native')).toBe(files('node'));
  });

  test('carries names that are not UTF-8 in base64', ({ dir }) => {
    buildSpool(dir, { 'spool/stage./\xff': 'x' });
    const { report } = told(dir);
    const [file] = report.stageFiles;
    expect(Buffer.from(file?.pathBase64 ?? '', 'base64').at(-1)).toBe(0xff);
  });

  test('a file with the date of an old message is as young as its ctime: mtime never makes it old', ({
    dir,
  }) => {
    buildSpool(dir, listPost);
    execFileSync('touch', ['-d', '2001-01-01T00:00:00Z', join(dir, 'spool/sync./29594/65.')]);
    if (isRoot) execFileSync('chown', ['-hR', String(nobody), dir]);
    const { stdout } = run(['scan', join(dir, 'spool'), '--json']);
    const report = JSON.parse(stdout) as Told;
    expect(report.stageFiles.map(({ verdict }) => verdict)).not.toContain('orphan');
  });

  test('a partition whose path is not UTF-8 is scanned like any other', ({ dir }) => {
    buildSpool(dir, { 'sp\xff/sync./29594/65.': 'From: a\r\n\r\nb\r\n' });
    const config = join(dir, 'imapd.conf');
    const text = `configdirectory: ${dir}/conf\npartition-default: ${dir}/sp\xff\ndefaultpartition: default\n`;
    writeFileSync(config, Buffer.from(text, 'latin1'));
    if (isRoot) execFileSync('chown', ['-hR', String(nobody), dir]);
    const { stdout, stderr } = run(['scan', '--min-age', '0s', '-C', config, '--json']);
    expect(stderr).toBe('');
    expect((JSON.parse(stdout) as Told).stageFiles).toHaveLength(1);
  });

  test('leaves young files to their owners', ({ dir }) => {
    buildSpool(dir, listPost);
    if (isRoot) execFileSync('chown', ['-hR', String(nobody), dir]);
    const { stdout, status } = run(['scan', join(dir, 'spool'), '--json']);
    const report = JSON.parse(stdout) as Told;
    expect(report.stageFiles.map((file) => file.verdict)).not.toContain('orphan');
    expect(status).not.toBe(2);
  });

  test('changes nothing, not even an access time', ({ dir }) => {
    buildSpool(dir, listPost);
    const path = join(dir, 'spool/sync./29594/65.');
    execFileSync('touch', ['-a', '-d', '2001-01-01', path]);
    told(dir);
    expect(lstatSync(path).atime.getFullYear()).toBe(2001);
  });
});

describe('what cannot be looked at', () => {
  test.skipIf(!isRoot)(
    'an unreadable mailbox makes the answer incomplete (needs root to drop)',
    ({ dir }) => {
      buildSpool(dir, listPost);
      execFileSync('chown', ['-hR', String(nobody), dir]);
      chmodSync(join(dir, 'spool/g/user/glad/Incoming'), 0);
      const { stdout, status } = run([...offline, join(dir, 'spool'), '--json'], { uid: nobody });
      const report = JSON.parse(stdout) as Told;
      expect([report.complete, status]).toEqual([false, 2]);
      expect(report.findings.map((finding) => finding.code)).toContain('unreadable');
    },
  );

  test('a symlinked area is named and makes the answer incomplete', ({ dir }) => {
    buildSpool(dir, { 'else/88/1.': 'x', 'spool/stage./': '' });
    symlinkSync('../else', join(dir, 'spool/sync.'));
    const { report, status } = told(dir);
    expect(report.findings.map((finding) => finding.code)).toEqual(['area-skipped']);
    expect(status).toBe(2);
  });
});

describe('the command line', () => {
  test('is refused with 64 and one line for a typo in a path', ({ dir }) => {
    const { stderr, status } = run(['scan', join(dir, 'spol')]);
    expect([status, stderr.trimEnd().split('\n').length]).toEqual([64, 1]);
    expect(stderr).toContain('spol');
  });

  test('says so when a directory has no stage area and may be no partition root', ({ dir }) => {
    buildSpool(dir, listPost);
    expect(run(['scan', dir]).stdout.replaceAll(/\s+/g, ' ')).toContain('neither sync. nor stage.');
    expect(run(['scan', join(dir, 'spool')]).stdout).not.toContain('neither sync.');
  });

  test.each([
    [['--min-age', 'soon']],
    [['--format', 'xml']],
    [['--walker', 'fast']],
    [['--nonsense']],
    [['--json', '--format', 'jsonl']],
    [['-C', '/nonexistent/imapd.conf']],
  ])('is refused with 64 and no stack trace: %j', (args) => {
    const { stderr, status } = run(['scan', ...args]);
    expect(status).toBe(64);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('names the Node it needs on an older one', () => {
    const old =
      'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"18.1.0"})';
    const { stderr, status } = run(['--version'], { node: ['--import', old] });
    expect([status, stderr]).toEqual([
      64,
      'stagesweep: this is Node 18.1.0; Node 20.19, 22.12 or a release from 23 on is needed\n',
    ]);
  });

  test('a reader that has had enough is no error', ({ dir }) => {
    buildSpool(
      dir,
      Object.fromEntries(
        Array.from({ length: 3000 }, (_, n) => [`spool/stage./${n + 1}-0`, 'x'] as const),
      ),
    );
    const command = `"${process.execPath}" "${program}" scan -v "${join(dir, 'spool')}" | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^[012]$/);
  });

  test('writes -o whole, for its owner alone, and leaves nothing beside it', ({ dir }) => {
    buildSpool(dir, listPost);
    writeFileSync(join(dir, 'report.json'), 'old');
    run([...offline, join(dir, 'spool'), '--json', '-o', 'report.json'], { cwd: dir });
    expect(readdirSync(dir).sort()).toEqual(['report.json', 'spool']);
    expect(lstatSync(join(dir, 'report.json')).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(join(dir, 'report.json'), 'utf8'))).toHaveProperty('schema');
  });

  test('does not follow a symlink that stands at -o', ({ dir }) => {
    buildSpool(dir, listPost);
    symlinkSync('victim', join(dir, 'report.json'));
    run([...offline, join(dir, 'spool'), '--json', '-o', 'report.json'], { cwd: dir });
    expect(existsSync(join(dir, 'victim'))).toBe(false);
  });

  test('an -o that cannot be written is said in one line', ({ dir }) => {
    buildSpool(dir, listPost);
    const { stderr, status } = run([...offline, join(dir, 'spool'), '-o', 'no/such/dir.json'], {
      cwd: dir,
    });
    expect([status, stderr.trimEnd().split('\n').length]).toEqual([2, 1]);
  });

  test('prints no colour to a pipe and no progress', ({ dir }) => {
    buildSpool(dir, listPost);
    const { stdout, stderr } = run(['scan', join(dir, 'spool')]);
    expect(stdout).not.toContain('\x1b[');
    expect(stderr).toBe('');
  });

  test('--help has examples and the exit status, and ends with 0', () => {
    const { stdout, status } = run(['--help']);
    expect(stdout).toContain('Examples:');
    expect(stdout).toContain('130  interrupted');
    expect(status).toBe(0);
  });

  test('completion is a script that bash can read', () => {
    const { stdout, status } = run(['completion']);
    expect(status).toBe(0);
    expect(spawnSync('bash', ['-n'], { input: stdout, encoding: 'utf8' }).status).toBe(0);
  });

  test('explain knows every code, and says so when a word is none', () => {
    expect(run(['explain', 'stage-orphan']).stdout).toContain('What to do');
    expect(run(['explain', 'stage-orphn']).stderr).toContain('stage-orphan');
  });
});

describe('the demo', () => {
  test('replays the incident, tells that its clock is ahead, and removes what it made', () => {
    const { stdout, status } = run(['demo']);
    expect(stdout).toContain('40 hours ahead');
    expect(stdout).toContain('stage-digest-mismatch');
    const root = /(\/\S+)\/spool/.exec(stdout)?.[1] ?? '';
    expect([status, existsSync(root)]).toEqual([0, false]);
  });

  test('offers commands for its own spool, never for that of the host it runs on', () => {
    const { stdout } = run(['demo', '--json']);
    const { command } = JSON.parse(stdout) as { command: string[] };
    expect(command.slice(0, -1)).toEqual(['scan', '--offline', '--min-age', '0s']);
    expect(command.at(-1)).toMatch(/stagesweep-demo-[^/]+\/spool$/);
  });
});
