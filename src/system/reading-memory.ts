/** Memory of pieceBytes that files are read into, one after the other. */
import { pieceBytes } from './digest-file.ts';
import { loadLibc } from './libc.ts';

/** @returns whole pages where the FFI can tell where they begin */
export async function readingMemory(): Promise<Buffer> {
  try {
    return (await loadLibc()).pages(pieceBytes);
  } catch {
    return Buffer.alloc(pieceBytes);
  }
}
