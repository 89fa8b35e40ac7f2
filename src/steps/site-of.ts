/** What commands for a site must be made with: its hierarchy separator, and the user who owns its spool. */
import { join } from '../model/byte-path.ts';
import type { Spools } from '../model/configuration.ts';
import type { Root } from '../model/partition.ts';
import type { Site } from '../model/report.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Files } from '../system/os.ts';

export function siteOf(files: Pick<Files, 'lstat'>, spools: Spools, roots: readonly Root[]): Site {
  const said = new Set(spools.configurations.map(({ unixHierarchySep }) => unixHierarchySep));
  const [only] = said;
  const data = roots.find(({ kind }) => kind === 'data');
  const stat = data === undefined ? undefined : files.lstat(join(data.path, '.'));
  return {
    // Of two configurations that differ neither is the site's.
    ...(said.size === 1 && only !== undefined ? { unixHierarchySep: only } : {}),
    ...(stat === undefined || isTrouble(stat) ? {} : { ownerUid: stat.uid }),
  };
}
