// Builds dist/ when npm prepares a checkout. An installed package brings its dist along and needs nothing.
import { spawnSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

// What is packed is built from these sources and nothing else: dist may be older, and keeps what was deleted in src.
const isWanted = process.argv.includes('--afresh') || !existsSync(at('dist/program/main.js'));

if (isWanted) {
  const tools = ['node_modules/typescript/bin/tsc', 'node_modules/rolldown/package.json'];
  if (!tools.every((tool) => existsSync(at(tool)))) {
    console.error(
      // npm hands --global on to the install in its clone, which then lacks every dependency (seen with npm 11).
      process.env.npm_config_global === 'true'
        ? 'stagesweep: npm cannot build a global install from git: clone it, npm ci && npm pack, then npm install -g the tarball'
        : 'stagesweep: building from source needs the development dependencies: npm ci --include=dev',
    );
    process.exit(1);
  }
  // Under another name until it is whole: a build that was interrupted must not pass for one.
  const unfinished = at('dist.unfinished');
  rmSync(unfinished, { recursive: true, force: true });
  const built = spawnSync(process.execPath, [at('bin/build.mjs'), unfinished], {
    stdio: ['ignore', 2, 2],
  });
  if (built.status === 0) {
    rmSync(at('dist'), { recursive: true, force: true });
    renameSync(unfinished, at('dist'));
  } else rmSync(unfinished, { recursive: true, force: true });
  process.exit(built.status ?? 1);
}
