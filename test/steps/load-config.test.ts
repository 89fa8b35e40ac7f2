import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Spools } from '../../src/model/configuration.ts';
import { ConfigError, UsageError } from '../../src/model/errors.ts';
import { loadSpools, type SpoolRequest } from '../../src/steps/load-config.ts';
import { nodeFiles } from '../../src/system/files.ts';

let base: string;

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'stagesweep-config-')));
});
afterEach(() => {
  rmSync(base, { recursive: true });
});

/** Writes a file below the base; `$` in the text is the base. */
function file(name: string, text: string): string {
  const path = join(base, name);
  writeFileSync(path, text.replaceAll('$', base));
  return path;
}

function directory(name: string): string {
  const path = join(base, name);
  mkdirSync(path, { recursive: true });
  return path;
}

function load(request: Partial<SpoolRequest>): Spools {
  const defaultConfig = join(base, 'imapd.conf');
  const nothing = { partitions: [], configFiles: [], archive: [], meta: [] };
  return loadSpools(nodeFiles, { ...nothing, cwd: base, defaultConfig, ...request });
}

function scannedBy(request: Partial<SpoolRequest>): string[] {
  return load(request).scanned.map(({ name }) => name);
}

function refusedWith(request: Partial<SpoolRequest>): Error {
  try {
    load(request);
  } catch (error) {
    if (error instanceof UsageError || error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('without a PARTITION', () => {
  test('all partitions of the default file are scanned', () => {
    file('imapd.conf', 'partition-a: $/a\npartition-b: $/b\n');
    expect(scannedBy({})).toEqual(['a', 'b']);
  });

  test('a missing default file is named, with what to do', () => {
    const { message } = refusedWith({});
    expect(message).toContain(`${base}/imapd.conf: no such file`);
    expect(message).toContain('-C');
  });

  test('several -C give the partitions of all, a shared one once', () => {
    file('one.conf', 'partition-a: $/a\npartition-b: $/b\ntemp_path: $\n');
    file('two.conf', 'partition-a: $/a/\npartition-b: $/other\ntemp_path: $\n');
    expect(scannedBy({ configFiles: ['one.conf', 'two.conf'] })).toEqual([
      'a',
      'b',
      'b (two.conf)',
    ]);
  });

  test('a configuration named twice is read once', () => {
    file('one.conf', 'partition-a: $/a\n');
    symlinkSync('one.conf', join(base, 'link.conf'));
    const { configurations } = load({ configFiles: ['one.conf', './one.conf', 'link.conf'] });
    expect(configurations.map((one) => one.file)).toEqual(['one.conf']);
  });
});

describe('@include', () => {
  test('puts the directives of another file in its place', () => {
    file('more.conf', 'partition-b: $/b\n');
    file('imapd.conf', 'partition-a: $/a\n@include: $/more.conf\npartition-c: $/c\n');
    expect(scannedBy({}).slice(0, 3)).toEqual(['a', 'b', 'c']);
  });

  test('of a missing file names the line that asks for it', () => {
    file('imapd.conf', 'partition-a: $/a\n@include: $/none.conf\n');
    expect(refusedWith({}).message).toContain(
      `${base}/imapd.conf:2: @include ${base}/none.conf: no such file`,
    );
  });

  test('of one file twice is refused', () => {
    file('more.conf', 'foo: 1\n');
    file('imapd.conf', 'partition-a: $/a\n@include: $/more.conf\n@include: $/more.conf\n');
    expect(refusedWith({}).message).toMatch(/imapd\.conf:3: .*more\.conf is included twice/);
  });

  test('of itself is refused', () => {
    file('imapd.conf', 'partition-a: $/a\n@include: $/imapd.conf\n');
    // The name as given: the line at which the circle closes, not a second round through it.
    const { message } = refusedWith({ configFiles: ['imapd.conf'] });
    expect(message).toMatch(/^imapd\.conf:2: .*included twice/);
  });

  test('by a relative path is refused', () => {
    file('imapd.conf', 'partition-a: $/a\n@include: more.conf\n');
    expect(refusedWith({}).message).toMatch(/imapd\.conf:2: @include more\.conf is relative/);
  });

  test('of an option that was there before names both places', () => {
    file('more.conf', '\nPartition-A: $/b\n');
    file('imapd.conf', 'partition-a: $/a\n@include: $/more.conf\n');
    expect(refusedWith({}).message).toMatch(
      /more\.conf:2: partition-a comes twice, first at .*imapd\.conf:1/,
    );
  });
});

describe('--cyrus-conf', () => {
  test('reads every file that a service names, and the default for those that name none', () => {
    file('imapd.conf', 'partition-a: $/a\n');
    file('replica.conf', 'partition-r: $/r\n');
    file('cyrus.conf', 'SERVICES {\n a cmd="imapd"\n b cmd="sync_server -C $/replica.conf"\n}\n');
    expect(scannedBy({ cyrusConf: 'cyrus.conf' })).toEqual(['a', 'r']);
  });

  test('leaves the default file alone when every service names another', () => {
    file('replica.conf', 'partition-r: $/r\n');
    file('cyrus.conf', 'SERVICES {\n b cmd="sync_server -C $/replica.conf"\n}\n');
    expect(scannedBy({ cyrusConf: 'cyrus.conf' })).toEqual(['r']);
  });

  test('adds to the files of -C', () => {
    file('one.conf', 'partition-a: $/a\n');
    file('replica.conf', 'partition-r: $/r\n');
    file('cyrus.conf', 'SERVICES {\n a cmd=imapd\n b cmd="sync_server -C $/replica.conf"\n}\n');
    const files = { configFiles: ['one.conf'], cyrusConf: 'cyrus.conf' };
    expect(scannedBy(files)).toEqual(['a', 'r']);
  });
});

describe('a PARTITION that is a name', () => {
  beforeEach(() => {
    file('imapd.conf', 'partition-users: $/a\nimap_partition-users: $/i\npartition-news: $/b\n');
  });

  test('is scanned alone, in every service that has it, while all are searched', () => {
    const spools = load({ partitions: ['users'] });
    expect(spools.scanned.map(({ name }) => name)).toEqual(['users', 'users (imap)']);
    expect(spools.partitions).toHaveLength(3);
  });

  test('may be typed in capitals, since Cyrus knows names in lower case only', () => {
    expect(scannedBy({ partitions: ['News'] })).toEqual(['news']);
  });

  test('that is unknown gets the known ones and the one that was meant', () => {
    const { message } = refusedWith({ partitions: ['user'] });
    expect(message).toContain('did you mean users?');
    expect(message).toContain('Configured: news, users');
  });
});

describe('a PARTITION that is a directory', () => {
  test('needs no configuration', () => {
    directory('spool');
    const { scanned, configurations } = load({ partitions: ['./spool'] });
    expect(scanned).toEqual([
      { name: `${base}/spool`, data: `${base}/spool`, metadata: new Map() },
    ]);
    expect(configurations).toEqual([]);
  });

  test('is one without a slash too, when it is there', () => {
    directory('spool');
    expect(scannedBy({ partitions: ['spool'] })).toEqual([`${base}/spool`]);
  });

  test('brings the archive of the default file that has it as a root, through a link too', () => {
    directory('a');
    symlinkSync('a', join(base, 'link'));
    file('imapd.conf', 'partition-a: $/a\narchivepartition-a: $/archive\npartition-b: $/b\n');
    const spools = load({ partitions: ['./link'] });
    expect(spools.scanned.map((one) => one.archive)).toEqual([`${base}/archive`]);
    expect(spools.partitions.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('that is an archive root brings its partition', () => {
    directory('archive');
    file('one.conf', 'partition-a: $/a\narchivepartition-a: $/archive\n');
    expect(scannedBy({ partitions: ['./archive'], configFiles: ['one.conf'] })).toEqual(['a']);
  });

  test('that the default file does not have leaves that file out', () => {
    directory('spool');
    file('imapd.conf', 'partition-a: $/a\n');
    expect(load({ partitions: ['./spool'] }).partitions).toHaveLength(1);
  });

  test('can be scanned while the default file is broken, and that is told', () => {
    directory('spool');
    file('imapd.conf', 'what is this\n');
    const { scanned, notes } = load({ partitions: ['./spool'] });
    expect(scanned).toHaveLength(1);
    expect(notes?.join()).toMatch(/imapd\.conf:1: no option name/);
  });

  test('is scanned beside the partitions that -C adds to the search', () => {
    directory('spool');
    file('one.conf', 'partition-a: $/a\n');
    const spools = load({ partitions: ['./spool'], configFiles: ['one.conf'] });
    expect(spools.scanned.map(({ name }) => name)).toEqual([`${base}/spool`]);
    expect(spools.partitions).toHaveLength(2);
  });

  test('counts once when it is typed twice', () => {
    directory('spool');
    expect(scannedBy({ partitions: ['./spool', `${base}/spool/`] })).toHaveLength(1);
  });

  test('that is missing is named', () => {
    expect(refusedWith({ partitions: ['./none'] }).message).toMatch(
      /^\.\/none: no such directory\. Is its filesystem mounted/,
    );
  });

  test.each([
    ['the root of the system', '/', 'is the root of the whole system'],
    ['a mailbox', './a/user/fred', 'is a mailbox'],
    ['a stage directory', './a/sync./17', 'lies in a stage directory'],
    ['a file', './plain', 'is no directory but a file'],
  ])('is refused when it is %s', (_, typed, why) => {
    directory('a/user/fred');
    directory('a/sync./17');
    file('a/user/fred/cyrus.header', '');
    file('plain', '');
    expect(refusedWith({ partitions: [typed] }).message).toContain(`${typed} ${why}`);
  });
});

describe('--archive and --meta', () => {
  test('belong to the directories in order', () => {
    for (const name of ['a', 'b']) directory(name);
    const partitions = ['./a', './b'];
    const { scanned } = load({ partitions, archive: ['x', 'y'], meta: ['/m', '/n'] });
    expect(scanned.map((one) => [one.archive, one.metadata.get('index')])).toEqual([
      [`${base}/x`, '/m'],
      [`${base}/y`, '/n'],
    ]);
  });

  test('are refused when their number is not that of the directories', () => {
    for (const name of ['a', 'b']) directory(name);
    expect(refusedWith({ partitions: ['./a', './b'], archive: ['x'] }).message).toMatch(
      /--archive is given 1 times for 2 directories/,
    );
  });

  test('say what belongs together, so the default file is not asked', () => {
    directory('a');
    file('imapd.conf', 'partition-a: $/a\narchivepartition-a: $/archive\n');
    const { scanned } = load({ partitions: ['./a'], archive: ['mine'] });
    expect(scanned.map((one) => one.archive)).toEqual([`${base}/mine`]);
  });

  test.each([
    ['a configuration', { configFiles: ['one.conf'], partitions: ['./a'] }],
    ['no directory', {}],
    ['a name', { partitions: ['./a', 'users'] }],
  ])('are refused with %s', (_, request) => {
    directory('a');
    expect(refusedWith({ ...request, archive: ['x'] })).toBeInstanceOf(UsageError);
  });
});
