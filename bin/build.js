// Compiles src/ into dist/, and bundles the program, its child processes and its threads into dist/program, which is
// what runs and what is packed. A bundle because Node opens all modules of a graph at once, and hundreds of small files
// cost more descriptors than `ulimit -n 64` has and most of the time that --help takes. Dependencies stay outside.
// Arguments: where to, if not dist.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const out = resolve(process.argv[2] ?? at('dist'));

// What the compiler says goes to standard error: npm pack --json has the other one.
const compiled = spawnSync(
  process.execPath,
  [at('node_modules/typescript/bin/tsc'), '-p', at('src'), '--outDir', out],
  { stdio: ['ignore', 2, 2] },
);
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

const { dependencies, optionalDependencies } = JSON.parse(readFileSync(at('package.json'), 'utf8'));
const outside = Object.keys({ ...dependencies, ...optionalDependencies });

/** Each has a file of its own, at the path that src/ asks for beside the module that starts it. */
const entries = {
  main: 'cli/main.js',
  'clean-child': 'cli/clean-child.js',
  'run-child': 'cli/run-child.js',
  'digest-worker': 'system/digest-worker.js',
  'glance-worker': 'system/glance-worker.js',
  'inspect-worker': 'system/inspect-worker.js',
  'walk/native-worker': 'system/walk/native-worker.js',
};

rmSync(resolve(out, 'program'), { recursive: true, force: true });
const bundle = await rolldown({
  input: Object.fromEntries(
    Object.entries(entries).map(([name, path]) => [name, resolve(out, path)]),
  ),
  external: (id) => id.startsWith('node:') || outside.some((name) => id === name),
  platform: 'node',
});
await bundle.write({ dir: resolve(out, 'program'), format: 'esm', chunkFileNames: '[name].js' });
await bundle.close();
