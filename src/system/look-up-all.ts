/**
 * Many lookups of names in one call of libc, made by a thread of libuv: what they find is thrown away, but the kernel
 * has read then what they needed.
 *
 * libc has one function that takes a list of paths and asks for each: fts_open(3), which begins the traversal of trees.
 * It makes one lstat for each path, and opens nothing before the traversal goes on. musl has none.
 * Sources: fts(3), and io/fts.c of glibc 2.29.
 */

const FTS_NOCHDIR = 0x4;
const FTS_PHYSICAL = 0x10;

/**
 * Ends when all are looked up, found or not.
 * @param paths  one after the other, each ended by a NUL
 */
export type LookUpAll = (paths: Uint8Array) => Promise<void>;

/** @throws when koffi is not installed, or libc has no such function */
export async function loadLookUpAll(): Promise<LookUpAll> {
  const { default: koffi } = await import('koffi');
  const libc = koffi.load(null);
  type Done = (error: Error | null, stream: unknown) => void;
  const open: {
    async(paths: BigUint64Array, options: number, compare: null, done: Done): void;
  } = libc.func('fts_open', 'void *', ['void *', 'int', 'void *']);
  const read: (stream: unknown) => unknown = libc.func('fts_read', 'void *', ['void *']);
  const close: (stream: unknown) => number = libc.func('fts_close', 'int', ['void *']);
  if (koffi.sizeof('void *') !== 8) throw new Error('a list of pointers is made of 64 bits here');
  return (paths) =>
    new Promise((resolve, reject) => {
      const list = pointersTo(paths, koffi.address(paths));
      open.async(list, FTS_PHYSICAL | FTS_NOCHDIR, null, (error, stream) => {
        if (error) reject(error);
        else if (stream === null) {
          // Named here, which also keeps both in memory until libc has read them.
          const what = `${list.length - 1} paths in ${paths.length} bytes`;
          reject(new Error(`fts_open refused ${what}: no memory?`));
        } else {
          // fts_close() before the first fts_read() would go by a level that nobody has set.
          read(stream);
          close(stream);
          resolve();
        }
      });
    });
}

function pointersTo(paths: Uint8Array, address: bigint): BigUint64Array {
  const starts: bigint[] = [];
  for (let start = 0; start < paths.length; start = paths.indexOf(0, start) + 1) {
    starts.push(address + BigInt(start));
  }
  return BigUint64Array.from([...starts, 0n]);
}
