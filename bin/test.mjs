// All that answers for a commit, side by side: the tests, whose first part needs one processor, and beside them types, lint
// and format, which keep one busy for as long. Ends with 1 when any of them has failed.
// Arguments: check for all but the tests.
import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

function start(argv, stdio) {
  const [program, ...args] = argv;
  return spawn(program, args, { cwd: root, stdio });
}

/** @returns the name of what has failed */
function ended(child, name) {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve(status === 0 ? [] : [name]));
  });
}

/** What it says comes when it has ended: several would mingle. */
async function check(script) {
  const told = [];
  const child = start(['npm', 'run', '--silent', script], ['ignore', 'pipe', 'pipe']);
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => told.push(bytes));
  const failed = await ended(child, script);
  process.stdout.write(Buffer.concat(told));
  console.log(`${script}: ${failed.length === 0 ? 'passed' : 'failed'}`);
  return failed;
}

const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const test = () => ended(start([process.execPath, vitest, 'run'], 'inherit'), 'tests');
const runs = ['types', 'lint', 'format:check'].map(check);
if (process.argv[2] !== 'check') runs.push(test());
const failed = (await Promise.all(runs)).flat();
if (failed.length > 0) {
  console.error(`\nFailed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
