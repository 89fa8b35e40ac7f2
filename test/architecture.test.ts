import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, test } from 'vitest';
import { commands } from '../src/cli/commands.ts';
import { groups } from '../src/cli/options.ts';
import { findingCodes } from '../src/model/finding.ts';

const at = (path: string): URL => new URL(`../${path}`, import.meta.url);
const read = (path: string): string => readFileSync(at(path), 'utf8');
const sources = readdirSync(at('src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => `src/${path}`)
  .sort();

describe('ARCHITECTURE.md', () => {
  const mapped = [...read('ARCHITECTURE.md').matchAll(/^\| `(src\/[^`]+\.ts)`\s*\|/gm)].map(
    (match) => match[1],
  );
  test('maps every source file and nothing else', () => {
    expect([...mapped].sort()).toEqual(sources);
  });
  test('gives a reason for every dependency', () => {
    const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
    const names = ['dependencies', 'optionalDependencies', 'devDependencies'].flatMap((kind) =>
      Object.keys(manifest[kind] ?? {}),
    );
    const text = read('ARCHITECTURE.md');
    expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('README.md', () => {
  const text = read('README.md');
  test('names every command', () => {
    expect(commands.filter(({ name }) => !text.includes(`stagesweep ${name}`))).toEqual([]);
  });
  test('names every option', () => {
    const names = Object.values(groups).flatMap((group) => Object.keys(group));
    const shown = (name: string): boolean =>
      text.includes(`--${name}`) || text.includes(`--no-${name}`);
    expect(names.filter((name) => !shown(name))).toEqual([]);
  });
  test('says of every option which commands have it', () => {
    const rows = [
      ...text.matchAll(/^\| `(?:-\w, )?--(?:no-)?([a-z-]+)`[^|]*\|.*\| ([a-z, ]+?) *\|$/gm),
    ];
    const told = Object.fromEntries(
      rows.map(([, name = '', of = '']) => [name, of.split(', ').sort()]),
    );
    const have: Record<string, string[]> = {};
    for (const [group, options] of Object.entries(groups)) {
      // Two score and more, in a list of their own.
      if (group === 'thresholds') continue;
      const names = commands.filter((one) => one.groups.some((of) => of === group));
      for (const option of Object.keys(options)) {
        have[option] = [...new Set([...(have[option] ?? []), ...names.map(({ name }) => name)])];
      }
    }
    for (const names of Object.values(have)) names.sort();
    expect(told).toEqual(have);
  });
  test('names every finding code', () => {
    expect(findingCodes.filter((code) => !text.includes(`\`${code}\``))).toEqual([]);
  });
});

describe('the sources', () => {
  test('have no file of more than 350 lines', () => {
    const long = sources.filter((path) => read(path).split('\n').length > 350);
    expect(long).toEqual([]);
  });
  test('say first what lives in each file', () => {
    expect(sources.filter((path) => !read(path).startsWith('/**'))).toEqual([]);
  });
  test.each([
    ['a pure folder that reads a file', "import 'node:fs';", 'src/decide/total.ts'],
    ['a parser that asks the OS', "import '../system/files.ts';", 'src/parse/duration.ts'],
    ['a step that writes tables', "import 'cli-table3';", 'src/steps/scan.ts'],
    ['a renderer that looks at the clock', 'export const now = Date.now();', 'src/report/table.ts'],
  ])('may not import against the direction: lint catches %s', async (_what, code, filePath) => {
    // Without type information: with it the parser takes the file on disk for the text.
    const eslint = new ESLint({
      cwd: fileURLToPath(at('.')),
      overrideConfig: [tseslint.configs.disableTypeChecked],
    });
    const [result] = await eslint.lintText(`${code}\n`, { filePath });
    expect(result?.messages.map((message) => message.ruleId)).toContainEqual(
      expect.stringMatching(/^no-restricted-/),
    );
  });
});

describe('safety.md 5, 15, 22: lint catches', () => {
  test.each([
    ['a mode that is changed', "import { chmodSync } from 'node:fs';", 'src/system/anchor.ts'],
    ['an owner that is changed', "import { lchownSync } from 'node:fs';", 'src/system/files.ts'],
    ['a time that is changed', "import { lutimesSync } from 'fs';", 'src/system/held-file.ts'],
    ['all calls under one name', "import * as fs from 'node:fs';", 'src/system/anchor.ts'],
    ['an asynchronous change', "import { unlink } from 'node:fs';", 'src/system/anchor.ts'],
    ['promises', "import { rename } from 'node:fs/promises';", 'src/system/anchor.ts'],
    ['promises by another way', "import { promises } from 'node:fs';", 'src/system/anchor.ts'],
    ['promises that are loaded', "await import('node:fs/promises');", 'src/steps/remove.ts'],
    ['a signal', 'process.kill(1, 0);', 'src/system/processes.ts'],
    ['a signal by another way', "import { kill } from 'node:process';", 'src/steps/remove.ts'],
  ])('%s', async (_what, code, filePath) => {
    expect(await bansIn(code, filePath)).toEqual(['no-restricted-syntax']);
  });

  test('and nothing where it is meant', async () => {
    expect(await bansIn('process.kill(process.pid);', 'src/cli/ask.ts')).toEqual([]);
    const mode = "import { fchmodSync } from 'node:fs';";
    expect(await bansIn(mode, 'src/system/output-file.ts')).toEqual([]);
    // A file that may do one thing may not do the others.
    expect(await bansIn(mode, 'src/cli/ask.ts')).toEqual(['no-restricted-syntax']);
  });
});

async function bansIn(code: string, filePath: string): Promise<(string | null)[]> {
  const eslint = new ESLint({
    cwd: fileURLToPath(at('.')),
    overrideConfig: [tseslint.configs.disableTypeChecked],
  });
  const [result] = await eslint.lintText(`${code}\n`, { filePath });
  const rules = result?.messages.map(({ ruleId }) => ruleId) ?? [];
  return rules.filter((rule) => rule === 'no-restricted-syntax');
}

test('dependencies are pinned exactly', () => {
  const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
  const versions = ['dependencies', 'optionalDependencies', 'devDependencies'].flatMap((kind) =>
    Object.values(manifest[kind] ?? {}),
  );
  expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});
