// Builds dist/ when npm prepares a checkout. An installed package brings its dist along and needs nothing.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

if (!existsSync(at('dist/cli/main.js'))) {
  const compiler = at('node_modules/typescript/bin/tsc');
  if (!existsSync(compiler)) {
    console.error(
      'stagesweep: building from source needs the development dependencies: npm ci --include=dev',
    );
    process.exit(1);
  }
  const built = spawnSync(process.execPath, [compiler, '-p', at('src')], { stdio: 'inherit' });
  process.exit(built.status ?? 1);
}
