/** What no user has caused: a stack that can be reported, and an exit status of its own. */
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { crashedSpool } from '../support/crashed-spool.ts';
import { run } from '../support/run-cli.ts';
import { test } from '../support/spool.ts';

/** Loaded before the program: what never throws does. */
const broken = [
  '--import',
  'data:text/javascript,process.hrtime.bigint=Date.now=()=>{throw new TypeError("a broken clock")}',
];

describe('a bug of ours', () => {
  test('ends a scan with 70, asks to be reported, and shows where it was', ({ dir }) => {
    crashedSpool(dir);
    const { status, stdout, stderr } = run(['scan', join(dir, 'spool')], { node: broken });
    expect([status, stdout]).toEqual([70, '']);
    expect(stderr).toMatch(/^stagesweep: this is a bug of ours; please report it/);
    expect(stderr).toContain('TypeError: a broken clock');
  });

  test('is UNKNOWN for monitoring, never OK', ({ dir }) => {
    crashedSpool(dir);
    const { status, stdout } = run(['check', join(dir, 'spool')], { node: broken });
    expect(status).toBe(3);
    expect(stdout).toContain('UNKNOWN');
  });
});
