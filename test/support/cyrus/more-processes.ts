/** Lets a running instance answer more clients than the lab's open sessions leave it. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Instance } from './instance.ts';

/** The sessions that are open stay so: master reads its configuration again and ends no process for that. */
export function allowMoreProcesses(instance: Instance): void {
  const file = `${instance.home}/cyrus.conf`;
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('maxchild=1', 'maxchild=3'));
  process.kill(instance.masterPid, 'SIGHUP');
}
