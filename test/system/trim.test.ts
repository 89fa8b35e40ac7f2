/** What malloc keeps of freed memory, in a process of its own: that of the tests is too large to show it. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const typescript = fileURLToPath(new URL('../../bench/run-typescript.js', import.meta.url));
/** Pieces that malloc takes from its heap, of which the last one to be made stays. Prints megabytes of the process. */
const script = `
  import { setTimeout } from 'node:timers/promises';
  import { trim } from '${fileURLToPath(new URL('../../src/system/trim.ts', import.meta.url))}';
  const megabytes = () => process.memoryUsage().rss / 1e6;
  let pieces = Array.from({ length: 1000 }, () => Buffer.alloc(100_000, 1));
  const last = Buffer.alloc(100_000, 1);
  pieces = undefined;
  // V8 frees what it has collected in threads.
  for (let times = 0; times < 3; times++) { gc(); await setTimeout(50); }
  const freed = megabytes();
  await trim();
  console.log(JSON.stringify([freed, megabytes(), last.length]));
`;
const isGlibc = 'glibcVersionRuntime' in (process.report.getReport() as { header: object }).header;

test.runIf(isGlibc)('memory that was freed and kept goes back to the system (needs glibc)', () => {
  const words = ['--expose-gc', '--import', typescript, '--input-type=module', '-e', script];
  const told = execFileSync(process.execPath, words, { encoding: 'utf8' });
  const [freed = 0, trimmed = 0] = JSON.parse(told) as number[];
  expect(freed - trimmed).toBeGreaterThan(80);
});
