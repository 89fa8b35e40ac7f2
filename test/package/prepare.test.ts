/** bin/prepare.mjs in the situations in which npm runs it, with a compiler that is told what to do. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkoutRoot, runElsewhere, type Ran } from '../support/checkout-copy.ts';

let checkout: string;
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'stagesweep-prepare-'));
  for (const script of ['prepare.mjs', 'build.mjs', 'bundled-licenses.mjs', 'lean-yargs.mjs']) {
    cpSync(join(checkoutRoot, 'bin', script), join(checkout, 'bin', script));
  }
  cpSync(join(checkoutRoot, 'package.json'), join(checkout, 'package.json'));
});
afterEach(() => {
  env = {};
  rmSync(checkout, { recursive: true });
});

let env: Readonly<Record<string, string>> = {};
const prepare = (...args: string[]): Promise<Ran> =>
  runElsewhere(process.execPath, ['bin/prepare.mjs', ...args], { cwd: checkout, env });

function plant(path: string, text = ''): void {
  mkdirSync(join(checkout, path, '..'), { recursive: true });
  writeFileSync(join(checkout, path), text);
}

/** What the build asks of the sources when they are compiled: their help. */
const compiled = {
  'main.js': 'built',
  'args.js': 'export const parseArgs = async () => ({ text: "help" });',
  'commands.js': 'export const commands = [];',
  'ready-help.js':
    'export const readyWidths = [80]; export const readyHelpFile = () => "help.txt";',
};

/** A compiler that writes where it is told to and ends as asked, and a bundler that does nothing. */
function plantCompiler(status: number): void {
  plant('node_modules/rolldown/package.json', '{"type":"module","exports":"./index.js"}');
  plant(
    'node_modules/rolldown/index.js',
    'export const rolldown = async () => ({ write: async () => {}, close: async () => {} });',
  );
  plant('node_modules/typescript/package.json', '{}');
  plant(
    'node_modules/typescript/bin/tsc',
    `const { mkdirSync, writeFileSync } = require('node:fs');
     const out = process.argv[process.argv.indexOf('--outDir') + 1];
     mkdirSync(out + '/cli', { recursive: true });
     for (const [name, text] of Object.entries(${JSON.stringify(compiled)})) {
       writeFileSync(out + '/cli/' + name, text);
     }
     process.exit(${status});`,
  );
}

describe('an install', () => {
  test('with dist needs no compiler and says nothing', async () => {
    plant('dist/program/main.js');
    expect(await prepare()).toEqual({ status: 0, stdout: '', stderr: '' });
  });
  test('without dist builds it', async () => {
    plantCompiler(0);
    expect(await prepare()).toMatchObject({ status: 0 });
    expect(readdirSync(checkout).sort()).toEqual(['bin', 'dist', 'node_modules', 'package.json']);
  });
  test('whose program cannot be run yet says that it will start more slowly', async () => {
    plantCompiler(0);
    const { stderr } = await prepare();
    expect(stderr).toMatch(/^stagesweep: it will start more slowly: .*demo-spool/);
  });
  test('without dist and without a compiler says what to do', async () => {
    expect(await prepare()).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'stagesweep: building from source needs the development dependencies: npm ci --include=dev\n',
    });
  });
  test('for all users from git says which way there is', async () => {
    env = { npm_config_global: 'true' };
    const { status, stderr } = await prepare();
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^stagesweep: npm cannot build a global install from git: .*npm pack.*\n$/,
    );
  });
  test('whose build fails leaves no half of a program behind', async () => {
    plantCompiler(2);
    expect(await prepare()).toMatchObject({ status: 2 });
    expect(readdirSync(checkout).sort()).toEqual(['bin', 'node_modules', 'package.json']);
  });
});

test('what is packed is built afresh, without modules whose source is gone', async () => {
  plantCompiler(0);
  plant('dist/program/main.js', 'old');
  plant('dist/cli/stale.js');
  expect(await prepare('--afresh')).toMatchObject({ status: 0 });
  expect(existsSync(join(checkout, 'dist/cli/stale.js'))).toBe(false);
});
