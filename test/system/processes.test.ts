import { spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isCyrusProgram } from '../../src/decide/cyrus-program.ts';
import { inodeKey, type InodeKey } from '../../src/model/inode.ts';
import type { ProcessFacts } from '../../src/model/process.ts';
import { nodeProcesses } from '../../src/system/processes.ts';
import { writeProcfs } from '../support/fake-procfs.ts';

let directory: string;
/** A copy of sleep that the kernel calls sync_server. */
let program: string;
let children: ChildProcess[];
const isRoot = process.getuid?.() === 0;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stagesweep-processes-'));
  chmodSync(directory, 0o755);
  program = join(directory, 'sync_server');
  copyFileSync('/bin/sleep', program);
  chmodSync(program, 0o755);
  mkdirSync(join(directory, 'sync./88'), { recursive: true });
  children = [];
});
afterEach(async () => {
  await Promise.all(children.map(end));
  rmSync(directory, { recursive: true });
});

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve();
      return;
    }
    child.once('exit', () => {
      resolve();
    });
    child.kill('SIGKILL');
  });
}

function file(name: string): { path: string; key: InodeKey } {
  const path = join(directory, name);
  writeFileSync(path, 'From: a@example.org\r\n\r\n');
  return { path, key: keyOf(path) };
}

function keyOf(path: string): InodeKey {
  return inodeKey(lstatSync(path, { bigint: true }));
}

/** Starts the "sync_server", which has `path` as its standard input. */
async function hold(path: string, uid?: number): Promise<number> {
  const fd = openSync(path, 'r');
  const child = spawn(program, ['600'], {
    stdio: [fd, 'ignore', 'ignore'],
    ...(uid === undefined ? {} : { uid }),
  });
  closeSync(fd);
  children.push(child);
  const { pid } = child;
  if (pid === undefined) throw new Error('sleep did not start');
  await seen((facts) => facts.pid === pid && facts.comm === 'sync_server');
  return pid;
}

/** The first process of which that is true; the test's own time limit ends the wait. */
async function seen(test: (facts: ProcessFacts) => boolean): Promise<ProcessFacts> {
  for (;;) {
    const found = [...nodeProcesses.survey('/proc').processes.values()].find(test);
    if (found !== undefined) return found;
    await setImmediate();
  }
}

describe('a real process', () => {
  it('is known by its program, its start and its user', async () => {
    const pid = await hold(file('sync./88/0.').path);
    const { executable, startedNs, uid } =
      nodeProcesses.survey('/proc').processes.get(pid) ?? (await seen(() => false));
    const ageNs = BigInt(Date.now()) * 1_000_000n - startedNs;
    expect({
      executable,
      uid,
      isFresh: ageNs < 60_000_000_000n && ageNs > -2_000_000_000n,
    }).toEqual({
      executable: program,
      uid: process.getuid?.(),
      isFresh: true,
    });
  });

  it('that runs a program called sync_server counts as Cyrus', async () => {
    const pid = await hold(file('sync./88/0.').path);
    expect(isCyrusProgram(await seen((facts) => facts.pid === pid))).toBe(true);
  });

  it('is gone from the next survey after it was killed', async () => {
    const pid = await hold(file('sync./88/0.').path);
    await Promise.all(children.map(end));
    expect(nodeProcesses.survey('/proc').processes.has(pid)).toBe(false);
  });

  it('that ended and is not waited for is a zombie', async () => {
    const parent = spawn('/bin/sh', ['-c', 'sleep 0 & echo $!; exec sleep 600'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    children.push(parent);
    const pid = await new Promise<number>((resolve) => {
      parent.stdout.once('data', (text: Buffer) => {
        resolve(Number(text.toString()));
      });
    });
    const zombie = await seen((facts) => facts.pid === pid && facts.state === 'Z');
    expect(zombie).not.toHaveProperty('executable');
  });

  it('is found with a name that would break the line of its stat file', async () => {
    const odd = join(directory, 'a) S 1\n(b');
    copyFileSync('/bin/sleep', odd);
    chmodSync(odd, 0o755);
    children.push(spawn(odd, ['600'], { stdio: 'ignore' }));
    expect((await seen((facts) => facts.executable === odd)).comm).toBe('a) S 1\n(b');
  });
});

describe('an open file', () => {
  it('is told with the process that holds it', async () => {
    const { path, key } = file('sync./88/0.');
    const pid = await hold(path);
    expect(nodeProcesses.openFiles('/proc', new Set([key])).holders.get(key)).toEqual([
      { pid, comm: 'sync_server', uid: process.getuid?.() },
    ]);
  });

  it('is found among keys that are made when somebody has a file open', async () => {
    const { path, key } = file('sync./88/0.');
    const pid = await hold(path);
    const { holders } = nodeProcesses.openFiles('/proc', () => new Set([key]));
    expect(holders.get(key)?.map((holder) => holder.pid)).toEqual([pid]);
  });

  it('is found when it was opened by the name in the mailbox', async () => {
    const { path, key } = file('sync./88/0.');
    linkSync(path, join(directory, '71229.'));
    const pid = await hold(join(directory, '71229.'));
    const { holders } = nodeProcesses.openFiles('/proc', new Set([key]));
    expect(holders.get(key)?.map((holder) => holder.pid)).toEqual([pid]);
  });

  it('is found when the name it was opened by is gone', async () => {
    const { path, key } = file('sync./88/0.');
    linkSync(path, join(directory, '71229.'));
    const pid = await hold(join(directory, '71229.'));
    rmSync(join(directory, '71229.'));
    const { holders } = nodeProcesses.openFiles('/proc', new Set([key]));
    expect(holders.get(key)?.map((holder) => holder.pid)).toEqual([pid]);
  });

  it('is found when it was renamed below an area', async () => {
    const { path, key } = file('other');
    const pid = await hold(path);
    renameSync(path, join(directory, 'sync./88/odd'));
    const { holders } = nodeProcesses.openFiles('/proc', new Set([key]));
    expect(holders.get(key)?.map((holder) => holder.pid)).toEqual([pid]);
  });

  it('of this very process is not told, since we pin what we look at', () => {
    const { path, key } = file('sync./88/0.');
    const fd = openSync(path, 'r');
    const { holders } = nodeProcesses.openFiles('/proc', new Set([key]));
    closeSync(fd);
    expect(holders.size).toBe(0);
  });

  it('that nobody asked for is not told', async () => {
    await hold(file('sync./88/0.').path);
    const other = file('sync./88/1.').key;
    expect(nodeProcesses.openFiles('/proc', new Set([other])).holders.size).toBe(0);
  });

  it('of another user is told with that user', async (context) => {
    if (!isRoot) context.skip('needs root, to start a process as another user');
    const { path, key } = file('sync./88/0.');
    await hold(path, 65_534);
    const { holders } = nodeProcesses.openFiles('/proc', new Set([key]));
    expect(holders.get(key)?.map((holder) => holder.uid)).toEqual([65_534]);
  });
});

describe('the descriptors that procfs shows', () => {
  const kernel = { bootSeconds: 1_700_000_000, uptimeSeconds: 100 };
  let proc: string;

  beforeEach(() => {
    proc = join(directory, 'proc');
  });

  function give(pid: number, target: string, ino?: bigint): void {
    mkdirSync(join(proc, String(pid), 'fd'));
    mkdirSync(join(proc, String(pid), 'fdinfo'));
    symlinkSync(target, join(proc, String(pid), 'fd/3'));
    if (ino !== undefined)
      writeFileSync(join(proc, String(pid), 'fdinfo/3'), `pos:\t0\nino:\t${ino}\n`);
  }

  it('are not followed unless they look like a message or a stage file', () => {
    const { path, key } = file('other');
    writeProcfs(proc, kernel, [{ pid: 88 }]);
    give(88, path);
    expect(nodeProcesses.openFiles(proc, new Set([key])).holders.size).toBe(0);
  });

  it('are not followed when the kernel gives another inode number, so that a dead NFS mount cannot hang us', () => {
    const { path, key } = file('sync./88/0.');
    writeProcfs(proc, kernel, [{ pid: 88 }]);
    give(88, path, 1n);
    expect(nodeProcesses.openFiles(proc, new Set([key])).holders.size).toBe(0);
  });

  it('are followed when the kernel gives no inode number', () => {
    const { path, key } = file('sync./88/0.');
    writeProcfs(proc, kernel, [{ pid: 88 }]);
    give(88, path);
    expect(nodeProcesses.openFiles(proc, new Set([key])).holders.has(key)).toBe(true);
  });

  it('name a process that will not show them', () => {
    writeProcfs(proc, kernel, [{ pid: 88, comm: 'imapd' }]);
    writeFileSync(join(proc, '88/fd'), '');
    expect(nodeProcesses.openFiles(proc, new Set(['1:2'])).uninspectable).toEqual([
      { pid: 88, comm: 'imapd', uid: 96 },
    ]);
  });

  it.each([
    ['a zombie', { state: 'Z' }],
    ['a thread of the kernel', { flags: 0x200000 }],
  ])('are none of %s', (_, facts) => {
    writeProcfs(proc, kernel, [{ pid: 88, ...facts }]);
    writeFileSync(join(proc, '88/fd'), '');
    expect(nodeProcesses.openFiles(proc, new Set(['1:2'])).uninspectable).toEqual([]);
  });

  it('are not read at all when no file is asked for', () => {
    writeProcfs(proc, kernel, [{ pid: 88 }]);
    writeFileSync(join(proc, '88/fd'), '');
    expect(nodeProcesses.openFiles(proc, new Set()).uninspectable).toEqual([]);
  });
});

describe('another pid namespace', () => {
  const need = 'needs root with CAP_SYS_ADMIN, for unshare --pid --mount-proc';

  /** Starts the program in a namespace of its own, and gives the process as /proc of the outside shows it. */
  async function contained(): Promise<ProcessFacts | undefined> {
    const words = ['--pid', '--fork', '--kill-child', '--mount-proc', program, '600'];
    const child = spawn('unshare', words, { stdio: 'ignore' });
    children.push(child);
    const failed = new Promise<undefined>((resolve) => {
      child.once('error', () => {
        resolve(undefined);
      });
      child.once('exit', () => {
        resolve(undefined);
      });
    });
    return Promise.race([failed, seen((facts) => facts.executable === program)]);
  }

  it('is seen from outside', async (context) => {
    const inside = isRoot ? await contained() : undefined;
    if (inside === undefined) return context.skip(need);
    const survey = nodeProcesses.survey('/proc');
    expect([inside.pidNamespace === survey.pidNamespace, survey.pidNamespace]).toEqual([
      false,
      survey.ownPidNamespace,
    ]);
  });

  it('is what its own procfs shows, and not the host', async (context) => {
    const inside = isRoot ? await contained() : undefined;
    if (inside === undefined) return context.skip(need);
    const survey = nodeProcesses.survey(`/proc/${inside.pid}/root/proc`);
    expect([survey.pidNamespace, survey.isHostNamespace, [...survey.processes.keys()]]).toEqual([
      inside.pidNamespace,
      false,
      [1],
    ]);
  });
});
