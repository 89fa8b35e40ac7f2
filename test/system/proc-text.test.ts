import { describe, expect, it } from 'vitest';
import {
  parseArguments,
  parseBootSeconds,
  parseStatLine,
  parseStatus,
  parseUptimeSeconds,
} from '../../src/system/proc-text.ts';
import { statLine } from '../support/fake-procfs.ts';

describe('/proc/<pid>/stat', () => {
  it.each(['sync_server', 'a b', ') S 1 1', '((', 'two\nlines', ''])(
    'is read past the name %j',
    (comm) => {
      expect(parseStatLine(statLine({ pid: 88, comm, startTicks: 250 }))).toEqual({
        comm,
        state: 'S',
        isKernelThread: false,
        startedAfterBootNs: 2_500_000_000n,
      });
    },
  );

  it('shows a thread of the kernel by its flag', () => {
    expect(parseStatLine(statLine({ pid: 2, flags: 0x00208040 }))?.isKernelThread).toBe(true);
  });

  it('shows no zombie while other threads of the process go on', () => {
    expect(parseStatLine(statLine({ pid: 2, state: 'Z', threads: 3 }))?.state).toBe('S');
  });

  it('shows a zombie when its last thread has ended', () => {
    expect(parseStatLine(statLine({ pid: 2, state: 'Z' }))?.state).toBe('Z');
  });

  it.each(['', '88 (x', '88 (x) S 1 1'])('is none when it reads %j', (text) => {
    expect(parseStatLine(text)).toBeUndefined();
  });
});

describe('/proc/<pid>/status', () => {
  it('gives the effective user, the pids and the capabilities', () => {
    const text = 'Name:\tx\nUid:\t1\t96\t3\t4\nNSpid:\t300\t7\nCapEff:\t000001fffeffffff\n';
    expect(parseStatus(text)).toEqual({ uid: 96, pidLevels: 2, capabilities: 0x1fffeffffffn });
  });

  it('gives nothing that is not there', () => {
    expect(parseStatus('Name:\tx\n')).toEqual({});
  });
});

describe('/proc/<pid>/cmdline', () => {
  it.each([
    ['master\0-C\0/etc/a b\0', ['master', '-C', '/etc/a b']],
    ['imapd: idling\0\0\0', ['imapd: idling']],
    ['', []],
  ])('%j is %j', (text, words) => {
    expect(parseArguments(text)).toEqual(words);
  });
});

describe('the clock of a kernel', () => {
  it('is the time of boot and the seconds since', () => {
    expect([
      parseBootSeconds('cpu 1\nbtime 1700000000\n'),
      parseUptimeSeconds('12.34 5.6\n'),
    ]).toEqual([1_700_000_000, 12.34]);
  });

  it('is not there in files of another kind', () => {
    expect([parseBootSeconds('x'), parseUptimeSeconds('x')]).toEqual([undefined, undefined]);
  });
});
