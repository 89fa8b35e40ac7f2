/** Is a stage file, or a pid directory, among those that a clean was asked for? */
import type { Policy } from '../model/selection.ts';
import { stagePath, type StageDirectory, type StageFile } from '../model/stage.ts';

/** True, or why not. */
export function isChosen(
  file: StageFile,
  { only, pids, saved }: Policy,
): true | 'not-selected' | 'differs-from-report' {
  if (only !== undefined && file.directory.area !== only) return 'not-selected';
  if (pids.size > 0 && (file.ownerPid === undefined || !pids.has(file.ownerPid))) {
    return 'not-selected';
  }
  if (saved === undefined) return true;
  const told = saved.files.get(stagePath(file));
  if (told === undefined) return 'not-selected';
  const { ino, sizeBytes, modifiedNs } = file.stat;
  const isSame = told.ino === ino && told.sizeBytes === sizeBytes && told.modifiedNs === modifiedNs;
  return isSame ? true : 'differs-from-report';
}

/** @param directory  one that is empty already */
export function isChosenDirectory(
  directory: StageDirectory,
  { only, pids, saved }: Policy,
): boolean {
  if (only !== undefined && directory.area !== only) return false;
  if (pids.size > 0 && (directory.pid === undefined || !pids.has(directory.pid))) return false;
  if (saved === undefined) return true;
  return saved.directories.has(directory.path);
}
