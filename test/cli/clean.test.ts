import {
  chownSync,
  existsSync,
  lstatSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { apply, clean, give, isRoot, namesIn, owner, snapshot } from '../support/clean-run.ts';
import { crashedSpool, text } from '../support/crashed-spool.ts';
import { sha1 } from '../support/plain-mailbox.ts';
import { run } from '../support/run-cli.ts';
import { buildSpool, test } from '../support/spool.ts';
import { onTerminal, whyNoTerminal } from '../support/on-terminal.ts';

const staged = ['stage./12-1000000000-0', 'stage./odd', `sync./5/${sha1('alone')}`];

describe('the plan', () => {
  test('says of every stage file what would become of it, and changes nothing', ({ dir }) => {
    const spool = crashedSpool(dir);
    const before = snapshot(dir);
    const { told, status } = clean(dir);
    expect(
      told.plan.map(({ path, action }) => `${action} ${path.slice(spool.length + 1)}`),
    ).toEqual([
      'quarantine stage./12-1000000000-0',
      'keep stage./odd',
      'remove-directory sync./29594',
      `unlink sync./29594/${sha1(text)}`,
      'remove-directory sync./5',
      'quarantine sync./5.cache',
      `quarantine sync./5/${sha1('alone')}`,
      'remove-directory sync./7',
    ]);
    expect([told.obstacles, told.run, status]).toEqual([[], undefined, 1]);
    expect(snapshot(dir)).toEqual(before);
  });

  test('as a table shows the bytes and the command that carries it out', ({ dir }) => {
    const spool = crashedSpool(dir);
    const { stdout, status } = run(['clean', '--offline', '--min-age', '0s', spool]);
    expect(stdout).toContain('1 to unlink, 3 to quarantine, 3 empty directories to remove, 1 kept');
    expect(stdout).toContain('Unlinking frees nothing');
    expect(stdout.replace(/\s*\\\n\s*/g, ' ')).toContain(
      `stagesweep clean --apply --offline --min-age 0s ${spool}`,
    );
    expect(status).toBe(1);
  });

  test('is a page for 3,000 files', ({ dir }) => {
    const names = Array.from({ length: 3000 }, (_, n) => [`spool/sync./9/${n}.`, 'x'] as const);
    buildSpool(dir, Object.fromEntries(names));
    give(dir);
    const { stdout } = run(['clean', '--offline', '--min-age', '0s', join(dir, 'spool')]);
    expect(stdout.split('\n').length).toBeLessThan(40);
  });

  test('of a spool without leftovers is nothing to do', ({ dir }) => {
    buildSpool(dir, { 'spool/sync./': '', 'spool/stage./': '' });
    give(dir);
    expect([clean(dir).status, clean(dir, ...apply).status]).toEqual([0, 0]);
    expect(existsSync(join(dir, 'spool/stagesweep.'))).toBe(false);
  });

  test('as JSON lines ends with the totals', ({ dir }) => {
    const spool = crashedSpool(dir);
    const { stdout } = run(['clean', '--offline', '--min-age', '0s', spool, '--format', 'jsonl']);
    const types = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types.at(-1)).toBe('totals');
    expect(types.filter((type) => type === 'plan')).toHaveLength(8);
  });
});

describe('--apply', () => {
  test('unlinks, quarantines, removes empty directories, and leaves the messages alone', ({
    dir,
  }) => {
    const spool = crashedSpool(dir);
    const message = lstatSync(join(spool, 'user/glad/1.'), { bigint: true });
    const { told, status } = clean(dir, ...apply);
    expect(told.steps?.map(({ outcome }) => outcome)).toEqual([
      'quarantined',
      'unlinked',
      'quarantined',
      'quarantined',
      'directory-removed',
      'directory-removed',
      'directory-removed',
    ]);
    const after = lstatSync(join(spool, 'user/glad/1.'), { bigint: true });
    expect([after.ino, after.size, after.mtimeNs, after.nlink]).toEqual([
      message.ino,
      message.size,
      message.mtimeNs,
      1n,
    ]);
    expect(readFileSync(join(spool, 'user/glad/1.'), 'utf8')).toBe(text);
    expect(namesIn(spool)).toEqual([
      'stage.',
      'stage./odd',
      'sync.',
      'user',
      'user/glad',
      'user/glad/1.',
      'user/glad/cyrus.header',
      'user/glad/cyrus.index',
    ]);
    // The odd name asks for a person.
    expect(status).toBe(1);
  });

  test('keeps the bytes of what it quarantines, in a directory of its own', ({ dir }) => {
    const spool = crashedSpool(dir);
    const { told } = clean(dir, ...apply);
    const directory = join(spool, 'stagesweep.', told.run ?? '');
    expect(lstatSync(directory).mode & 0o777).toBe(0o700);
    const held = readdirSync(directory).filter((name) => name !== 'journal.jsonl');
    const contents = held.map((name) => readFileSync(join(directory, name), 'utf8')).sort();
    expect(contents).toEqual(['alone', 'cache', 'delivery']);
    expect(told.journals?.[0]?.journal).toBe(join(directory, 'journal.jsonl'));
  });

  test('twice is as good as once', ({ dir }) => {
    const spool = crashedSpool(dir);
    clean(dir, ...apply);
    const names = namesIn(spool);
    const again = clean(dir, ...apply);
    expect([namesIn(spool), again.told.run, again.status]).toEqual([names, undefined, 1]);
  });

  test('ends with 0 when all was done and nothing asks for a person', ({ dir }) => {
    const spool = crashedSpool(dir);
    rmSync(join(spool, 'stage./odd'));
    expect(clean(dir, ...apply).status).toBe(0);
  });

  test('tells where the journal is, how to undo and how to purge', ({ dir }) => {
    const spool = crashedSpool(dir);
    const { stdout } = run(['clean', '--offline', '--min-age', '0s', spool, ...apply]);
    expect(stdout).toMatch(/Journal: \S+\/journal\.jsonl/);
    expect(stdout).toMatch(/stagesweep undo \S+ --offline --apply/);
    expect(stdout).toMatch(/stagesweep purge \S+ --apply/);
  });

  test('names files of the command line so that they are found from everywhere', ({ dir }) => {
    const spool = crashedSpool(dir);
    writeFileSync(join(dir, 'imapd.conf'), `partition-default: ${spool}\n`);
    const words = ['clean', '-C', 'imapd.conf', ...apply, '--journal', '.', '--offline'];
    const { stdout } = run([...words, '--min-age', '0s'], { cwd: dir });
    const done = stdout.replaceAll(/\s*\\\n\s*/g, ' ');
    expect(done).toContain(`-C ${dir}/imapd.conf`);
    expect(done).toContain(`--journal ${dir} `);
  });

  test('carries out what --only and --pid select, and nothing else', ({ dir }) => {
    const spool = crashedSpool(dir);
    const { told, status } = clean(dir, ...apply, '--pid', '5', '--pid', '12', '--only', 'sync');
    expect(told.steps?.map(({ path }) => path.slice(spool.length + 1))).toEqual([
      'sync./5.cache',
      `sync./5/${sha1('alone')}`,
      'sync./5',
    ]);
    expect([existsSync(join(spool, staged[0] ?? '')), status]).toEqual([true, 0]);
  });

  test('safety 23: does nothing at all when the plan is larger than --max-delete', ({ dir }) => {
    crashedSpool(dir);
    const before = snapshot(dir);
    const { told, status } = clean(dir, ...apply, '--max-delete', '6');
    expect([status, told.run]).toEqual([2, undefined]);
    expect(told.refusal).toContain('7 steps, more than --max-delete 6');
    expect(snapshot(dir)).toEqual(before);
    expect(clean(dir, ...apply, '--max-delete', '7').told.run).toBeDefined();
  });
});

describe('--from', () => {
  const save = (dir: string, format: string): void => {
    const words = ['scan', '--offline', '--min-age', '0s', join(dir, 'spool')];
    run([...words, '--format', format, '-o', join(dir, 'report')]);
  };

  test.for(['json', 'jsonl'])('a saved scan as %s selects what goes', (format, { dir }) => {
    const spool = crashedSpool(dir);
    save(dir, format);
    writeFileSync(join(spool, 'stage./13-1000000000-0'), 'after the report');
    if (isRoot) chownSync(join(spool, 'stage./13-1000000000-0'), owner, owner);
    const { told } = clean(dir, '--from', join(dir, 'report'), ...apply);
    expect(told.steps).toHaveLength(7);
    expect(existsSync(join(spool, 'stage./13-1000000000-0'))).toBe(true);
  });

  test('a stale report is harmless: another file of that name stays', ({ dir }) => {
    const spool = crashedSpool(dir);
    save(dir, 'json');
    const path = join(spool, 'stage./12-1000000000-0');
    renameSync(path, join(dir, 'elsewhere'));
    writeFileSync(path, 'delivery');
    if (isRoot) chownSync(path, owner, owner);
    const { told, status } = clean(dir, '--from', join(dir, 'report'), ...apply);
    expect(told.plan.find((row) => row.path === path)).toMatchObject({
      action: 'keep',
      reasons: ['differs-from-report'],
    });
    expect([readFileSync(path, 'utf8'), status]).toEqual(['delivery', 1]);
  });

  test('a forged report selects nothing that is no orphan', ({ dir }) => {
    const spool = crashedSpool(dir);
    save(dir, 'json');
    const forged = readFileSync(join(dir, 'report'), 'utf8')
      .replaceAll(join(spool, `sync./5/${sha1('alone')}`), join(spool, 'user/glad/1.'))
      .replaceAll('unknown-name', 'orphan');
    writeFileSync(join(dir, 'report'), forged);
    const { told } = clean(dir, '--from', join(dir, 'report'), ...apply);
    expect(told.steps?.map(({ path }) => path)).not.toContain(join(spool, 'user/glad/1.'));
    expect(readFileSync(join(spool, 'user/glad/1.'), 'utf8')).toBe(text);
    expect(existsSync(join(spool, 'stage./odd'))).toBe(true);
  });

  test('a file that is no report is refused before anything is looked at', ({ dir }) => {
    crashedSpool(dir);
    writeFileSync(join(dir, 'report'), '{"schema":"stagesweep.report/9","stageFiles":[]}');
    const { status, stderr } = clean(dir, '--from', join(dir, 'report'));
    expect([status, stderr.trimEnd().split('\n').length]).toEqual([64, 1]);
    expect(stderr).toContain('stagesweep.report/9');
  });
});

describe('the command line', () => {
  test('is refused without --yes where nobody can be asked', ({ dir }) => {
    crashedSpool(dir);
    const before = snapshot(dir);
    const { status, stderr } = clean(dir, '--apply');
    expect([status, stderr]).toEqual([64, expect.stringContaining('add --yes')]);
    expect(snapshot(dir)).toEqual(before);
  });

  test('safety 9: a limit below ten minutes needs --offline', ({ dir }) => {
    crashedSpool(dir);
    const { status, stderr } = run(['clean', '--min-age', '9m', join(dir, 'spool')]);
    expect([status, stderr]).toEqual([64, expect.stringContaining('10m')]);
    expect(run(['clean', '--min-age', '10m', join(dir, 'spool')]).status).not.toBe(64);
  });

  test.for([
    ['--yes'],
    ['--pid', 'x'],
    ['--max-delete', '-1'],
    ['--only', 'all'],
    ['--from', '/nonexistent'],
  ])('is refused with 64: %j', (words, { dir }) => {
    crashedSpool(dir);
    expect(clean(dir, ...words).status).toBe(64);
  });

  const asked = (dir: string, answer: string): ReturnType<typeof onTerminal> =>
    onTerminal(['clean', '--offline', '--min-age', '0s', join(dir, 'spool'), '--apply'], answer);

  test.skipIf(whyNoTerminal !== '')(
    `on a terminal shows the numbers and takes only yes${whyNoTerminal}`,
    ({ dir }) => {
      crashedSpool(dir);
      const before = snapshot(dir);
      const { status, output } = asked(dir, 'y\n');
      expect(output).toContain('unlink 1 name, move 3 to quarantine, remove 3 empty directories');
      expect(status).toBe(2);
      expect(snapshot(dir)).toEqual(before);
      asked(dir, 'yes\n');
      expect(existsSync(join(dir, 'spool/sync./7'))).toBe(false);
    },
  );
});
