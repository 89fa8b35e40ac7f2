// Types, lint and format at once, since each keeps one processor busy: their output one after the other, as each ends.
// Ends with 1 when any of them has failed.
import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @returns whether it passed */
function run(script) {
  return new Promise((resolve, reject) => {
    const told = [];
    const child = spawn('npm', ['run', '--silent', script], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (bytes) => told.push(bytes));
    child.on('error', reject);
    child.on('close', (status, signal) => {
      process.stdout.write(Buffer.concat(told));
      console.log(`${script}: ${status === 0 ? 'passed' : `failed (${signal ?? status})`}`);
      resolve(status === 0);
    });
  });
}

const ended = await Promise.all(['types', 'lint', 'format:check'].map(run));
process.exitCode = ended.every(Boolean) ? 0 : 1;
