/** stagesweep check as monitoring runs it: standard output, exit status, and the files of -o. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { neededPrograms } from '../support/needed-programs.ts';
import { indexOf, writeMailbox } from '../support/plain-mailbox.ts';
import { program, run } from '../support/run-cli.ts';
import { buildSpool, test } from '../support/spool.ts';

const isRoot = process.getuid?.() === 0;
/** Nobody has this uid, so no process of its user can veto what the files are. */
const nobody = 54_321;
const text = 'From: a\r\n\r\nb\r\n';

interface Answer {
  readonly line: string;
  readonly rest: string[];
  readonly status: number | null;
  readonly stderr: string;
}

function answer(...args: string[]): Answer {
  const { stdout, stderr, status } = run(['check', ...args]);
  const [line = '', ...rest] = stdout.split('\n');
  return { line, rest, status, stderr };
}

/** A healthy spool, with what a test adds to it. */
function spoolIn(dir: string, more: Parameters<typeof buildSpool>[1] = {}): string {
  const spool = join(dir, 'spool');
  writeMailbox(join(spool, 'user/glad'), [{ uid: 1, text }]);
  buildSpool(dir, { 'spool/stage./': '', ...more });
  return spool;
}

function look(spool: string, ...args: string[]): Answer {
  if (isRoot) execFileSync('chown', ['-hR', String(nobody), spool]);
  return answer('--offline', '--min-age', '0s', spool, ...args);
}

const orphan = { 'spool/sync./29594/65.': { link: 'spool/user/glad/1.' } };

describe('the exit status is that of a monitoring plugin', () => {
  test('0 and OK for a healthy spool', ({ dir }) => {
    const { line, status, rest } = look(spoolIn(dir));
    expect([status, rest]).toEqual([0, ['']]);
    expect(line).toMatch(
      /^STAGESWEEP OK - no damaged messages.*no orphans.*1 mailbox.*\|damaged=0;/,
    );
  });

  test('1 and WARNING for an orphan', ({ dir }) => {
    const { line, status } = look(spoolIn(dir, orphan));
    expect(status).toBe(1);
    expect(line).toMatch(/^STAGESWEEP WARNING - 1 orphan .*\|.*orphans=1;0;;0 age=\d+s;;;0/);
  });

  test('2 and CRITICAL for damage on a linked message', ({ dir }) => {
    const spool = spoolIn(dir);
    writeMailbox(join(spool, 'user/glad'), [{ uid: 1, text, onDisk: 'From: a\r\n' }]);
    buildSpool(dir, orphan);
    const { line, status } = look(spool);
    expect([status, line.slice(0, 21)]).toEqual([2, 'STAGESWEEP CRITICAL -']);
  });

  test('3 and UNKNOWN for an index that cannot be understood', ({ dir }) => {
    const spool = spoolIn(dir, { 'spool/user/hale/cyrus.index': 'no index' });
    const { line, status } = look(spool);
    expect([status, line.slice(0, 20)]).toEqual([3, 'STAGESWEEP UNKNOWN -']);
  });
});

describe('what is no answer is UNKNOWN, on standard output, in one line', () => {
  test.each([
    ['an option that there is none of', ['--bogus']],
    ['a threshold that is no range', ['--warn-orphans', 'many']],
    ['a version that is not known', ['--upgrade-to', '9.9']],
    ['a format that check does not write', ['--format', 'table']],
    ['an age without a report', ['--max-report-age', '26h']],
    ['a report and a place to look', ['--from', 'x.json', '/spool']],
    ['a report and how to look', ['--from', 'x.json', '--deep']],
    ['a report and an age limit, though it is the usual one', ['--from', 'x', '--min-age', '36h']],
    ['a report and a walker', ['--from', 'x.json', '--walker', 'node']],
    ['a report and workers', ['--from', 'x.json', '--jobs', '2']],
    ['a report and a procfs', ['--from', 'x.json', '--proc', '/proc']],
    ['a report and a name for the host', ['--from', 'x.json', '--host', 'mx1']],
    ['a report and the whole filesystem', ['--from', 'x.json', '--whole-filesystem']],
    ['a report and mounts', ['--from', 'x.json', '--enter-mounts']],
    ['a pace without --deep', ['--bwlimit', '20M']],
    ['a configuration that is missing', ['-C', '/nonexistent/imapd.conf']],
    ['a spool that is missing', ['/nonexistent/spool']],
    ['a report that is missing', ['--from', '/nonexistent/scan.json']],
  ])('%s', (_, args) => {
    const { line, rest, status, stderr } = answer(...args);
    expect([status, rest, stderr]).toEqual([3, [''], '']);
    expect(line).toMatch(/^STAGESWEEP UNKNOWN - [^|]+$/);
  });

  test('with the option that --from leaves no use for', () => {
    const { line } = answer('--from', 'x.json', '--jobs', '2', '--min-age', '1h');
    expect(line).toMatch(/looks at nothing: leave out --jobs$/);
  });

  test('with the option that there is none of, once', () => {
    const { line } = answer('--crit-unreadable', '1');
    expect(line).toBe('STAGESWEEP UNKNOWN - Unknown argument: crit-unreadable');
    expect(answer('--bogus', '--warn-this-too').line).toMatch(
      / Unknown arguments: bogus, warn-this-too$/,
    );
  });

  test('also when options come before the command', () => {
    const { status, stdout } = run(['-C', '/nonexistent/imapd.conf', 'check']);
    expect([status, stdout.slice(0, 20)]).toEqual([3, 'STAGESWEEP UNKNOWN -']);
  });

  test('while other commands keep their own exit status', () => {
    expect(run(['scan', '--bogus']).status).toBe(64);
    expect(run(['scan', 'check', '--bogus']).status).toBe(64);
  });

  test('and a file that cannot be written is one of these', ({ dir }) => {
    const { line, status } = look(spoolIn(dir), '-o', join(dir, 'none/here.txt'));
    expect([status, line]).toEqual([
      3,
      `STAGESWEEP UNKNOWN - -o ${join(dir, 'none/here.txt')}: its directory does not exist`,
    ]);
  });
});

describe('an interrupt', () => {
  /** Says so on standard error once the program minds the signal. */
  const ready =
    "process.on('newListener', (name) => { if (name === 'SIGTERM') setImmediate(() => process.stderr.write('ready')) })";

  test('is UNKNOWN too: Icinga ends what takes too long with SIGTERM', async ({ dir }) => {
    const spool = spoolIn(dir);
    // Five minutes at this pace, so the signal comes before the end.
    truncateSync(join(spool, 'user/glad/1.'), 3_000_000);
    const child = spawn(process.execPath, [
      '--import',
      `data:text/javascript,${encodeURIComponent(ready)}`,
      program,
      ...['check', '--offline', '--deep', '--bwlimit', '10K', spool],
    ]);
    let stdout = '';
    child.stdout.on('data', (piece: Buffer) => {
      stdout += piece.toString();
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    await new Promise((resolve) => child.stderr.once('data', resolve));
    child.kill('SIGTERM');
    expect([await ended, stdout]).toEqual([3, 'STAGESWEEP UNKNOWN - interrupted\n']);
  });
});

describe('options of a check', () => {
  test('thresholds decide', ({ dir }) => {
    const spool = spoolIn(dir, orphan);
    expect(look(spool, '--warn-orphans', '1').status).toBe(0);
    expect(look(spool, '--crit-orphans', '0').status).toBe(2);
    expect(look(spool, '--warn-orphans', '~:', '--crit-bytes', '1K:').status).toBe(2);
    expect(look(spool, '--warn-orphans=~:', '--crit-mailboxes', '2:').status).toBe(2);
  });

  test('-v has a line for every item', ({ dir }) => {
    const { rest } = look(spoolIn(dir, { ...orphan, 'spool/sync./7/': '' }), '-v');
    expect(rest).toContain('WARNING orphans: 1 orphan (1 in ' + join(dir, 'spool') + ' sync.)');
    expect(rest).toContain('OK empty_directories: 1 empty pid directory');
    expect(rest).toContain(`    ${join(dir, 'spool/sync./7')}`);
  });

  test('--upgrade-to makes CRITICAL what the first opening would delete, and says why', ({
    dir,
  }) => {
    const spool = spoolIn(dir);
    writeFileSync(join(spool, 'user/glad/cyrus.index'), indexOf(10, [{ uid: 1, text }]));
    writeFileSync(join(spool, 'user/glad/cyrus.expunge'), indexOf(10, [{ uid: 9, text }]));
    const { status, rest } = look(spool, '--upgrade-to', '3.8.4');
    expect(status).toBe(2);
    expect(rest.join('\n')).toMatch(/CRITICAL old_expunges: 1 mailbox .*\n {4}for 3\.8: .*cleanup/);
    expect(look(spool).status).toBe(1);
  });

  test('--json has the envelope of a report, with state and items', ({ dir }) => {
    const { line, rest, status } = look(spoolIn(dir, orphan), '--json');
    const report = JSON.parse([line, ...rest].join('\n')) as {
      schema: string;
      stageFiles: unknown[];
      check: { status: string; items: { name: string; value: number; state: string }[] };
    };
    expect([status, report.schema, report.stageFiles.length, report.check.status]).toEqual([
      1,
      'stagesweep.report/1',
      1,
      'WARNING',
    ]);
    const items = new Map(report.check.items.map((item) => [item.name, item]));
    expect(items.get('orphans')).toMatchObject({ value: 1, state: 'WARNING', warn: '0' });
    expect(items.has('audit_damaged')).toBe(false);
  });

  test('--deep finds what sizes do not show', ({ dir }) => {
    const spool = spoolIn(dir);
    const onDisk = text.replace('b', 'X');
    writeMailbox(join(spool, 'user/glad'), [{ uid: 1, text, onDisk }]);
    expect(look(spool).status).toBe(0);
    const { status, line } = look(spool, '--deep');
    expect([status, /1 damaged message in the audit/.test(line)]).toEqual([2, true]);
  });
});

describe('a saved report', () => {
  const saved = (dir: string, format: string, more: Parameters<typeof buildSpool>[1]): string => {
    const spool = spoolIn(dir, more);
    if (isRoot) execFileSync('chown', ['-hR', String(nobody), spool]);
    const file = join(dir, 'scan.report');
    run(['scan', '--offline', '--min-age', '0s', spool, '--format', format, '-o', file]);
    return file;
  };
  /** The same, as if it had ended at another time. */
  const moved = (file: string, finishedAt: string): string => {
    const bytes = readFileSync(file, 'utf8');
    writeFileSync(file, bytes.replace(/"finishedAt":"[^"]+"/, `"finishedAt":"${finishedAt}"`));
    return file;
  };

  for (const format of ['json', 'jsonl']) {
    test(`of a scan in ${format} is judged like a scan`, ({ dir }) => {
      const { line, status } = answer('--from', saved(dir, format, orphan));
      expect([status, line.slice(0, 31)]).toEqual([1, 'STAGESWEEP WARNING - 1 orphan (']);
    });
  }

  test('tells nothing of mailboxes that the scan did not look at', ({ dir }) => {
    const { line, rest } = answer('--from', saved(dir, 'json', {}), '-v');
    expect(line).not.toContain('mailboxes=');
    expect(rest).toContain('not looked at: indexes and *.NEW files: only a check looks');
  });

  test('of a check brings them along', ({ dir }) => {
    const file = join(dir, 'check.json');
    look(spoolIn(dir), '--json', '-o', file);
    const { line, status } = answer('--from', file);
    expect([status, line.includes(' mailboxes=1;')]).toEqual([0, true]);
  });

  test('comes from a pipe as well', ({ dir }) => {
    const input = readFileSync(saved(dir, 'jsonl', orphan));
    const args = [program, 'check', '--from', '-'];
    const { stdout, status } = spawnSync(process.execPath, args, { input, encoding: 'utf8' });
    expect([status, stdout.slice(0, 20)]).toEqual([1, 'STAGESWEEP WARNING -']);
  });

  test('that is too old is UNKNOWN', ({ dir }) => {
    const file = moved(saved(dir, 'jsonl', orphan), '2007-02-21T10:00:00.000000000Z');
    const { line, status } = answer('--from', file, '--max-report-age', '26h');
    expect([status, / h old, and may be 26 h old at most/.test(line)]).toEqual([3, true]);
  });

  test('of the future is UNKNOWN', ({ dir }) => {
    const file = moved(saved(dir, 'json', {}), '2207-02-21T10:00:00.000000000Z');
    expect(answer('--from', file).line).toContain('in the future');
  });

  test('that was cut off is UNKNOWN', ({ dir }) => {
    const file = saved(dir, 'jsonl', orphan);
    const lines = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, lines.slice(0, -2).join('\n'));
    expect(answer('--from', file).status).toBe(3);
  });

  test('that says itself that it is incomplete is UNKNOWN', ({ dir }) => {
    const file = saved(dir, 'json', {});
    const bytes = readFileSync(file, 'utf8');
    writeFileSync(file, bytes.replace('"complete":true', '"complete":false'));
    expect(answer('--from', file)).toMatchObject({ status: 3 });
  });

  test('is no excuse for an upgrade: what it did not look at is UNKNOWN', ({ dir }) => {
    const { line, status } = answer('--from', saved(dir, 'json', {}), '--upgrade-to', '3.8');
    expect([status, line.includes('old_expunges')]).toEqual([3, true]);
  });
});

describe('the file of -o', () => {
  /** As a timer with a strict umask runs it. */
  const written = (dir: string, format: string): number => {
    const file = join(dir, 'out');
    const args = ['check', '--offline', '--format', format, '-o', file, spoolIn(dir)];
    const shell = ['-c', 'umask 077; exec "$@"', 'sh', process.execPath, program, ...args];
    spawnSync('sh', shell, { encoding: 'utf8' });
    return statSync(file).mode & 0o777;
  };

  test('is readable by the collector when it holds metrics', ({ dir }) => {
    expect(written(dir, 'prometheus')).toBe(0o644);
  });

  test('is readable by its owner alone otherwise', ({ dir }) => {
    expect(written(dir, 'json')).toBe(0o600);
  });
});

describe('other commands', () => {
  test('write the line of a plugin and keep their own exit status', ({ dir }) => {
    const spool = spoolIn(dir, orphan);
    if (isRoot) execFileSync('chown', ['-hR', String(nobody), spool]);
    const scan = ['scan', '--offline', '--min-age', '0s', spool, '--format', 'nagios'];
    const { stdout, status } = run([...scan, '--fail-on', 'critical']);
    expect([status, stdout.slice(0, 20)]).toEqual([0, 'STAGESWEEP WARNING -']);
    const audit = run(['audit', '--offline', spool, '--format', 'nagios']);
    expect(audit.stdout).toMatch(/^STAGESWEEP OK - .*\|.*audit_checked=1;/);
  });
});

const { missing, title } = neededPrograms('promtool on what the program writes', {
  promtool: 'prometheus',
});
describe.skipIf(missing.length > 0)(title, () => {
  test('nothing against a check, a scan or an audit of a real spool', ({ dir }) => {
    const spool = spoolIn(dir, orphan);
    mkdirSync(join(spool, 'sync./5'));
    for (const command of ['check', 'check --deep', 'scan', 'audit']) {
      const { stdout } = run([
        ...command.split(' '),
        ...(command === 'audit' ? [] : ['--min-age', '0s']),
        '--offline',
        '--format',
        'prometheus',
        spool,
      ]);
      expect(stdout).toContain('# TYPE ');
      const judged = spawnSync('promtool', ['check', 'metrics'], {
        input: stdout,
        encoding: 'utf8',
      });
      expect([command, judged.status, judged.stderr]).toEqual([command, 0, '']);
    }
  });
});
