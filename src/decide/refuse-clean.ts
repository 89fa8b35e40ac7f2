/** Roots in which nothing is changed, whoever asks: safety.md 1 and 6. */
import type { FileStat } from '../model/inode.ts';
import type { RootSurvey } from '../model/root-survey.ts';

/**
 * The same for undo and purge, which need no stage directory: a quarantine tells the owner as well, and must be his.
 *
 * @returns the owner of the spool, or why not
 */
export function spoolOwner(survey: RootSurvey): Pick<FileStat, 'uid' | 'gid'> | { why: string } {
  const { quarantine } = survey;
  const areas = quarantine === undefined ? survey.areas : [...survey.areas, quarantine];
  const why = refuseClean({ ...survey, areas }, []);
  const [area] = areas;
  return area === undefined || why !== undefined ? { why: why ?? '' } : area.stat;
}

const writableByOthers = 0o002;

/**
 * Why nothing may be changed in a root, in words that follow its path; undefined when it may.
 *
 * @param directories  the pid directories below its areas
 */
export function refuseClean(
  { root, stat, areas }: Pick<RootSurvey, 'root' | 'stat' | 'areas'>,
  directories: readonly FileStat[],
): string | undefined {
  if (root.filesystem === 'overlay' || root.filesystem === 'aufs') {
    return `lies on ${root.filesystem}, where touching one name of a file copies it and breaks its links. Clean the lower file system itself`;
  }
  const [area] = areas;
  if (area === undefined) return 'has no stage directory any more';
  const { uid } = area.stat;
  if (uid === 0) {
    return 'has a stage directory that belongs to root (uid 0), and root must not act on the word of whoever writes there. Give it to the user that Cyrus runs as';
  }
  const strange = [...areas.map((one) => one.stat), ...directories].find((one) => one.uid !== uid);
  if (strange !== undefined) {
    return `has stage directories of different owners (uids ${uid} and ${strange.uid}). Find out who made them, and give all to the user that Cyrus runs as`;
  }
  // Whoever owns the root, or may write it, can put another directory in the place of the stage directory.
  if (stat.uid !== uid && stat.uid !== 0) {
    return `belongs to uid ${stat.uid}, and its stage directories to uid ${uid}. Give both to the user that Cyrus runs as`;
  }
  const open = [stat, ...areas.map((one) => one.stat), ...directories].some(
    (one) => (one.mode & writableByOthers) !== 0,
  );
  if (open) {
    return 'can be written by every user of this host, or a stage directory in it can. Take that right away first (chmod o-w), and see what is there';
  }
  return undefined;
}
