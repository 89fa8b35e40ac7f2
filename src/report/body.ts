/**
 * The report as a body file of The Sleuth Kit 3.x, for mactime and what else reads it: a line for every name.
 *
 * MD5|name|inode|mode_as_string|UID|GID|size|atime|mtime|ctime|crtime, times in whole seconds since 1970, 0 for what
 * is not known. Source: wiki.sleuthkit.org, "Body file"; The Sleuth Kit 4.11, tools/timeline/mactime.base.
 *
 * The first field is 0: there is no MD5, and a SHA-1 there would be taken for one. The access time is 0: this very
 * scan may have set it. Findings have no inode and are not here.
 */
import type { BytePath } from '../model/byte-path.ts';
import type { FileStat } from '../model/inode.ts';
import { linkPath } from '../model/link.ts';
import type { Report } from '../model/report.ts';
import { stagePath } from '../model/stage.ts';
import { flsMode } from './fls-mode.ts';
import { otherNames } from './other-names.ts';
import { isoTime } from './quantities.ts';
import { printable, quote } from './quote.ts';
import type { Renderer } from './renderer.ts';

export const renderBody: Renderer = function* (report) {
  yield* bodyLines(report);
  yield bodyEnd(report);
};

/** Every name once, also where several stage files are names of one inode. @param host set before every name */
export function* bodyLines(report: Report, { host }: { host?: string } = {}): Generator<string> {
  // Of inodes with several stage names only: every row has all names, and a timeline must not have them twice.
  const told = new Set<BytePath>();
  for (const row of report.stageFiles) {
    const { stat } = row.file;
    const others = otherNames(row);
    const isShared = others.some(({ kind }) => kind === 'stage');
    for (const path of [stagePath(row.file), ...others.map(linkPath)]) {
      if (told.has(path)) continue;
      if (isShared) told.add(path);
      // One inode, so one set of times for all of its names.
      yield lineOf(path, stat, host);
    }
  }
}

/**
 * A comment that tells a whole file from one that was cut off, and a complete report from one that is not. The last
 * line and not the first, since plaso recognises a body file by the fields of its first line.
 */
export function bodyEnd({ header, complete }: Report): string {
  const scan = `stagesweep ${header.version} on ${printable(header.host)}, ${isoTime(header.startedNs)}`;
  const whole = complete ? 'complete' : 'INCOMPLETE, there may be more names';
  return `# ${scan}: ${whole}\n`;
}

function lineOf(path: BytePath, stat: FileStat, host: string | undefined): string {
  const fields = [
    '0',
    nameOf(path, host),
    stat.ino,
    flsMode(stat),
    stat.uid,
    stat.gid,
    stat.sizeBytes,
    0,
    seconds(stat.modifiedNs),
    seconds(stat.changedNs),
    seconds(stat.bornNs),
  ];
  return `${fields.join('|')}\n`;
}

/**
 * A bar would end the field. mactime turns `%0A` back into a line break, in every field, and then leaves the whole
 * name out; neither character needs to stand for itself where quote() has an escape for any byte.
 */
function nameOf(path: BytePath, host: string | undefined): string {
  const name = host === undefined ? quote(path) : `${printable(host)}:${quote(path)}`;
  return name.replaceAll('|', '\\x7c').replaceAll('%', '\\x25');
}

/** mactime drops what is before 1970 without a word; as 0 its name stays. */
function seconds(ns: bigint): bigint {
  return ns < 0n ? 0n : ns / 1_000_000_000n;
}
