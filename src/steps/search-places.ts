/** Where names of an inode can be: the configured roots of its device, and the rest of its filesystem. */
import { relativeTo, type BytePath } from '../model/byte-path.ts';
import type { Mount } from '../model/mount.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Files } from '../system/os.ts';

export interface Place {
  readonly path: BytePath;
  readonly dev: bigint;
}

/**
 * Places of which none lies below another, so that no directory is walked twice. One that is a mount point stays:
 * a walk from above would not enter it.
 */
export function distinctPlaces(
  places: readonly Place[],
  mountPoints: ReadonlySet<BytePath>,
): Place[] {
  const distinct = [...new Map(places.map((place) => [place.path, place])).values()];
  return distinct.filter(
    (place) =>
      !distinct.some(
        (other) =>
          other !== place &&
          other.dev === place.dev &&
          relativeTo(place.path, other.path) !== undefined &&
          !isBehindMount(place.path, other.path, mountPoints),
      ),
  );
}

/** Is there a mount point on the way from `above` down to `path`, or at `path`? */
function isBehindMount(
  path: BytePath,
  above: BytePath,
  mountPoints: ReadonlySet<BytePath>,
): boolean {
  let at: string = path;
  while (at.length > above.length) {
    if (mountPoints.has(at as BytePath)) return true;
    at = at.slice(0, at.lastIndexOf('/'));
  }
  return false;
}

/**
 * The whole filesystem that holds `path`, wherever it is mounted: a bind mount shows only a part of it, so every
 * mount of the device counts whose directory lies below no other's.
 */
export function wholeFilesystem(files: Files, path: BytePath): Place[] {
  const mounts = files.mounts();
  const holding = mountOf(mounts, path);
  if (holding === undefined) return [];
  const same = mounts.filter((mount) => mount.device === holding.device);
  const widest = same.filter(
    (mount) =>
      !same.some(
        (other) => other.root !== mount.root && relativeTo(mount.root, other.root) !== undefined,
      ),
  );
  return widest.flatMap((mount) => {
    const stat = files.lstat(mount.point);
    return isTrouble(stat) ? [] : [{ path: mount.point, dev: stat.dev }];
  });
}

/** The mount that shows a canonical path: the longest mount point above it, the last one mounted there. */
export function mountOf(mounts: readonly Mount[], path: BytePath): Mount | undefined {
  let best: Mount | undefined;
  for (const mount of mounts) {
    if (relativeTo(path, mount.point) === undefined) continue;
    if (best === undefined || mount.point.length >= best.point.length) best = mount;
  }
  return best;
}
