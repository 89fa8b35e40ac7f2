/** Who has just staged a message: the pid stands in the name of the stage file. */
import { readdirSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { sha1Of } from './message.ts';
import { waitUntil } from './wait-until.ts';

/**
 * The one process that has the message in `sync.` and is not among `others`.
 *
 * @param root       of the partition, data or archive
 * @param sentBytes  of the message, where it was not sent whole
 */
export async function syncOwner(
  root: string,
  message: Buffer,
  others: readonly number[] = [],
  sentBytes = message.length,
): Promise<number> {
  const sizeBytes = sentBytes === message.length ? sentBytes : wholeBlocks(sentBytes);
  return await waitUntil(`a stage file of ${sha1Of(message)} in ${root}`, () =>
    readdirSync(`${root}/sync.`, { recursive: true, encoding: 'utf8' })
      .filter((path) => basename(path) === sha1Of(message))
      .filter((path) => statSync(`${root}/sync./${path}`).size >= sizeBytes)
      .map((path) => Number(path.split('/')[0]))
      .find((pid) => !others.includes(pid)),
  );
}

/**
 * The process that has a file in `stage.` and had none before, once it has written all that its client sent:
 * only then is the file what it will stay.
 *
 * @param sentBytes  of the message; stdio writes whole blocks of 4096
 */
export async function stageOwner(
  root: string,
  others: readonly number[],
  sentBytes: number,
): Promise<number> {
  return await waitUntil(`a stage file of ${wholeBlocks(sentBytes)} bytes in ${root}`, () =>
    readdirSync(`${root}/stage.`)
      .filter((name) => statSync(`${root}/stage./${name}`).size >= wholeBlocks(sentBytes))
      .map(pidOf)
      .find((pid) => !others.includes(pid)),
  );
}

/** Pids that have a directory in `sync.`. */
export function syncOwners(root: string): number[] {
  return readdirSync(`${root}/sync.`).map(Number);
}

/** Pids in the names of `stage.`. */
export function stageOwners(root: string): number[] {
  return readdirSync(`${root}/stage.`).map(pidOf);
}

function pidOf(name: string): number {
  return Number(name.split('-')[0]);
}

function wholeBlocks(bytes: number): number {
  return bytes - (bytes % 4096);
}
