import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bytePath } from '../../src/model/byte-path.ts';
import type { ProcessSurvey } from '../../src/model/process.ts';
import { processesAt } from '../../src/system/processes.ts';
import { hidingOptionOf, hostNamespace } from '../../src/system/procfs-view.ts';
import { writeProcfs, type FakeKernel, type FakeProcess } from '../support/fake-procfs.ts';
import { mountOf, without } from '../support/process-facts.ts';

const kernel: FakeKernel = { bootSeconds: 1_700_000_000, uptimeSeconds: 86_400 };
const init: FakeProcess = { pid: 1, comm: 'init', exe: '/sbin/init', namespace: hostNamespace };
const now = 1_700_086_400_000_000_000n;
let proc: string;

beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), 'stagesweep-proc-'));
});
afterEach(() => {
  rmSync(proc, { recursive: true });
});

function survey(processes: readonly FakeProcess[], at = now, view = kernel): ProcessSurvey {
  writeProcfs(proc, view, processes);
  return processesAt(() => at).survey(proc);
}

describe('a survey', () => {
  it('tells of each process its name, state, start, user, program and arguments', () => {
    const found = survey([
      init,
      { pid: 88, startTicks: 12_345, arguments: 'sync_server\0-C\0/etc/imapd.conf\0' },
    ]);
    expect(found.processes.get(88)).toEqual({
      pid: 88,
      comm: 'sync_server',
      state: 'S',
      startedNs: 1_700_000_123_450_000_000n,
      uid: 96,
      executable: '/usr/lib/cyrus/bin/sync_server',
      pidNamespace: hostNamespace,
      arguments: ['sync_server', '-C', '/etc/imapd.conf'],
    });
  });

  it('tells the program of an upgraded package by its old path', () => {
    const found = survey([init, { pid: 88, exe: '/usr/lib/cyrus/bin/imapd (deleted)' }]);
    expect(found.processes.get(88)?.executable).toBe('/usr/lib/cyrus/bin/imapd');
  });

  it('leaves out the program that may not be read', () => {
    expect(survey([init, { pid: 88, exe: null }]).processes.get(88)).not.toHaveProperty(
      'executable',
    );
  });

  it('passes over a process that ended while it was read, and hides nothing', () => {
    const found = survey([init, { pid: 88, without: ['stat'] }, { pid: 89, without: ['status'] }]);
    expect([[...found.processes.keys()], found.hidden]).toEqual([[1], undefined]);
  });

  it('tells a thread of the kernel, which has no program', () => {
    const found = survey([init, { pid: 2, comm: 'kthreadd', flags: 0x200000, exe: null }]);
    expect(found.processes.get(2)?.isKernelThread).toBe(true);
  });

  it('sees the host in a namespace that says so', () => {
    expect(survey([init]).isHostNamespace).toBe(true);
  });

  it('sees a container in any other namespace', () => {
    const found = survey([{ ...init, namespace: '4026532999' }]);
    expect([found.isHostNamespace, found.pidNamespace]).toEqual([false, '4026532999']);
  });

  it('does not take a namespace for the host that cannot be read', () => {
    expect(survey([without(init, 'namespace')]).isHostNamespace).toBe(false);
  });

  it('knows its own namespace where procfs lists us with one single pid', () => {
    const found = survey([{ ...init, namespace: '1' }, { pid: 50 }], now, { ...kernel, self: 50 });
    expect(found.pidNamespace).toBe(found.ownPidNamespace);
  });

  it('does not take for its own a procfs that lists us with two pids', () => {
    const self = { pid: 50, pids: [50, 3] };
    const first = { ...init, namespace: '4026532999' };
    const found = survey([first, self], now, { ...kernel, self: 50 });
    expect(found.pidNamespace).toBe('4026532999');
  });

  it('knows a process of a container by its second pid, even when its namespace cannot be read', () => {
    const found = survey([init, { pid: 300, pids: [300, 7] }]);
    expect(found.processes.get(300)?.pidNamespace).toBe('that of process 300');
  });

  it('reads the namespace itself on a kernel that does not list pids', () => {
    const found = survey([
      init,
      { pid: 300, pids: null, namespace: '4026532999' },
      { pid: 301, pids: null },
    ]);
    expect([300, 301].map((pid) => found.processes.get(pid)?.pidNamespace)).toEqual([
      '4026532999',
      undefined,
    ]);
  });

  it('tells how far the clock of that kernel is from ours', () => {
    expect(survey([init], now - 3_600_000_000_000n).clockSkewSeconds).toBe(3600);
  });

  it('finds no skew when uptime and boot agree with our clock', () => {
    expect(survey([init]).clockSkewSeconds).toBe(0);
  });

  it('of 5,000 processes sees every one', () => {
    const many = Array.from({ length: 4_999 }, (_, index) => ({
      pid: index + 2,
      exe: null,
      without: ['cmdline'],
    }));
    expect(survey([init, ...many]).processes.size).toBe(5_000);
  });
});

describe('processes are hidden', () => {
  it('when process 1 is not to be seen', () => {
    expect(survey([{ pid: 88 }]).hidden).toContain('process 1 is not to be seen');
  });

  it('when a listed process may not be read', () => {
    // Reading a directory fails with EISDIR whoever asks; hidepid=1 gives EPERM, but not to root.
    const blocked = { pid: 88, without: ['stat'] };
    writeProcfs(join(proc, '88/stat'), kernel, []);
    expect(survey([init, blocked]).hidden).toContain('1 of the processes');
  });

  it('when the directory is no procfs', () => {
    expect(processesAt(() => now).survey(proc).hidden).toContain('is no procfs');
  });

  it('when there is no such directory', () => {
    expect(processesAt(() => now).survey(`${proc}/none`).hidden).toContain('is no procfs');
  });

  it.each(['hidepid=1', 'hidepid=2', 'hidepid=invisible', 'hidepid=ptraceable', 'hidepid=4'])(
    'from one who may not trace by %s',
    (option) => {
      const mount = mountOf('/proc', { filesystem: 'proc', superOptions: ['rw', option] });
      expect([hidingOptionOf(mount, false), hidingOptionOf(mount, true)]).toEqual([
        option,
        undefined,
      ]);
    },
  );

  it.each(['hidepid=0', 'hidepid=off', 'gid=5'])('by no option %s', (option) => {
    const mount = mountOf('/proc', { filesystem: 'proc', superOptions: ['rw', option] });
    expect(hidingOptionOf(mount, false)).toBeUndefined();
  });
});

describe('the mounts of a process', () => {
  it('are those of its mountinfo', () => {
    expect(processesAt(() => now).mountsOf('/proc', process.pid)).toContainEqual(
      expect.objectContaining({ point: '/', root: expect.any(String) as unknown }),
    );
  });

  it('are a trouble when the process is gone', () => {
    const path = bytePath(`${proc}/88/mountinfo`);
    expect(processesAt(() => now).mountsOf(proc, 88)).toEqual({
      path,
      syscall: 'open',
      errno: 'ENOENT',
    });
  });
});
