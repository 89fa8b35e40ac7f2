/** What npm packs, and the program as `npm install -g` puts it on a host. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CheckoutCopy, checkoutRoot, type Ran } from '../support/checkout-copy.ts';
import {
  openLocalRegistry,
  productionDirectories,
  type LocalRegistry,
} from '../support/local-registry.ts';
import { makeProbeSpool, probeArguments } from '../support/probe-spool.ts';

interface Packed {
  readonly filename: string;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

/** A build and an install: 10 s on an idle machine of two cores. */
const slowest = 300_000;

let copy: CheckoutCopy;
let packed: Packed;
let registry: LocalRegistry | undefined;
let prefix: string;
let installed: Ran;

beforeAll(async () => {
  copy = new CheckoutCopy();
  // A source that was deleted since the last build.
  mkdirSync(join(copy.path, 'dist/program'), { recursive: true });
  writeFileSync(join(copy.path, 'dist/program/main.js'), '');
  writeFileSync(join(copy.path, 'dist/program/stale.js'), '');
  const { stdout, stderr, status } = await copy.run('npm', [
    'pack',
    '--json',
    '--foreground-scripts',
  ]);
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  const [only] = JSON.parse(stdout) as Packed[];
  if (only === undefined) throw new Error('npm packed nothing');
  packed = only;
  registry = await openLocalRegistry(productionDirectories(checkoutRoot));
  prefix = join(copy.home, 'prefix');
  installed = await copy.run(
    'npm',
    ['install', '--global', '--prefix', prefix, '--no-audit', '--no-fund', packed.filename],
    { npm_config_registry: registry.url },
  );
}, slowest);
afterAll(async () => {
  await registry?.close();
  copy.remove();
});

describe('the package', () => {
  test('holds the built program, its manual and what must go with it, and nothing else', () => {
    const built = readdirSync(join(copy.path, 'dist/program'), {
      recursive: true,
      encoding: 'utf8',
    })
      .filter((path) => /\.js$|^package\.json$|^help\/.*\.txt$/.test(path))
      .map((path) => `dist/program/${path}`);
    expect(built).toContain('dist/program/main.js');
    expect(built).not.toContain('dist/program/stale.js');
    const launcher = ['bin/package.json', 'bin/stagesweep.js'];
    const others = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'];
    const licenses = 'dist/program/LICENSES.txt';
    expect(packed.files.map(({ path }) => path).sort()).toEqual(
      [...others, ...launcher, 'docs/stagesweep.8', licenses, ...built].sort(),
    );
  });
  test('brings the licence of every package whose code is in it', () => {
    const licenses = readFileSync(join(copy.path, 'dist/program/LICENSES.txt'), 'utf8');
    for (const name of ['cli-table3', 'cliui', 'fast-glob', 'micromatch', 'ora', 'yargs']) {
      expect(licenses).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+$`, 'm'));
    }
    expect(licenses).not.toMatch(/^(koffi|typescript|rolldown) /m);
  });
  test('has one program', () => {
    const programs = packed.files.filter(({ mode }) => (mode & 0o111) !== 0);
    expect(programs.map(({ path }) => path)).toEqual(['bin/stagesweep.js']);
  });
  test('is smaller than two megabytes', () => {
    expect(packed.unpackedSize).toBeLessThan(2_000_000);
  });
});

describe('installed for all users', () => {
  const stagesweep = (...args: string[]): Promise<Ran> =>
    copy.run(join(prefix, 'bin/stagesweep'), args);

  test('npm is content', () => {
    expect(installed).toMatchObject({ status: 0 });
    expect(installed.stderr).not.toMatch(/deprecated|ERR|EBADENGINE/);
  });
  test('the program has the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(checkoutRoot, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(await stagesweep('--version')).toEqual({
      status: 0,
      stdout: `${version}\n`,
      stderr: '',
    });
  });
  test('the demo runs', async () => {
    expect(await stagesweep('demo')).toMatchObject({ status: 0, stderr: '' });
  });
  test('the optional koffi is there and the native walker searches', async () => {
    const { stdout } = await stagesweep(...probeArguments(makeProbeSpool(copy.home)));
    expect(JSON.parse(stdout)).toMatchObject({
      coverage: { walker: 'native' },
      totals: { stageFiles: 1 },
    });
  });
  test('man finds the page', () => {
    const page = join(prefix, 'share/man/man8/stagesweep.8');
    expect(existsSync(page) && readFileSync(page, 'utf8')).toBe(
      readFileSync(join(copy.path, 'docs/stagesweep.8'), 'utf8'),
    );
  });
  test('nothing of the workshop came along', () => {
    const modules = join(prefix, 'lib/node_modules/stagesweep/node_modules');
    const names = readdirSync(modules);
    expect(names).toEqual(expect.arrayContaining(['yargs', 'koffi']));
    expect(names.filter((name) => /^(typescript|vitest|eslint|prettier)/.test(name))).toEqual([]);
  });
});
