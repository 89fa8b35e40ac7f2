import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { commands, groups } from '../src/cli/commands.ts';
import { findingCodes } from '../src/model/finding.ts';

const at = (path: string): URL => new URL(`../${path}`, import.meta.url);
const read = (path: string): string => readFileSync(at(path), 'utf8');
const sources = readdirSync(at('src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => `src/${path}`)
  .sort();

describe('ARCHITECTURE.md', () => {
  const mapped = [...read('ARCHITECTURE.md').matchAll(/^\| `(src\/[^`]+\.ts)` \|/gm)].map(
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
  test('import in one direction: lint catches a planted mistake', () => {
    const lint = (code: string, path: string): string => {
      try {
        return execFileSync('npx', ['eslint', '--stdin', '--stdin-filename', path], {
          cwd: at('.'),
          input: code,
          encoding: 'utf8',
        });
      } catch (error) {
        return (error as { stdout: string }).stdout;
      }
    };
    const planted = "import { lstatSync } from 'node:fs';\nexport const look = lstatSync;\n";
    expect(lint(planted, 'src/decide/total.ts')).toContain('decide/ is pure');
    const upward = "import { nodeFiles } from '../system/files.ts';\nexport const x = nodeFiles;\n";
    expect(lint(upward, 'src/parse/duration.ts')).toContain('parse/ may import only: model');
  });
});

test('dependencies are pinned exactly', () => {
  const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
  const versions = ['dependencies', 'optionalDependencies', 'devDependencies'].flatMap((kind) =>
    Object.values(manifest[kind] ?? {}),
  );
  expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});
