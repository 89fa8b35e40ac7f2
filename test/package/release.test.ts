/** The release tarball: made twice, unpacked on a host that has Node and coreutils and reaches no registry. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CheckoutCopy, checkoutRoot, runElsewhere, type Ran } from '../support/checkout-copy.ts';
import {
  openLocalRegistry,
  productionDirectories,
  type LocalRegistry,
} from '../support/local-registry.ts';
import { makeProbeSpool, probeArguments } from '../support/probe-spool.ts';

const { version } = JSON.parse(readFileSync(join(checkoutRoot, 'package.json'), 'utf8')) as {
  version: string;
};
const file = `stagesweep-${version}-linux.tar.gz`;
const isRoot = process.getuid?.() === 0;
const unshare = '/usr/bin/unshare';
/** Root of a container may lack the right to it. */
const canCutNetwork = isRoot && spawnSync(unshare, ['--net', 'true']).status === 0;

/** Two builds and four installs: 35 s on an idle machine of two cores. */
const slowest = 300_000;

let copy: CheckoutCopy;
let registry: LocalRegistry | undefined;
/** Where it was unpacked, and the directory of the few programs of that host. */
let tree: string;
let path: string;

const release = (shell: string, target: string): Promise<Ran> =>
  copy.run('sh', ['-c', `${shell}; exec npm run --silent release -- "$0"`, target], {
    npm_config_registry: registry?.url ?? '',
  });

beforeAll(async () => {
  copy = new CheckoutCopy();
  registry = await openLocalRegistry([
    ...productionDirectories(checkoutRoot),
    ...foreignBinaries(),
  ]);
  for (const [shell, target] of [
    ['umask 022; export TZ=UTC', 'first'],
    ['umask 077; export TZ=Asia/Kolkata LC_ALL=C', 'second'],
  ] as const) {
    const ran = await release(shell, join(copy.home, target));
    expect({ ...ran, stdout: '', stderr: ran.status === 0 ? '' : ran.stderr }).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
  }
  const opt = join(copy.home, 'opt');
  mkdirSync(opt);
  execFileSync('tar', ['-xzf', join(copy.home, 'first', file), '-C', opt]);
  tree = join(opt, `stagesweep-${version}`);
  path = join(copy.home, 'few-programs');
  mkdirSync(path);
  for (const name of ['dirname', 'readlink']) symlinkSync(`/usr/bin/${name}`, join(path, name));
  symlinkSync(process.execPath, join(path, 'node'));
  // Another user than the one who made it may read it, as below /opt.
  chmodSync(copy.home, 0o755);
}, slowest);
afterAll(async () => {
  await registry?.close();
  copy.remove();
});

/** npm has only the binary of this machine here; for the other processor a file that stands for it. */
function foreignBinaries(): readonly string[] {
  return ['x64', 'arm64'].flatMap((cpu) => {
    const name = `@koromix/koffi-linux-${cpu}`;
    if (existsSync(join(checkoutRoot, 'node_modules', name))) return [];
    const { version: koffi } = JSON.parse(
      readFileSync(join(checkoutRoot, 'node_modules/koffi/package.json'), 'utf8'),
    ) as { version: string };
    const directory = join(copy.home, `koffi-${cpu}`);
    mkdirSync(directory);
    writeFileSync(
      join(directory, 'package.json'),
      JSON.stringify({ name, version: koffi, os: ['linux'], cpu: [cpu] }),
    );
    return [directory];
  });
}

/** Without a network where that can be had. */
function stagesweep(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const program = join(tree, 'bin/stagesweep');
  const surroundings = { cwd: '/', env: { PATH: path, HOME: '/nonexistent', ...env } };
  return canCutNetwork
    ? runElsewhere(unshare, ['--net', program, ...args], surroundings)
    : runElsewhere(program, args, surroundings);
}

describe('the release tarball', () => {
  const listing = (): string[] =>
    execFileSync('tar', ['-tvzf', join(copy.home, 'first', file), '--numeric-owner'], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      env: { PATH: process.env['PATH'], TZ: 'UTC' },
    })
      .trimEnd()
      .split('\n');

  test('is the same, byte for byte, whoever makes it and however often', () => {
    const [first, second] = ['first', 'second'].map((run) =>
      readFileSync(join(copy.home, run, file)),
    );
    expect(first?.equals(second ?? Buffer.of())).toBe(true);
  });
  test('has its checksum beside it', () => {
    const cwd = join(copy.home, 'first');
    expect(execFileSync('sha256sum', ['--check', 'SHA256SUMS'], { cwd, encoding: 'utf8' })).toBe(
      `${file}: OK\n`,
    );
    expect(readdirSync(cwd).sort()).toEqual(['SHA256SUMS', file]);
  });
  test('belongs to root, is writable by nobody else, and has one date', () => {
    const shapes = new Set(
      listing().map((line) => line.replace(/ +\d+ (?=\d{4}-)/, ' ').split(/ (?=stagesweep-)/)[0]),
    );
    expect([...shapes].sort()).toEqual([
      '-rw-r--r-- 0/0 1985-10-26 08:15',
      '-rwxr-xr-x 0/0 1985-10-26 08:15',
      'drwxr-xr-x 0/0 1985-10-26 08:15',
    ]);
  });
  test('keeps to one directory and to prefixes of an ordinary tree', () => {
    expect(readdirSync(tree).sort()).toEqual(['bin', 'lib', 'share']);
    expect(listing().filter((line) => !line.includes(` stagesweep-${version}/`))).toEqual([]);
  });
  test('has the production dependencies, the binaries of both processors, and no tools', () => {
    const modules = join(tree, 'lib/stagesweep/node_modules');
    const binaries = readdirSync(join(modules, '@koromix')).sort();
    expect(binaries).toEqual(['koffi-linux-arm64', 'koffi-linux-x64']);
    const names = readdirSync(modules);
    expect(names).toEqual(expect.arrayContaining(['cli-table3', 'fast-glob', 'ora', 'yargs']));
    expect(names.filter((name) => /^([.]|typescript|vitest|eslint)/.test(name))).toEqual([]);
  });
});

describe(`unpacked elsewhere, with node, dirname and readlink${canCutNetwork ? ' and without a network' : ''}`, () => {
  test('says its version', async () => {
    expect(await stagesweep(['--version'])).toEqual({
      status: 0,
      stdout: `${version}\n`,
      stderr: '',
    });
  });
  test('helps', async () => {
    const { status, stdout } = await stagesweep(['--help']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/stagesweep clean \[partition\.\.\][\s\S]*EXIT STATUS/);
  });
  test('runs the demo', async () => {
    expect(await stagesweep(['demo'])).toMatchObject({ status: 0, stderr: '' });
  });
  test('scans with the native walker', async () => {
    const { stdout } = await stagesweep(probeArguments(makeProbeSpool(copy.home)));
    expect(JSON.parse(stdout)).toMatchObject({
      coverage: { walker: 'native' },
      totals: { stageFiles: 1 },
    });
  });
  test('brings the manual and the completion of each shell', () => {
    const share = join(tree, 'share');
    expect(readdirSync(share, { recursive: true, encoding: 'utf8' }).sort()).toEqual(
      expect.arrayContaining([
        'bash-completion/completions/stagesweep',
        'fish/vendor_completions.d/stagesweep.fish',
        'man/man8/stagesweep.8',
        'zsh/site-functions/_stagesweep',
      ]),
    );
    expect(readFileSync(join(share, 'man/man8/stagesweep.8'), 'utf8')).toBe(
      readFileSync(join(copy.path, 'docs/stagesweep.8'), 'utf8'),
    );
  });
  test('is found through a link, as from /usr/local/bin', async () => {
    const link = join(copy.home, 'linked');
    symlinkSync(join(tree, 'bin/stagesweep'), link);
    const surroundings = { cwd: '/', env: { PATH: path } };
    expect(await runElsewhere(link, ['--version'], surroundings)).toMatchObject({ status: 0 });
  });
  test('takes the Node that STAGESWEEP_NODE names', async () => {
    const elsewhere = join(copy.home, 'no-node');
    mkdirSync(elsewhere);
    for (const name of ['dirname', 'readlink']) {
      symlinkSync(`/usr/bin/${name}`, join(elsewhere, name));
    }
    const env = { PATH: elsewhere, STAGESWEEP_NODE: process.execPath };
    expect(
      await runElsewhere(join(tree, 'bin/stagesweep'), ['--version'], { cwd: '/', env }),
    ).toMatchObject({ status: 0 });
  });
  test('says in one line that there is no Node', async () => {
    const env = { PATH: '/nonexistent' };
    expect(await runElsewhere(join(tree, 'bin/stagesweep'), ['scan'], { cwd: '/', env })).toEqual({
      status: 127,
      stdout: '',
      stderr:
        'stagesweep: no node found; Node 20.19, 22.12 or a release from 23 on is needed in PATH, or named by STAGESWEEP_NODE\n',
    });
  });
  test.runIf(isRoot)('works for a user who may not write where it lies', async () => {
    const ran = await runElsewhere(join(tree, 'bin/stagesweep'), ['demo', '--json'], {
      cwd: '/',
      env: { PATH: path },
      uid: 65534,
    });
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(ran.stdout)).toMatchObject({ coverage: { walker: 'native' } });
  });
});
