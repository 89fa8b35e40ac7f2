import { describe, expect, it } from 'vitest';
import { ownerJudge } from '../../src/decide/judge-owner.ts';
import type { Liveness } from '../../src/model/owner.ts';
import type { ProcessFacts, ProcessSurvey } from '../../src/model/process.ts';
import {
  booted,
  closedProcess,
  day,
  hour,
  minute,
  processOf,
  second,
  surveyOf,
  without,
} from '../support/process-facts.ts';

const started = booted + 10n * day;

function judge(
  process: ProcessFacts | undefined,
  changedNs: bigint,
  survey: Partial<ProcessSurvey> = {},
): Liveness {
  const context = surveyOf(process === undefined ? [] : [process], survey);
  return ownerJudge({ survey: context, doubt: undefined, offline: false })(88, changedNs);
}

describe('an owner', () => {
  it('is dead when there is no such process', () => {
    expect(judge(undefined, started)).toEqual({ state: 'dead', evidence: 'no such process' });
  });

  it('is dead when it is a zombie that still holds its pid', () => {
    expect(judge(processOf({ pid: 88, state: 'Z' }), started + hour)).toEqual({
      state: 'dead',
      evidence: 'process 88 has ended (a zombie)',
    });
  });

  it('is alive when a Cyrus program of its pid started before the file', () => {
    expect(judge(processOf({ pid: 88 }), started + 3n * hour)).toEqual({
      state: 'alive',
      evidence: 'process 88 is /usr/lib/cyrus/bin/sync_server, started 3 hours before the file',
    });
  });

  it('is alive when its process started exactly 10 minutes after the file', () => {
    expect(judge(processOf({ pid: 88 }), started - 10n * minute).state).toBe('alive');
  });

  it('was another when the process started more than 10 minutes after the file', () => {
    expect(judge(processOf({ pid: 88 }), started - 10n * minute - 1n)).toEqual({
      state: 'reused',
      evidence: 'process 88 started 10 minutes after the file',
    });
  });

  it('was another when the process is no Cyrus program, however long it runs', () => {
    const shell = processOf({ pid: 88, comm: 'bash', executable: '/bin/bash' });
    expect(judge(shell, started + day)).toEqual({
      state: 'reused',
      evidence: 'process 88 is /bin/bash, no Cyrus program',
    });
  });

  it('was another when the process is a thread of the kernel, which has no program to read', () => {
    const thread = closedProcess(88, { comm: 'kworker/0:1', isKernelThread: true });
    expect(judge(thread, started + day).state).toBe('reused');
  });

  it('was another when the file is older than the last boot', () => {
    expect(judge(closedProcess(88, { startedNs: booted }), booted - hour)).toEqual({
      state: 'reused',
      evidence: 'older than the last boot',
    });
  });

  it('is unknown when the program of its pid cannot be read', () => {
    expect(judge(closedProcess(88, { comm: 'bash\x1b' }), started + hour)).toEqual({
      state: 'unknown',
      evidence: 'the program of process 88 (bash?) cannot be read: run as root',
    });
  });

  it('was another when its program cannot be read but it started after the file', () => {
    expect(judge(closedProcess(88), started - day).state).toBe('reused');
  });

  it('is unknown when procfs hides processes and shows none of its pid', () => {
    expect(judge(undefined, started, { hidden: '/proc is mounted with hidepid=2' })).toEqual({
      state: 'unknown',
      evidence: 'no such process to be seen, but /proc is mounted with hidepid=2',
    });
  });

  it.each([601, -601, Number.NaN])('is unknown when the clocks are %d s apart', (skew) => {
    expect(judge(undefined, started, { clockSkewSeconds: skew }).state).toBe('unknown');
  });

  it.each([600, -600])('is judged when the clocks are %d s apart', (skew) => {
    expect(judge(undefined, started, { clockSkewSeconds: skew }).state).toBe('dead');
  });

  it('is unknown when the directory asked is no procfs', () => {
    const noBoot = without(surveyOf([], { hidden: '/x is no procfs' }), 'bootedNs');
    const judged = ownerJudge({ survey: noBoot, doubt: undefined, offline: false });
    expect(judged(88, started)).toEqual({ state: 'unknown', evidence: '/x is no procfs' });
  });

  it('is unknown in a doubtful root even when a Cyrus program has its pid', () => {
    const survey = surveyOf([processOf({ pid: 88 })]);
    const doubtful = ownerJudge({ survey, doubt: 'nfs4', offline: false });
    expect(doubtful(88, started + hour)).toEqual({ state: 'unknown', evidence: 'nfs4' });
  });

  it('is dead for an operator who says that nobody uses the spool, whatever else is doubtful', () => {
    const survey = surveyOf([processOf({ pid: 88 })], { hidden: 'x', clockSkewSeconds: 9999 });
    const offline = ownerJudge({ survey, doubt: 'nfs4', offline: true });
    expect(offline(88, started + hour)).toEqual({
      state: 'dead',
      evidence: 'nobody uses this spool (--offline)',
    });
  });
});

describe('what is the same for many files', () => {
  const survey = surveyOf([
    processOf({ pid: 88 }),
    processOf({ pid: 89, executable: '/bin/sh', comm: 'sh' }),
  ]);
  const judged = ownerJudge({ survey, doubt: undefined, offline: false });

  it.each([
    [7, started],
    [88, started + 5n * hour],
    [88, started - 5n * day - hour],
    [88, booted - day],
    [89, started],
  ])('is one object (pid %d, %d)', (pid, changedNs) => {
    expect(judged(pid, changedNs + second)).toBe(judged(pid, changedNs));
  });

  it('is judged per file where one directory holds live and stale files', () => {
    expect([judged(88, started - day).state, judged(88, started + day).state]).toEqual([
      'reused',
      'alive',
    ]);
  });
});
