/** What a walk would have told of names, as its threads post it. */
import { lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import { bytePath, leafOf } from '../../src/model/byte-path.ts';
import { PathBytes } from '../../src/system/walk/directory-stack.ts';
import { HitBatch } from '../../src/system/walk/hit-batch.ts';
import type { PostedHits } from '../../src/system/walk/walk-messages.ts';

const batchNames = 1000;

/** @param paths  of one device, best by directory; the index of each is its position */
export function hitsOf(paths: readonly string[]): PostedHits[] {
  const hits: PostedHits[] = [];
  for (let from = 0; from < paths.length; from += batchNames) {
    const batch = new HitBatch();
    let place = placeAt('/');
    paths.slice(from, from + batchNames).forEach((path, nth) => {
      if (place.path.path !== bytePath(dirname(path))) place = placeAt(dirname(path));
      batch.add(from + nth, place, Buffer.from(`${leafOf(bytePath(path))}\0`, 'latin1'), 0);
    });
    const posted = batch.take();
    if (posted) hits.push(posted);
  }
  return hits;
}

function placeAt(directory: string) {
  const ino = Number(lstatSync(directory, { bigint: true }).ino);
  const [low, high] = [ino >>> 0, Math.floor(ino / 2 ** 32)];
  const path = new PathBytes();
  path.set(Buffer.from(directory), 0, directory.length);
  return { path, table: 0, low, high };
}
