// A process that locks a root again and again, beside another that does the same. Its identities are made up: one for
// each attempt, alive as long as a file says so, so that locks can be left behind as by a kill.
import { existsSync, mkdirSync, rmdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, directory, base, rounds] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(join(modules, path)));
const { lockRoot } = await load('steps/lock-root.js');
const { nodeChanges } = await load('system/anchor.js');
const { nodeFiles } = await load('system/files.js');

const path = join(directory, 'area');
const area = nodeChanges.openDirectory(path, nodeFiles.lstat(path));
const aliveFile = (pid) => join(directory, `alive-${pid}`);
const randomHex = () => randomBytes(4).toString('hex');
const startOf = (pid) => (existsSync(aliveFile(pid)) ? 1n : undefined);
const told = { got: 0, held: 0, together: 0, troubles: [] };

for (let round = 0; round < Number(rounds); round++) {
  const pid = Number(base) + round;
  const self = { pid, startedAfterBootNs: 1n, bootId: 'b', pidNamespace: '1', uid: 0 };
  writeFileSync(aliveFile(pid), '');
  const run = `20261124T000000Z-${pid.toString(16).padStart(8, '0')}`;
  const lock = lockRoot(area, run, { startOf }, self, randomHex);
  if ('heldBy' in lock) told.held += 1;
  else if ('errno' in lock) told.troubles.push(lock);
  else {
    told.got += 1;
    try {
      mkdirSync(join(directory, 'critical'));
      rmdirSync(join(directory, 'critical'));
    } catch {
      told.together += 1;
    }
    // Every other one is killed: the lock stays and its process is gone.
    if (round % 2 === 0) lock.release();
  }
  unlinkSync(aliveFile(pid));
}
console.log(JSON.stringify(told));
