import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { ConfigError, UsageError } from '../../src/model/errors.ts';
import { loadPaths, type LoadedPaths } from '../../src/steps/load-paths.ts';
import { nodeFiles } from '../../src/system/files.ts';
import { test } from '../support/spool.ts';

/** Two partitions, and a mailbox in the first. */
function configured(dir: string): string {
  const base = realpathSync(dir);
  for (const path of ['one/user/a/Sent', 'two', 'plain/user/b'])
    mkdirSync(join(base, path), { recursive: true });
  writeFileSync(join(base, 'one/user/a/cyrus.index'), '');
  writeFileSync(
    join(base, 'imapd.conf'),
    `configdirectory: ${base}\npartition-one: ${base}/one\npartition-two: ${base}/two\n`,
  );
  return base;
}

function load(base: string, partitions: readonly string[], config = ['imapd.conf']): LoadedPaths {
  return loadPaths(nodeFiles, {
    partitions,
    configFiles: config.map((name) => join(base, name)),
    archive: [],
    meta: [],
    cwd: base,
    defaultConfig: join(base, 'none.conf'),
  });
}

const scanned = ({ spools }: LoadedPaths): string[] => spools.scanned.map(({ name }) => name);

describe('a PATH', () => {
  test('that is a partition means all of it', ({ dir }) => {
    const loaded = load(configured(dir), ['two']);
    expect([scanned(loaded), loaded.directories]).toEqual([['two'], undefined]);
  });

  test('inside a partition means what lies below it, a mailbox too', ({ dir }) => {
    const base = configured(dir);
    const loaded = load(base, ['./one/user/a']);
    expect([scanned(loaded), loaded.directories]).toEqual([['one'], [join(base, 'one/user/a')]]);
  });

  test('inside a partition beside a whole one means both', ({ dir }) => {
    const base = configured(dir);
    const loaded = load(base, ['./one/user/a', 'two']);
    expect(scanned(loaded)).toEqual(['one', 'two']);
    expect(loaded.directories).toEqual([join(base, 'one/user/a'), join(base, 'two')]);
  });

  test('that no configuration has is a spool of its own', ({ dir }) => {
    const base = configured(dir);
    const loaded = load(base, ['./plain'], []);
    expect([scanned(loaded), loaded.directories]).toEqual([[join(base, 'plain')], undefined]);
  });

  test('that is a mailbox of no configuration is refused, since its name is not known', ({
    dir,
  }) => {
    const base = configured(dir);
    expect(() => load(base, ['./one/user/a'], [])).toThrow(UsageError);
  });

  test('in a configuration that was named and is not there is refused', ({ dir }) => {
    const base = configured(dir);
    expect(() => load(base, ['./one'], ['missing.conf'])).toThrow(ConfigError);
  });
});
