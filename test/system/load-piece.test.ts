/** Files of the bundle, and what V8 compiled of them before. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { compiledFile, loadPiece, packCompiled, scripts } from '../../src/system/load-piece.ts';
import { test } from '../support/spool.ts';

/** A second loading of the same text, as the next start of the program would do it: from a file of another name. */
let files = 0;
function write(directory: string, text: string): string {
  files += 1;
  const file = join(directory, `piece-${files}.js`);
  writeFileSync(file, text);
  return file;
}

/** What V8 compiled of a text of the same length, kept for a file. */
function keepCompiledOf(text: string, directory: string, file: string, source = text): void {
  const made = write(directory, text);
  loadPiece(made);
  const compiled = scripts.get(made)?.createCachedData() ?? Buffer.alloc(0);
  writeFileSync(compiledFile(file), packCompiled(Buffer.from(source), compiled));
}

const isRefused = (file: string): boolean | undefined => scripts.get(file)?.cachedDataRejected;
const seven = 'exports.seven = () => 7;';
const eight = 'exports.eight = () => 8;';

describe('a file of the bundle', () => {
  test('is compiled where nothing was kept', ({ dir }) => {
    const file = write(dir, seven);
    const piece = loadPiece(file) as { seven: () => number };
    expect([piece.seven(), isRefused(file)]).toEqual([7, undefined]);
  });
  test('is taken from what V8 compiled of it', ({ dir }) => {
    const file = write(dir, seven);
    keepCompiledOf(seven, dir, file);
    const piece = loadPiece(file) as { seven: () => number };
    expect([piece.seven(), isRefused(file)]).toEqual([7, false]);
  });
  test('is compiled afresh when it was changed to a text of the same length', ({ dir }) => {
    const file = write(dir, eight);
    keepCompiledOf(seven, dir, file);
    expect(Object.keys(loadPiece(file) as object)).toEqual(['eight']);
    expect(isRefused(file)).toBe(undefined);
  });
  test.for([0, 5, 8, 60, -1])(
    'is compiled afresh when byte %i of what was kept is another one',
    (at, { dir }) => {
      const file = write(dir, seven);
      keepCompiledOf(seven, dir, file);
      const kept = readFileSync(compiledFile(file));
      const position = at < 0 ? kept.length + at : at;
      kept.writeUInt8(kept.readUInt8(position) ^ 1, position);
      writeFileSync(compiledFile(file), kept);
      const piece = loadPiece(file) as { seven: () => number };
      expect([piece.seven(), isRefused(file)]).toEqual([7, undefined]);
    },
  );
  test('is compiled afresh when what was kept is cut off', ({ dir }) => {
    const file = write(dir, seven);
    keepCompiledOf(seven, dir, file);
    for (const length of [0, 7, 8, 40]) {
      const again = write(dir, seven);
      writeFileSync(compiledFile(again), readFileSync(compiledFile(file)).subarray(0, length));
      loadPiece(again);
      expect([length, isRefused(again)]).toEqual([length, undefined]);
    }
  });
  test('takes others beside it, and each runs once', ({ dir }) => {
    writeFileSync(join(dir, 'other.js'), 'exports.times = (exports.times ?? 0) + 1;');
    const text = "exports.other = require('./other.js'); exports.os = require('node:os');";
    const [one, two] = [write(dir, text), write(dir, text)].map(
      (file) => loadPiece(file) as { other: { times: number }; os: unknown },
    );
    expect(one?.other.times).toBe(1);
    expect(two?.other).toBe(one?.other);
    expect(one?.os).toHaveProperty('hostname');
  });
  test('knows where it lies', ({ dir }) => {
    const file = write(dir, 'exports.at = [__filename, __dirname];');
    expect(loadPiece(file)).toEqual({ at: [file, dir] });
  });
  test('is named with its own lines and columns by an error', ({ dir }) => {
    const file = write(dir, "throw new Error('first line');");
    let stack: string | undefined;
    try {
      loadPiece(file);
    } catch (error) {
      stack = (error as Error).stack;
    }
    expect(stack).toContain(`${file}:1:7`);
  });
});
