/**
 * Where the code of a worker thread is. Node 20 cannot run TypeScript in a worker, so from the sources (tests)
 * the built file is taken: `npm run build` comes first, as it does in `npm test`.
 */

/** @param module path below src/system without its ending, such as 'walk/native-worker' */
export function workerUrl(module: string): URL {
  const built = import.meta.url.endsWith('.js');
  return new URL(`${built ? '.' : '../../dist/system'}/${module}.js`, import.meta.url);
}
