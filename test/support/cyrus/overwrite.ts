/** A write through a stage name: what a Cyrus that reuses a pid does to whoever shares the inode. */
import { spawnSync } from 'node:child_process';
import { lstatSync, readFileSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import type { Instance } from './instance.ts';

export interface Blow {
  /** What is written, from what was there. */
  readonly bytes: (before: Buffer) => Buffer;
  readonly keepsTime?: boolean;
  /** As the next session of a real Cyrus does; the damage outlives its stage file. */
  readonly removesStage?: boolean;
}

export interface Overwritten {
  readonly stage: string;
  /** Every other name, by GNU find: messages of which each has the new bytes. */
  readonly names: readonly string[];
  readonly hasOtherSize: boolean;
}

/** @param path  of a message that has exactly one stage name */
export function overwriteThroughStage(instance: Instance, path: string, blow: Blow): Overwritten {
  const all = samefile(instance, path);
  const stages = all.filter((name) => /\/(?:sync|stage)\.\//.test(name));
  const [stage, ...more] = stages;
  if (stage === undefined || more.length > 0) {
    throw new Error(`${path} has ${stages.length} stage names`);
  }
  const before = lstatSync(path);
  // O_TRUNC on the name that is there, as in sync_server.c of 2.3.7: the inode stays.
  writeFileSync(stage, blow.bytes(readFileSync(path)), { flag: 'w' });
  const after = lstatSync(path);
  if (after.ino !== before.ino) throw new Error(`${path} has another inode now`);
  if (blow.keepsTime === true) utimesSync(stage, before.atime, before.mtime);
  if (blow.removesStage === true) unlinkSync(stage);
  return {
    stage,
    names: all.filter((name) => name !== stage).sort(),
    hasOtherSize: after.size !== before.size,
  };
}

function samefile(instance: Instance, path: string): string[] {
  const found = spawnSync('find', [...instance.roots, '-samefile', path, '-print0'], {
    encoding: 'utf8',
  });
  if (found.status !== 0) throw new Error(`find -samefile ${path}: ${found.stderr}`);
  return found.stdout.split('\0').filter((name) => name !== '');
}
