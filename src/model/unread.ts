/** Which places a report could not look at: what would be counted there has no number, least of all 0. */
import { join, relativeTo, type BytePath } from './byte-path.ts';
import type { Root } from './partition.ts';
import type { Report } from './report.ts';
import { areaNames, stagePath, type Area } from './stage.ts';

/** Without stage files that were listed, and of which only the bytes could not be read. */
export function unreadPaths({
  findings,
  stageFiles,
}: Pick<Report, 'findings' | 'stageFiles'>): BytePath[] {
  const unread = new Set(
    findings
      .filter(({ code }) => code === 'unreadable' || code === 'area-skipped')
      .map(({ path }) => path),
  );
  if (unread.size > 0) for (const { file } of stageFiles) unread.delete(stagePath(file));
  return [...unread];
}

/** Is one of these the area, something in it, or a directory above it? */
export function isAreaUnread(unread: readonly BytePath[], root: Root, area: Area): boolean {
  const directory = join(root.path, `${area}.`);
  return unread.some(
    (one) => relativeTo(one, directory) !== undefined || relativeTo(directory, one) !== undefined,
  );
}

/** Was every stage area read to its end? */
export function areAllAreasRead(report: Report): boolean {
  const unread = unreadPaths(report);
  if (unread.length === 0) return true;
  return report.roots.every(
    (root) =>
      root.kind === 'metadata' || areaNames.every((area) => !isAreaUnread(unread, root, area)),
  );
}
