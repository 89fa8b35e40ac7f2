/**
 * Where the code of a worker thread is. Node 20 cannot run TypeScript in a worker, so from the sources (tests)
 * the built file is taken: `npm run build` comes first, as it does in `npm test`.
 */

/**
 * @param module path below the caller's folder without its ending, such as 'walk/native-worker'
 * @param caller a module of the folder src/system, or of another: its import.meta.url
 */
export function workerUrl(module: string, caller = import.meta.url): URL {
  // The last `src` of the path: who checks this out may do so below another.
  const built = caller.replace(/\/src\/([^/]+\/[^/]+\.ts)$/, '/dist/$1');
  return new URL(`./${module}.js`, built);
}
