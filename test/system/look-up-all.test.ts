/** Lookups by libc, of names that are there and of others. */
import { mkdirSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { bytePath, join, type BytePath } from '../../src/model/byte-path.ts';
import { loadLookUpAll } from '../../src/system/look-up-all.ts';
import { ext4, possible, runOn } from '../support/filesystems.ts';
import { test } from '../support/spool.ts';

const lookUpAll = await loadLookUpAll();

function list(paths: readonly BytePath[]): Buffer {
  return Buffer.from(paths.map((path) => `${path}\0`).join(''), 'latin1');
}

describe('lookups', () => {
  test('of names that are missing, too long, or no text at all end like others', async ({
    dir,
  }) => {
    const top = bytePath(dir);
    const names = ['.', 'absent', 'x'.repeat(300), '\xff{*}\n', `${'deep/'.repeat(2000)}end`];
    await expect(
      lookUpAll(list(names.map((name) => join(top, name as BytePath)))),
    ).resolves.toBeUndefined();
  });

  test('leave no descriptor open', async ({ dir }) => {
    mkdirSync(`${dir}/one`);
    const paths = list([bytePath(`${dir}/one`), bytePath(`${dir}/one/absent`)]);
    await lookUpAll(paths);
    const before = readdirSync('/proc/self/fd').length;
    for (let times = 0; times < 20; times += 1) await lookUpAll(paths);
    expect(readdirSync('/proc/self/fd')).toHaveLength(before);
  });

  test('give back what they took: after 3,000 calls for a hundred names each the process is no larger', async ({
    dir,
  }) => {
    const paths = list(Array.from({ length: 100 }, (_, nth) => bytePath(`${dir}/${nth}`)));
    const calls = async (count: number): Promise<number> => {
      for (let nth = 0; nth < count; nth += 1) await lookUpAll(paths);
      return process.memoryUsage().rss;
    };
    // 300,000 names are 70 MB where fts_close() frees none of them.
    const before = await calls(300);
    expect((await calls(3000)) - before).toBeLessThan(30e6);
  });
});

/** Prints how many blocks it reads from the disk: by lookups in a hundred directories, and by reading their entries afterwards. */
const look = `
  import { readdirSync } from 'node:fs';
  import { loadLookUpAll } from '${fileURLToPath(new URL('../../src/system/look-up-all.ts', import.meta.url))}';
  const names = Array.from({ length: 100 }, (_, nth) => 'spool/' + nth);
  const lookUpAll = await loadLookUpAll();
  const blocks = () => process.resourceUsage().fsRead;
  const before = blocks();
  await lookUpAll(Buffer.from(names.map((name) => name + '/-\\0').join('')));
  const between = blocks();
  for (const name of names) readdirSync(name);
  console.log(JSON.stringify([between - before, blocks() - between]));
`;
const typescript = fileURLToPath(new URL('../../bench/run-typescript.js', import.meta.url));

const { title, isSkipped } = await possible(
  ext4,
  'after a name was looked up in each directory of an ext4 that nobody has read, their entries are in memory',
);

test.skipIf(isSkipped)(title, async () => {
  const ran = await runOn(
    ext4,
    `mkdir spool; for one in $(seq 0 99); do mkdir spool/$one; touch spool/$one/1. spool/$one/2.; done
       cd "$2"; umount "$1"; mount -o loop "$2/image" "$1"; cd "$1"
       "$3" --import "$4" --input-type=module -e "$5"`,
    [process.execPath, typescript, look],
  );
  const [byLookups, byReading] = JSON.parse(ran.stdout) as [number, number];
  // 4 KB of entries and more for each.
  expect([byLookups >= 800, byReading]).toEqual([true, 0]);
});
