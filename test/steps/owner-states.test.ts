import { describe, expect, test } from 'vitest';
import type { ProcessSurvey } from '../../src/model/process.ts';
import { ownerStates } from '../../src/steps/owner-states.ts';
import {
  mountOf,
  processOf,
  rootOf,
  second,
  booted,
  day,
  surveyOf,
} from '../support/process-facts.ts';

const nowNs = booted + 100n * day;

function states(
  survey: ProcessSurvey,
  { offline = false, at = nowNs }: { readonly offline?: boolean; readonly at?: bigint } = {},
): Record<number, string> {
  const asked: number[] = [];
  const processes = {
    survey: () => survey,
    openFiles: () => ({ holders: new Map(), uninspectable: [] }),
    mountsOf: (_proc: string, pid: number) => {
      asked.push(pid);
      return [mountOf('/', { device: '254:1' })];
    },
  };
  const os = { processes, files: { mounts: () => [mountOf('/', { device: '254:1' })] } };
  const pids = new Set([4711, 4712]);
  return Object.fromEntries(ownerStates(os, rootOf(), pids, survey, { offline, nowNs: at }));
}

describe('the owners of what a run removed (safety.md 25)', () => {
  test('are dead when nobody has their pids', () => {
    expect(states(surveyOf())).toEqual({ 4711: 'dead', 4712: 'dead' });
  });
  test('are alive when a Cyrus process has the pid now, however late it began', () => {
    const late = processOf({ pid: 4711, startedNs: nowNs - second });
    expect(states(surveyOf([late]))).toEqual({ 4711: 'alive', 4712: 'dead' });
  });
  test('are reused when another program has the pid', () => {
    const other = processOf({ pid: 4711, comm: 'bash', executable: '/usr/bin/bash' });
    expect(states(surveyOf([other]))).toEqual({ 4711: 'reused', 4712: 'dead' });
  });
  test('are unknown where processes are hidden', () => {
    const hidden = surveyOf([], { hidden: 'hidepid=2' });
    expect(states(hidden)).toEqual({ 4711: 'unknown', 4712: 'unknown' });
  });
  test('are never alive with --offline', () => {
    const cyrus = processOf({ pid: 4711 });
    expect(Object.values(states(surveyOf([cyrus]), { offline: true }))).not.toContain('alive');
    expect(Object.values(states(surveyOf([cyrus]), { offline: true }))).not.toContain('unknown');
  });
});
