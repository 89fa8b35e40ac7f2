/** Which places a report could not look at: what would be counted there has no number, least of all 0. */
import { join, relativeTo, type BytePath } from './byte-path.ts';
import type { Root } from './partition.ts';
import type { LostRoot, Report } from './report.ts';
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

/** Roots that could not be looked at, of those that have stage areas. */
export function lostAreaRoots({ coverage }: Pick<Report, 'coverage'>): readonly LostRoot[] {
  return (coverage.lostRoots ?? []).filter(({ kind }) => kind !== 'metadata');
}

/** Was every stage area read to its end? */
export function areAllAreasRead(report: Report): boolean {
  if (lostAreaRoots(report).length > 0) return false;
  const unread = unreadPaths(report);
  if (unread.length === 0) return true;
  return report.roots.every(
    (root) =>
      root.kind === 'metadata' || areaNames.every((area) => !isAreaUnread(unread, root, area)),
  );
}

/** Was every message and every record read that an audit was to read? */
export function isAuditWhole(report: Report): boolean {
  if ((report.surveys?.mailboxes?.unread ?? 0) > 0 || hasCorruptIndex(report)) return false;
  if ((report.coverage.lostRoots ?? []).some(({ kind }) => kind !== 'backup')) return false;
  const areas = report.roots.flatMap(({ path }) => areaNames.map((area) => join(path, `${area}.`)));
  return unreadPaths(report).every((one) =>
    areas.some((area) => relativeTo(one, area) !== undefined),
  );
}

/** What an index lists that could not be understood is not known either. */
export function hasCorruptIndex({
  findings,
  surveys,
}: Pick<Report, 'findings' | 'surveys'>): boolean {
  return (
    (surveys?.mailboxes?.corrupt.count ?? 0) > 0 ||
    findings.some(({ code }) => code === 'index-corrupt')
  );
}
