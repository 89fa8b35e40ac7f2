/** The roots and stage areas of a plan as they are on disk: who owns them, and who may write there. */
import { join, type BytePath } from '../model/byte-path.ts';
import type { Root } from '../model/partition.ts';
import type { AreaSurvey, RootSurvey } from '../model/root-survey.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Files } from '../system/os.ts';

/** A root that cannot be looked at any more has no survey, and so no plan. */
export function surveyRoots(files: Pick<Files, 'lstat'>, roots: readonly Root[]): RootSurvey[] {
  return roots.flatMap((root): RootSurvey[] => {
    const stat = files.lstat(root.path);
    // Another directory has come in its place: what was scanned lies elsewhere.
    if (isTrouble(stat) || stat.dev !== root.dev || stat.ino !== root.ino) return [];
    const areas = ['sync.', 'stage.'].flatMap((leaf) => areaAt(files, join(root.path, leaf)));
    const [quarantine] = areaAt(files, join(root.path, 'stagesweep.'));
    return [{ root, stat, areas, ...(quarantine === undefined ? {} : { quarantine }) }];
  });
}

function areaAt(files: Pick<Files, 'lstat'>, path: BytePath): AreaSurvey[] {
  const stat = files.lstat(path);
  return isTrouble(stat) || stat.kind !== 'directory' ? [] : [{ path, stat }];
}
