// The hostile owner of a spool: swaps the newest pid directory and the names in it for symlinks, other files, fresh files and
// directories, as fast as it can. It never removes or replaces a regular file itself, so every file that is missing
// afterwards was taken by somebody else. Paths: the spool, a directory of its own, victims outside of the spool.
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const [spool, own, victims, count] = process.argv.slice(2);
let pidDirectory = '';
const told = { rounds: 0, fresh: 0, symlinks: 0, directories: 0 };

function attempt(call) {
  try {
    call();
    return true;
  } catch {
    return false;
  }
}

// link(2) fails on an existing name, where rename(2) would replace what the other side has put there.
function move(from, to) {
  return attempt(() => linkSync(from, to)) && attempt(() => unlinkSync(from));
}

// A symlink that the other side has moved or put back under the name may be gone or be a file by now: it is taken out
// of the way first, and only what proves to be a symlink is removed.
function dropSymlink(name) {
  const aside = join(own, `symlink-${told.rounds}`);
  if (!attempt(() => renameSync(name, aside))) return;
  try {
    closeSync(openSync(join(aside, '.'), 'r'));
    unlinkSync(aside);
  } catch {
    if (!move(aside, name)) attempt(() => renameSync(aside, `${aside}-kept`));
  }
}

function swapDirectory() {
  const aside = join(spool, 'sync.', 'aside');
  if (!attempt(() => renameSync(pidDirectory, aside))) return;
  if (attempt(() => symlinkSync(victims, pidDirectory))) told.symlinks += 1;
  attempt(() => unlinkSync(pidDirectory));
  attempt(() => renameSync(aside, pidDirectory));
}

function swapFile(name, kind) {
  const aside = join(own, `file-${told.rounds}`);
  if (!attempt(() => renameSync(name, aside))) return;
  if (kind === 'symlink') {
    if (attempt(() => symlinkSync(victims, name))) told.symlinks += 1;
    dropSymlink(name);
  } else if (kind === 'directory') {
    if (attempt(() => mkdirSync(name))) told.directories += 1;
    attempt(() => rmdirSync(name));
  } else {
    const fresh = join(own, `fresh-${told.fresh}`);
    writeFileSync(fresh, `fresh ${told.fresh}`);
    told.fresh += 1;
    if (move(fresh, name)) return;
  }
  move(aside, name);
}

/** The pid directory that came last, by its number. */
function newest() {
  const pids = readdirSync(join(spool, 'sync.')).map(Number);
  return join(spool, 'sync.', String(Math.max(...pids.filter((pid) => pid > 0))));
}

for (; !existsSync(join(own, 'stop')); told.rounds++) {
  if (told.rounds === 1) writeFileSync(join(own, 'begun'), '');
  if (told.rounds % 10 === 0) pidDirectory = newest();
  const name = join(pidDirectory, `${(told.rounds * 7) % Number(count)}.`);
  const kinds = ['fresh', 'symlink', 'directory', 'none', 'symlink', 'none'];
  if (told.rounds % 5 === 0) swapDirectory();
  else swapFile(name, kinds[told.rounds % kinds.length]);
}
console.log(JSON.stringify(told));
