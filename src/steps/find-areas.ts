/** The stage areas of a root: `sync.` and `stage.`, and why one is skipped. */
import { compareBytes, join, type BytePath } from '../model/byte-path.ts';
import type { Finding } from '../model/finding.ts';
import type { Root } from '../model/partition.ts';
import type { Area, StageDirectory } from '../model/stage.ts';
import { isTrouble, isVanished, type Trouble } from '../model/trouble.ts';
import type { Files } from '../system/os.ts';

export interface Areas {
  readonly directories: readonly StageDirectory[];
  readonly findings: readonly Finding[];
  readonly troubles: readonly Trouble[];
}

const areaOf: Record<string, Area> = { 'sync.': 'sync', 'stage.': 'stage' };

/**
 * fast-glob gives the names; every root is also asked for both directly, because the glob silently drops what it
 * cannot read and what is not UTF-8, and a scan must not miss an area for that.
 */
export async function findAreas(files: Files, roots: readonly Root[]): Promise<Areas> {
  const directories: StageDirectory[] = [];
  const findings: Finding[] = [];
  const troubles: Trouble[] = [];
  for (const root of roots.filter((root) => root.kind !== 'metadata')) {
    const paths = new Set<BytePath>(await files.globAreas(root.path));
    for (const leaf of Object.keys(areaOf)) paths.add(join(root.path, leaf));
    for (const path of [...paths].sort(compareBytes)) {
      const found = lookAt(files, root, path);
      if (found === undefined) continue;
      if (isTrouble(found)) troubles.push(found);
      else if ('code' in found) findings.push(found);
      else directories.push(found);
    }
  }
  return { directories, findings, troubles };
}

/** Told in a moment, before anything else is known: are there stage files? */
export function mayHoldStageFiles(files: Files, roots: readonly Root[]): boolean {
  return roots.some((root) =>
    Object.keys(areaOf).some((leaf) => files.holdsAnything(join(root.path, leaf))),
  );
}

function lookAt(
  files: Files,
  root: Root,
  path: BytePath,
): StageDirectory | Finding | Trouble | undefined {
  const stat = files.lstat(path);
  if (isTrouble(stat)) return isVanished(stat) ? undefined : stat;
  const area = areaOf[path.slice(path.lastIndexOf('/') + 1)];
  if (area === undefined) return undefined;
  if (stat.kind !== 'directory') {
    // A symlinked area would lead the scan, and later a removal, out of the spool.
    return { code: 'area-skipped', path, detail: `is a ${stat.kind}, not a directory` };
  }
  if (stat.dev !== root.dev) {
    return { code: 'area-skipped', path, detail: 'lies on another device than its partition' };
  }
  return {
    path,
    dev: stat.dev,
    ino: stat.ino,
    area,
    partition: root.partition,
    rootKind: root.kind,
    root: root.path,
  };
}
