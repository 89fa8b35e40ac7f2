/** What removeRoot() needs beside its plan, with owners that are dead and a clock that stands still. */
import type { ProcessIdentity } from '../../src/model/process.ts';
import { nodeFiles } from '../../src/system/files.ts';
import type { Identities } from '../../src/system/os.ts';
import type { RemoveContext } from '../../src/steps/remove.ts';

/** Processes by number; whichever asks is the only one that runs. */
export function identitiesOf(pid: number): Identities {
  const self: ProcessIdentity = {
    pid,
    startedAfterBootNs: BigInt(pid) * 1000n,
    bootId: '0b5e7f3c-0000-4000-8000-000000000001',
    pidNamespace: '4026531836',
    uid: process.geteuid?.() ?? 0,
  };
  return {
    self: () => self,
    startOf: (asked) => (asked === pid ? self.startedAfterBootNs : undefined),
  };
}

/** @param number of the run: makes its id, its pid and its random digits */
export function removeContext(number = 1, over: Partial<RemoveContext> = {}): RemoveContext {
  let draws = number * 0x10000;
  return {
    run: `20261124T000000Z-${number.toString(16).padStart(8, '0')}`,
    version: '0.0.0',
    host: 'mail.example.org',
    clock: { nowNs: () => 1_800_000_000_000_000_000n, breathe: () => Promise.resolve() },
    identities: identitiesOf(1_000_000 + number),
    files: nodeFiles,
    randomHex: () => (draws++).toString(16).padStart(8, '0'),
    recheck: () => Promise.resolve(new Map()),
    reverify: () => true,
    ...over,
  };
}
