/** What the build keeps of V8's work, in the program that it built. */
import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { checkoutRoot } from '../support/checkout-copy.ts';
import { test } from '../support/spool.ts';

/** @returns the files of a run that were compiled afresh, with what V8 said of the others */
function refusedIn(program: string, words: readonly string[]): unknown {
  const script = `
    const { loadPiece, scripts } = require(${JSON.stringify(join(program, 'load-piece.js'))});
    loadPiece(${JSON.stringify(join(program, 'main.js'))}).main();
    process.on('exit', () => {
      process.exitCode = 0;
      console.error(JSON.stringify([...scripts].map(([file, script]) =>
        [require('node:path').basename(file), script.cachedDataRejected])));
    });`;
  const told = execFileSync(
    'sh',
    ['-c', '"$@" 2>&1 >/dev/null', 'sh', process.execPath, '-e', script, '--', 'it', ...words],
    { encoding: 'utf8', env: { PATH: process.env['PATH'] } },
  );
  return JSON.parse(told);
}

const inAll = [
  ['main.js', false],
  ['rolldown-runtime.js', false],
  ['scan.js', false],
];

describe('a scan by the program that was built', () => {
  const words = (dir: string): string[] => ['scan', dir, '--format', 'jsonl', '--offline'];
  test('takes its largest files from what V8 compiled of them', ({ dir }) => {
    expect(refusedIn(join(checkoutRoot, 'dist/program'), words(dir))).toEqual(
      expect.arrayContaining(inAll),
    );
  });
  test('does so wherever the program was moved to', ({ dir }) => {
    cpSync(join(checkoutRoot, 'dist/program'), join(dir, 'dist/program'), { recursive: true });
    for (const part of ['package.json', 'bin']) {
      cpSync(join(checkoutRoot, part), join(dir, part), { recursive: true });
    }
    expect(refusedIn(join(dir, 'dist/program'), words(dir))).toEqual(expect.arrayContaining(inAll));
  });
});
