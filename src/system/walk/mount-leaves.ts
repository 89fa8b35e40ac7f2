/** Mount points by the directory that holds them, so that a walk asks once a directory and not once an entry. */
import { leafOf, parentOf, relativeTo, type BytePath } from '../../model/byte-path.ts';
import type { WalkRequest } from './port.ts';

export type MountLeaves = ReadonlyMap<BytePath, ReadonlySet<BytePath>>;

/**
 * Mount points below the roots: directories, and single files too, since a file can be mounted over a file and
 * is then no name of its inode. Roots are no obstacle to themselves and are left out.
 */
export function mountLeaves(request: Pick<WalkRequest, 'roots' | 'mountPoints'>): MountLeaves {
  const leaves = new Map<BytePath, Set<BytePath>>();
  const roots = new Set(request.roots);
  for (const point of request.mountPoints) {
    if (roots.has(point)) continue;
    if (!request.roots.some((root) => relativeTo(point, root) !== undefined)) continue;
    const parent = parentOf(point);
    const siblings = leaves.get(parent);
    if (siblings) siblings.add(leafOf(point));
    else leaves.set(parent, new Set([leafOf(point)]));
  }
  return leaves;
}
