// Compiles src/ into dist/, and bundles the program, its child processes and its threads into dist/program, which is
// what runs and what is packed. A bundle because Node opens all modules of a graph at once, and hundreds of small files
// cost more descriptors than `ulimit -n 64` has and most of the time that a short run takes.
// Arguments: where to, if not dist.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { bundledLicenses } from './bundled-licenses.mjs';
import { leanYargs } from './lean-yargs.mjs';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const out = resolve(process.argv[2] ?? at('dist'));
const program = resolve(out, 'program');
const loadPiece = resolve(program, 'load-piece.js');

// What the compiler says goes to standard error: npm pack --json has the other one.
const compiled = spawnSync(
  process.execPath,
  [at('node_modules/typescript/bin/tsc'), '-p', at('src'), '--outDir', out],
  { stdio: ['ignore', 2, 2] },
);
if (compiled.status !== 0) process.exit(compiled.status ?? 1);

const common = {
  // koffi is a binary, and may be missing.
  external: (id) => id.startsWith('node:') || id === 'koffi',
  platform: 'node',
  // yargs asks import.meta for what we never use: extended configuration files.
  checks: { emptyImportMeta: false },
  resolve: { modules: ['node_modules', at('node_modules')] },
};
/**
 * Reasons are for who reads src. CommonJS, since only a script takes what V8 compiled of it before (load-piece.ts), and
 * the loader of modules alone costs 20 ms.
 */
const output = { format: 'cjs', comments: false, dynamicImportInCjs: false };

/** One file for what every start needs, and one for the rest of a scan: a file costs as much as a hundred lines. */
const pieces = { main: 'cli/main.js', scan: 'cli/scan-command.js' };

/** In which piece a module is: the first that cannot run without it. */
function pieceOf() {
  let byModule;
  return (wanted, graph) => {
    byModule ??= new Map();
    const add = (name, id) => {
      if (byModule.has(id)) return;
      byModule.set(id, name);
      for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) add(name, imported);
    };
    for (const [name, path] of Object.entries(pieces)) add(name, resolve(out, path));
    return byModule.get(wanted) ?? (wanted.startsWith('\0rolldown') ? 'main' : null);
  };
}

async function bundleProgram() {
  const bundle = await rolldown({
    ...common,
    input: {
      main: resolve(out, pieces.main),
      'clean-child': resolve(out, 'cli/clean-child.js'),
      'run-child': resolve(out, 'cli/run-child.js'),
    },
    preserveEntrySignatures: 'allow-extension',
    plugins: [leanYargs(out), bundledLicenses('LICENSES.txt')],
  });
  await bundle.write({
    ...output,
    dir: program,
    chunkFileNames: '[name].js',
    minifyInternalExports: false,
    codeSplitting: {
      groups: [{ debugName: 'pieces', name: pieceOf(), includeDependenciesRecursively: false }],
    },
  });
  await bundle.close();
}

/** A thread waits for its code while the others work: each has one file, without what it shares with the program. */
async function bundleThread(path, folder = 'system') {
  const bundle = await rolldown({
    ...common,
    input: resolve(out, folder, `${path}.js`),
    // It comes along with all calls for files, and no thread looks for stage areas.
    external: (id) => common.external(id) || id === 'fast-glob',
  });
  const file = resolve(program, `${path}.body.js`);
  await bundle.write({ ...output, file, codeSplitting: false });
  await bundle.close();
  const loader = relative(dirname(file), loadPiece);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    resolve(program, `${path}.js`),
    `require('./${loader}').loadPiece(require('node:path').join(__dirname, '${basename(file)}'));\n`,
  );
}

async function bundleLoader() {
  const bundle = await rolldown({ ...common, input: resolve(out, 'system/load-piece.js') });
  await bundle.write({ ...output, file: loadPiece });
  await bundle.close();
}

/** It answers without yargs, and without what else the program begins with. */
async function bundleHelp() {
  const bundle = await rolldown({
    ...common,
    input: resolve(out, 'cli/help.js'),
    external: (id) => common.external(id) || id === './main.js',
  });
  await bundle.write({ ...output, file: resolve(program, 'help.js') });
  await bundle.close();
}

const from = (module) => import(pathToFileURL(resolve(out, module)).href);

/** The words of the whole yargs, by the sources. */
async function makeHelp() {
  const { parseArgs } = await from('cli/args.js');
  const { commands } = await from('cli/commands.js');
  const { readyHelpFile, readyWidths } = await from('cli/ready-help.js');
  mkdirSync(resolve(program, 'help'), { recursive: true });
  for (const command of [undefined, ...commands.map(({ name }) => name)]) {
    for (const width of readyWidths) {
      const words = command === undefined ? ['--help'] : [command, '--help'];
      const { text } = await parseArgs(words, '', width);
      writeFileSync(resolve(program, 'help', readyHelpFile(command, width)), text);
    }
  }
}

/** What V8 compiles when the program runs, kept beside each file. Without it the program only starts more slowly. */
async function keepCompiled() {
  try {
    const { buildDemoSpool } = await from('system/demo-spool.js');
    const demo = buildDemoSpool();
    const scan = ['scan', demo.root, '--offline', '--min-age', '0s', '--no-progress'];
    try {
      keepCompiledOf('help', '--help');
      keepCompiledOf('main', '--version');
      for (const format of ['table', 'json', 'jsonl']) {
        keepCompiledOf('main', ...scan, '--format', format);
      }
      keepCompiledOf('main', 'audit', demo.root, '--check', 'digest', '--no-progress');
    } finally {
      demo.remove();
    }
  } catch (error) {
    console.error(`stagesweep: it will start more slowly: ${error.message}`);
  }
}

function keepCompiledOf(piece, ...words) {
  const file = JSON.stringify(resolve(program, `${piece}.js`));
  const start = `require(process.env.STAGESWEEP_LOADER).loadPiece(${file}).main()`;
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--require', at('bin/keep-compiled.cjs'), '--eval', start, '--', 'stagesweep', ...words],
    { env: { ...process.env, STAGESWEEP_LOADER: loadPiece }, encoding: 'utf8' },
  );
  // 1: the demo is damaged.
  if (status !== 0 && status !== 1) throw new Error(`${words.join(' ')}: ${stderr}`);
}

rmSync(program, { recursive: true, force: true });
mkdirSync(program, { recursive: true });
writeFileSync(resolve(program, 'package.json'), '{ "type": "commonjs" }\n');
await bundleLoader();
await bundleProgram();
await bundleHelp();
for (const path of ['digest-worker', 'glance-worker', 'inspect-worker', 'walk/native-worker']) {
  await bundleThread(path);
}
await bundleThread('mailbox-worker', 'steps');
await makeHelp();
await keepCompiled();
