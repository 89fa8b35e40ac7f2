/**
 * Loads the files of the bundle (CommonJS) with what V8 compiled of them when the program was built: compiling what a
 * short run needs takes longer than the rest of the run. Bundled by itself (bin/build.mjs); only the build runs it from
 * elsewhere.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';

interface Piece {
  exports: unknown;
}

type Body = (
  exports: unknown,
  require: (id: string) => unknown,
  piece: Piece,
  file: string,
  directory: string,
) => void;

const requireOther = createRequire(import.meta.url);
const loaded = new Map<string, Piece>();

/** What was loaded in this thread, by file: the build keeps what V8 made of it. */
export const scripts = new Map<string, Script>();

/** @param file  absolute; what it exports. Throws what the file throws, or an error of readFileSync. */
export function loadPiece(file: string): unknown {
  const known = loaded.get(file);
  if (known !== undefined) return known.exports;
  const piece: Piece = { exports: {} };
  loaded.set(file, piece);
  const directory = dirname(file);
  const body = compile(file).runInThisContext() as Body;
  const requireFrom = (id: string): unknown =>
    id.startsWith('.') ? loadPiece(resolve(directory, id)) : requireOther(id);
  body(piece.exports, requireFrom, piece, file, directory);
  return piece.exports;
}

const before = '(function (exports, require, module, __filename, __dirname) {';

function compile(file: string): Script {
  const source = readFileSync(file);
  const cachedData = readCompiled(file, source);
  const script = new Script(`${before}${source.toString()}\n})`, {
    filename: file,
    columnOffset: -before.length,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  scripts.set(file, script);
  return script;
}

const headerBytes = 8;

/**
 * V8 takes it only if it is of the same version and runs with the same flags, but compares the sources by their length
 * and trusts every byte (seen with Node 20: a flipped bit is not refused). So sums of both lead the way.
 * @returns undefined when there is none, or it is of something else
 */
function readCompiled(file: string, source: Buffer): Buffer | undefined {
  let kept: Buffer;
  try {
    kept = readFileSync(compiledFile(file));
  } catch {
    // A package brings none: it would be tied to one Node.
    return undefined;
  }
  const compiled = kept.subarray(headerBytes);
  return kept.subarray(0, headerBytes).equals(sums(source, compiled)) ? compiled : undefined;
}

/** Where loadPiece() looks for what V8 compiled of a file. */
export function compiledFile(file: string): string {
  return `${file}.v8`;
}

/** The bytes of that file. @param compiled  of Script.createCachedData() */
export function packCompiled(source: Buffer, compiled: Buffer): Buffer {
  return Buffer.concat([sums(source, compiled), compiled]);
}

function sums(source: Buffer, compiled: Buffer): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32LE(crc32(source), 0);
  header.writeUInt32LE(crc32(compiled), 4);
  return header;
}
