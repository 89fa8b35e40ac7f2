// A spool that never holds still: builds stage files with other names, then links, unlinks and renames names and
// directories in bursts, until its input ends. Every operation is noted with the time before and after it, on the
// clock that all processes share, so that who reads the notes knows which names each inode had at every moment.
// Arguments: the spool, a directory outside of what is searched, where to put the notes, a seed, how many files
// change now and then, and how many not at all.
import { setImmediate } from 'node:timers';
import { linkSync, lstatSync, mkdirSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';

const [spool, outside, notesAt, seed, ...counts] = process.argv.slice(2);
const notes = [];
const now = () => process.hrtime.bigint();

// xorshift32: the same seed gives the same operations, though not at the same times.
let state = Number(seed) * 2654435761 + 1;
function below(limit) {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % limit;
}
const pick = (list) => list[below(list.length)];

/** Times are told as text: JSON has no numbers that long. */
function note(kind, what, call) {
  const before = now();
  call();
  notes.push([kind, String(before), String(now()), ...what()]);
}

/** parent is a position in this list, or -1 for a directory that stays where it is. */
const directories = [];
function pathOf(id) {
  const { parent, name } = directories[id];
  return parent < 0 ? name : `${pathOf(parent)}/${name}`;
}
function addDirectory(parent, name) {
  const id = directories.push({ parent, name }) - 1;
  const path = pathOf(id);
  mkdirSync(path, { recursive: true });
  const { ino } = lstatSync(path, { bigint: true });
  notes.push(['directory', String(now()), String(now()), id, String(ino), parent, name]);
  return id;
}
const staging = [addDirectory(-1, `${spool}/sync./5`), addDirectory(-1, `${spool}/sync./6`)];
const hidden = addDirectory(-1, outside);
const users = addDirectory(-1, `${spool}/user`);
const mailboxes = Array.from({ length: 14 }, (_, n) => addDirectory(users, `u${n}`));
for (let n = 0; n < 8; n++) mailboxes.push(addDirectory(mailboxes[n], `sub${n}`));

/** The steady keep the names that they have at first, though their mailboxes move: a scan has to list them all. */
const restless = 24;
const [slow, steady] = counts.map(Number);
/** Files by position: an inode number and its names, as `directory/leaf`. */
const files = [];
const taken = new Set();
const at = (name) => {
  const [id, leaf] = name.split('/');
  return `${pathOf(Number(id))}/${leaf}`;
};
/** Few names for each file, so that it comes back to where it was. */
function freeName(file, directory) {
  const name = `${directory}/${file * 4 + below(4) + 1}.`;
  return taken.has(name) ? undefined : name;
}
function anyDirectory() {
  const dice = below(20);
  if (dice < 5) return pick(staging);
  return dice === 5 ? hidden : pick(mailboxes);
}

function create(file) {
  const name = freeName(file, pick(staging));
  let ino;
  note(
    'create',
    () => [ino, name],
    () => {
      writeFileSync(at(name), 'x');
      ino = String(lstatSync(at(name), { bigint: true }).ino);
    },
  );
  files[file] = { ino, names: [name] };
  taken.add(name);
}
function link(file) {
  const { ino, names } = files[file];
  const name = freeName(file, anyDirectory());
  if (name === undefined || names.length >= 7) return;
  note(
    'link',
    () => [ino, name],
    () => linkSync(at(pick(names)), at(name)),
  );
  names.push(name);
  taken.add(name);
}
function unlink(file) {
  const { ino, names } = files[file];
  const [name] = names.splice(below(names.length), 1);
  note(
    'unlink',
    () => [ino, name],
    () => unlinkSync(at(name)),
  );
  taken.delete(name);
  // ext4 gives the number of the inode to the next file.
  if (names.length === 0) create(file);
}
function move(file) {
  const { ino, names } = files[file];
  const to = freeName(file, anyDirectory());
  if (to === undefined) return;
  const place = below(names.length);
  const from = names[place];
  note(
    'move',
    () => [ino, from, to],
    () => renameSync(at(from), at(to)),
  );
  names[place] = to;
  taken.delete(from);
  taken.add(to);
}

function moveDirectory(id, parent, name) {
  note(
    'move directory',
    () => [id, parent, name],
    () => {
      const from = pathOf(id);
      Object.assign(directories[id], { parent, name });
      renameSync(from, pathOf(id));
    },
  );
}
let moves = 0;
function shuffleDirectories() {
  const id = pick(mailboxes);
  const { parent, name } = directories[id];
  if (below(2) === 0) {
    // Two siblings change places, as a person does who renames by way of a third name.
    const other = mailboxes.find((one) => one !== id && directories[one].parent === parent);
    if (other === undefined) return;
    const otherName = directories[other].name;
    moveDirectory(id, parent, `aside${moves++}`);
    moveDirectory(other, parent, name);
    moveDirectory(id, parent, otherName);
  } else if (parent === users) {
    moveDirectory(id, parent, `u${below(14)}x${moves++}`);
  } else {
    moveDirectory(id, mailboxes[below(8)], `below${moves++}`);
  }
}

function step() {
  const dice = below(40);
  if (dice === 0) return shuffleDirectories();
  const file = slow > 0 && below(8) > 0 ? restless + below(slow) : below(restless);
  if (dice < 8) return link(file);
  if (dice < 14) return unlink(file);
  return move(file);
}

for (let file = 0; file < restless + slow + steady; file++) {
  create(file);
  for (let n = below(5); n > 0; n--) link(file);
}
const pause = new Int32Array(new SharedArrayBuffer(4));
let isEnded = false;
process.stdin.on('end', () => {
  isEnded = true;
  writeFileSync(notesAt, JSON.stringify(notes));
});
process.stdin.resume();
console.log('ready');

function burst() {
  if (isEnded) return;
  for (let n = below(60); n > 0; n--) step();
  Atomics.wait(pause, 0, 0, below(6));
  setImmediate(burst);
}
burst();
