/** Trees of hard links on the disk, random or deep, and what GNU find says of them. */
import { execFileSync } from 'node:child_process';
import {
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import fc from 'fast-check';
import { asBytes, bytePath, join, toBuffer, type BytePath } from '../../src/model/byte-path.ts';

/** All names of the wanted files below `top`, sorted. */
export function namesByFind(top: BytePath, wanted: readonly BytePath[]): string[] {
  const terms = wanted.flatMap((path) => ['-o', '-samefile', path]).slice(1);
  // A shell, because Node passes arguments as UTF-8 and these are bytes.
  const words = [top, '-xdev', '(', ...terms, ')', '-print0'].map(
    (word) => `'${word.replaceAll("'", `'\\''`)}'`,
  );
  const script = Buffer.from(`exec find ${words.join(' ')}`, 'latin1');
  const found = execFileSync('sh', { input: script, encoding: 'latin1', maxBuffer: 1 << 28 });
  return found.split('\0').slice(0, -1).sort();
}

/** Directories by parent and name, files by the directories and names that they are linked into. */
const leafBytes = fc
  .uint8Array({ min: 1, max: 255, minLength: 1, maxLength: 12 })
  .map((bytes) => asBytes(Buffer.from(bytes).toString('latin1')))
  .filter((leaf) => !leaf.includes('/') && leaf !== '.' && leaf !== '..');
export const randomTree = fc.record({
  directories: fc.array(fc.tuple(fc.nat(), leafBytes), { maxLength: 25 }),
  files: fc.array(fc.array(fc.tuple(fc.nat(), leafBytes), { minLength: 1, maxLength: 8 }), {
    minLength: 1,
    maxLength: 12,
  }),
  wantedEvery: fc.integer({ min: 1, max: 3 }),
});
export type Tree = typeof randomTree extends fc.Arbitrary<infer T> ? T : never;

/** @returns one name of each wanted file. Names that are taken are passed over. */
export function build(top: BytePath, tree: Tree): BytePath[] {
  const directories = [top];
  const pick = (number: number): BytePath => directories[number % directories.length] ?? top;
  for (const [parent, leaf] of tree.directories) {
    const path = join(pick(parent), leaf);
    if (free(path)) {
      mkdirSync(toBuffer(path));
      directories.push(path);
    }
  }
  return tree.files.flatMap((links, index) => {
    let first: BytePath | undefined;
    for (const [parent, leaf] of links) {
      const path = join(pick(parent), leaf);
      if (!free(path)) continue;
      if (first) linkSync(toBuffer(first), toBuffer(path));
      else first = put(path);
    }
    return first && index % tree.wantedEvery === 0 ? [first] : [];
  });
}

function free(path: BytePath): boolean {
  return lstatSync(toBuffer(path), { throwIfNoEntry: false }) === undefined;
}

export function put(path: BytePath): BytePath {
  writeFileSync(toBuffer(path), '');
  return path;
}

export function temporary(): BytePath {
  return bytePath(realpathSync(mkdtempSync(`${tmpdir()}/walk-`)));
}

/** rm reaches what Node's rmSync cannot: paths past PATH_MAX. */
export function remove(path: BytePath): void {
  execFileSync('rm', ['-rf', '--', path]);
  rmSync(toBuffer(path), { recursive: true, force: true });
}

/** Thirty directories with names of 200 bytes below `top`, and one more name of `file` in the last. */
export function deepen(top: BytePath, file: BytePath): void {
  const before = process.cwd();
  try {
    process.chdir(top);
    for (let level = 0; level < 30; level++) {
      const leaf = `${level}`.padEnd(200, 'x');
      mkdirSync(leaf);
      process.chdir(leaf);
    }
    linkSync(toBuffer(file), 'last.');
  } finally {
    process.chdir(before);
  }
}
