/** Builds a spool in a temporary directory from a description: git keeps neither hard links nor odd names. */
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test as base } from 'vitest';

/** By path, in order: text is a file; a path that ends in `/` is a directory. */
export type SpoolTree = Readonly<
  Record<
    string,
    string | { readonly link: string } | { readonly symlink: string } | { readonly fifo: true }
  >
>;

/** `dir` is a fresh directory for one test, removed afterwards. */
export const test = base.extend<{ dir: string }>({
  // eslint-disable-next-line no-empty-pattern -- vitest wants the fixtures' object pattern here
  dir: async ({}, use) => {
    const dir = mkdtempSync(join(tmpdir(), 'stagesweep-test-'));
    await use(dir);
    rmSync(dir, { recursive: true, force: true });
  },
});

/** @param root an existing directory; names may hold any byte, one per character (latin1) */
export function buildSpool(root: string, tree: SpoolTree): void {
  const at = (path: string): Buffer => Buffer.from(join(root, path), 'latin1');
  for (const [path, what] of Object.entries(tree)) {
    mkdirSync(Buffer.from(join(root, dirname(path)), 'latin1'), { recursive: true });
    if (path.endsWith('/')) mkdirSync(at(path), { recursive: true });
    else if (typeof what === 'string') writeFileSync(at(path), what, 'latin1');
    else if ('link' in what) linkSync(at(what.link), at(path));
    else if ('symlink' in what) symlinkSync(what.symlink, at(path));
    else execFileSync('mkfifo', [at(path).toString('latin1')]);
  }
}
