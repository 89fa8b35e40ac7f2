import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { formats } from '../../src/report/formats.ts';
import { apply, give } from '../support/clean-run.ts';
import { crashedSpool } from '../support/crashed-spool.ts';
import { manifestOf, message, sha } from '../support/manifest-lines.ts';
import { neededPrograms } from '../support/needed-programs.ts';
import { csvReaders, readCsv, type CsvRecord } from '../support/read-csv.ts';
import { run } from '../support/run-cli.ts';
import { runMactime, timelineMakers } from '../support/run-mactime.ts';
import { buildSpool, test } from '../support/spool.ts';

const offline = ['--offline', '--min-age', '0s'];
const listPost = {
  'spool/sync./29594/65.': 'From: a\r\n\r\nb\r\n',
  'spool/g/user/glad/71229.': { link: 'spool/sync./29594/65.' },
  'spool/g/user/glad/Incoming/499.': { link: 'spool/sync./29594/65.' },
} as const;
const names = ['sync./29594/65.', 'g/user/glad/71229.', 'g/user/glad/Incoming/499.'];

describe('a command that has formats', () => {
  // A check that cannot be made is UNKNOWN to whoever monitors: its usage errors are a matter of their own.
  const writing = commands.flatMap(({ name, usage, formats: own = [] }) =>
    own.length === 0 || name === 'check' ? [] : [{ name, usage, own }],
  );

  test.for(writing)(
    '$name refuses the others before it does anything, and names its own',
    ({ name, usage, own }, { dir }) => {
      const words = (usage.match(/<[^>]+>/g) ?? []).map(() => 'x');
      for (const format of [...formats, 'xml'].filter((one) => !own.some((mine) => mine === one))) {
        const { stderr, stdout, status } = run(
          [name, ...words, '--format', format, '-o', 'report'],
          { cwd: dir },
        );
        expect([status, stdout]).toEqual([64, '']);
        expect(stderr).toMatch(
          new RegExp(`^stagesweep: --format ${format}: ${name} writes [^\\n]+\\n$`),
        );
        for (const one of own) expect(stderr).toContain(one);
      }
    },
  );

  test.for(writing)('$name says in its help which it has', ({ name, own }) => {
    const help = run([name, '--help']).stdout.replaceAll(/\s+/g, ' ');
    expect(help).toContain(own.join(', ').replace(/, ([^,]*)$/, ' or $1'));
  });
});

test('a message about the command line is one line of English, whatever the environment speaks', () => {
  const { stderr } = run(['scan', '--walker', 'fast'], {
    env: { LC_ALL: 'de_DE.UTF-8', LANG: 'de_DE.UTF-8' },
  });
  expect(stderr).toMatch(/^stagesweep: Invalid values: [^\n]*"native"[^\n]*\n$/);
});

const { missing, title } = neededPrograms('reports that other programs read', {
  ...csvReaders,
  ...timelineMakers,
});

describe.skipIf(missing.length > 0)(title, () => {
  /** Written by -o, for nobody else to read. */
  function written(dir: string, format: string): string {
    buildSpool(dir, listPost);
    give(dir);
    const file = join(dir, 'report');
    run(['scan', ...offline, join(dir, 'spool'), '--format', format, '-o', file]);
    expect(lstatSync(file).mode & 0o777).toBe(0o600);
    return readFileSync(file, 'utf8');
  }

  test('a scan as CSV has the stage file and its two other names', ({ dir }) => {
    const rows = readCsv(written(dir, 'csv'));
    const named = rows.filter(({ row }) => row === 'stage-file' || row === 'link');
    expect(
      named.map(({ row, path }) => `${row} ${path?.slice(join(dir, 'spool').length + 1)}`),
    ).toEqual(names.map((name, at) => `${at === 0 ? 'stage-file' : 'link'} ${name}`));
    expect(rows[0]).toMatchObject({
      verdict: 'orphan',
      owner_pid: '29594',
      links_expected: '3',
      links_complete: 'true',
      inode: lstatSync(join(dir, 'spool', names[0] ?? '')).ino.toString(),
    });
    expect(rows[1]).toMatchObject({
      mailbox: 'user.glad',
      message_uid: '71229',
      verdict: 'orphan',
    });
    expect(rows.at(-1)).toMatchObject({ complete: 'true' });
  });

  test('a scan as body file gives the time of modification of every name', ({ dir }) => {
    buildSpool(dir, listPost);
    execFileSync('touch', ['-d', '2007-03-04T05:06:07Z', join(dir, 'spool', names[0] ?? '')]);
    give(dir);
    const { stdout } = run(['scan', ...offline, join(dir, 'spool'), '--format', 'body']);
    const { ino, size } = lstatSync(join(dir, 'spool', names[0] ?? ''));
    const modified = runMactime(stdout).filter(({ macb }) => macb.startsWith('m'));
    expect(modified).toMatchObject(
      names
        .map((name) => join(dir, 'spool', name))
        .sort()
        .map((name) => ({
          name,
          at: '2007-03-04T05:06:07Z',
          inode: String(ino),
          size: String(size),
        })),
    );
  });

  test('a body file is for nobody else to read', ({ dir }) => {
    expect(written(dir, 'body').split('\n')).toHaveLength(5);
  });

  const steps = (rows: readonly CsvRecord[], kind: string, spool: string): string[] =>
    rows
      .filter(({ row }) => row === kind)
      .map(({ action, path, outcome }) =>
        `${action} ${path?.slice(spool.length + 1)} ${outcome}`.trim(),
      );

  test('a clean as CSV has the plan behind the scan, and with --apply what was done', ({ dir }) => {
    const spool = crashedSpool(dir);
    const words = ['clean', ...offline, spool, '--format', 'csv'];
    const plan = readCsv(run(words).stdout);
    expect(steps(plan, 'plan', spool)).toContain('quarantine stage./12-1000000000-0');
    expect(steps(plan, 'step', spool)).toEqual([]);
    const done = readCsv(run([...words, ...apply]).stdout);
    expect(steps(done, 'step', spool)).toContain('quarantine stage./12-1000000000-0 quarantined');
    expect(done.find(({ row }) => row === 'run')?.['detail']).toMatch(/^\d{8}T\d{6}Z-/);
    expect(done.at(-1)).toMatchObject({ row: 'report' });
  });

  test('a comparison as CSV has the message that differs', ({ dir }) => {
    const overwritten = manifestOf([message({ sha1: sha(9), size: 7 })]);
    writeFileSync(join(dir, 'a'), manifestOf([message()]));
    writeFileSync(join(dir, 'b'), overwritten);
    const { stdout, status } = run(['compare', 'a', 'b', '--format', 'csv'], { cwd: dir });
    expect(status).toBe(1);
    const [first, ...others] = readCsv(stdout);
    expect(first).toMatchObject({
      row: 'finding',
      code: 'ends-differ',
      damaged_end: 'b',
      b_size: '7',
    });
    expect(others.at(-1)).toMatchObject({ row: 'report', complete: 'true' });
  });
});
