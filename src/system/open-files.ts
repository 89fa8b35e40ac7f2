/** Which processes have certain files open. Can veto and never acquit: a live session of Cyrus holds none. */
import { readdirSync, statSync } from 'node:fs';
import { bytePath } from '../model/byte-path.ts';
import { inodeKey } from '../model/inode.ts';
import type { Holder, OpenFiles } from '../model/process.ts';
import { isTrouble } from '../model/trouble.ts';
import { attempt } from './attempt.ts';
import { isGone, listProcesses, readable, readProc, readProcLink } from './proc-file.ts';
import { parseStatLine, parseStatus } from './proc-text.ts';
import { ownPidIn } from './procfs-view.ts';
import { inodeNumber } from './inode-number.ts';

/** Below one of Cyrus's or our own areas, whatever the leaf. */
const area = /\/(?:sync|stage|stagesweep)\.\//;
/** Names of messages and of stage files in all versions, as cyrus-facts.md section 1 lists them. */
const leaf = /\/(?:\d+\.|[0-9a-f]{40}|\d+--?\d+(?:-\d+)?|\d+\.cache)$/;

/** @param wanted inode keys, or what makes them when the first is needed; when empty nobody is looked at */
export function findOpenFiles(
  proc: string,
  wanted: ReadonlySet<string> | (() => ReadonlySet<string>),
): OpenFiles {
  const holders = new Map<string, Holder[]>();
  const uninspectable: Holder[] = [];
  let made = typeof wanted === 'function' ? undefined : wanted;
  const wantedKeys = (): ReadonlySet<string> =>
    (made ??= typeof wanted === 'function' ? wanted() : wanted);
  const pids = made?.size === 0 ? [] : listProcesses(proc);
  // Our own pins are descriptors of wanted files; all our threads share one table, so one pid covers them.
  const own = ownPidIn(proc);
  const isWantedInode = inodeTest(wantedKeys);
  for (const pid of isTrouble(pids) ? [] : pids) {
    if (pid === own) continue;
    const found = openInodes(`${proc}/${pid}`, isWantedInode);
    if (found === 'gone') continue;
    const keys = found === 'refused' ? [] : found.filter((key) => wantedKeys().has(key));
    if (found !== 'refused' && keys.length === 0) continue;
    const holder = describe(`${proc}/${pid}`, pid);
    if (holder === undefined) continue;
    if (found === 'refused') uninspectable.push(holder);
    for (const key of new Set(keys)) holders.set(key, [...(holders.get(key) ?? []), holder]);
  }
  return { holders, uninspectable };
}

/** Inode keys of those descriptors that could be a stage file or a message. */
function openInodes(
  directory: string,
  isWantedInode: (ino: string) => boolean,
): string[] | 'gone' | 'refused' {
  const table = attempt(bytePath(directory), 'readdir', () => readdirSync(`${directory}/fd`));
  if (isTrouble(table)) return isGone(table) ? 'gone' : 'refused';
  const keys: string[] = [];
  for (const fd of table) {
    const link = readProcLink(`${directory}/fd/${fd}`);
    if (isTrouble(link)) {
      if (!isGone(link)) return 'refused';
      continue;
    }
    const target = link.replace(/ \(deleted\)$/, '');
    if (!leaf.test(target) && !area.test(target)) continue;
    // fdinfo gives the inode number (Linux 5.14) from memory, while a stat would ask the server of a network
    // filesystem, and wait for ever for a dead one. So only a number that is wanted is worth a stat.
    const number = /^ino:\t(\d+)$/m.exec(
      readable(readProc(`${directory}/fdinfo/${fd}`)) ?? '',
    )?.[1];
    if (number !== undefined && !isWantedInode(number)) continue;
    const stat = attempt(bytePath(target), 'stat', () =>
      statSync(`${directory}/fd/${fd}`, { bigint: true }),
    );
    if (!isTrouble(stat)) keys.push(inodeKey({ dev: stat.dev, ino: inodeNumber(stat) }));
    else if (!isGone(stat)) return 'refused';
  }
  return keys;
}

/** A test for inode numbers of any wanted device; the set is made when the first number is asked for. */
function inodeTest(wanted: () => ReadonlySet<string>): (ino: string) => boolean {
  let numbers: Set<string> | undefined;
  return (ino) => {
    numbers ??= new Set(Array.from(wanted(), (key) => key.slice(key.indexOf(':') + 1)));
    return numbers.has(ino);
  };
}

/** Undefined for what has no descriptors: kernel threads, zombies, and what is gone by now. */
function describe(directory: string, pid: number): Holder | undefined {
  const stat = readProc(`${directory}/stat`);
  const status = readProc(`${directory}/status`);
  const line = isTrouble(stat) ? undefined : parseStatLine(stat);
  if (line?.isKernelThread === true || line?.state === 'Z' || line?.state === 'X') return undefined;
  if ((isTrouble(stat) && isGone(stat)) || (isTrouble(status) && isGone(status))) return undefined;
  const uid = isTrouble(status) ? undefined : parseStatus(status).uid;
  return { pid, comm: line?.comm ?? '?', uid: uid ?? directoryOwner(directory) };
}

/** Where hidepid keeps the status: the directory's owner, which for a process that may not be dumped is root. */
function directoryOwner(directory: string): number {
  const stat = attempt(bytePath(directory), 'stat', () => statSync(directory));
  return isTrouble(stat) ? 0 : stat.uid;
}
