/** Makes a timeline of a body file with mactime of The Sleuth Kit. */
import { execFileSync } from 'node:child_process';

/** Debian package by program, for neededPrograms(). */
export const timelineMakers = { mactime: 'sleuthkit' } as const;

export interface TimelineEntry {
  /** ISO 8601 in UTC; all zeros for what is not known. */
  readonly at: string;
  readonly size: string;
  /** Which of the times it is: modified, accessed, changed, born; dots for the others. */
  readonly macb: string;
  readonly mode: string;
  readonly uid: string;
  readonly gid: string;
  readonly inode: string;
  readonly name: string;
}

const line = /^([^,]*),(\d+),([macb.]{4}),([^,]*),(\d+),(\d+),([\d-]+),"((?:[^"]|"")*)"$/;

/** @throws when mactime complains, or prints what is no entry */
export function runMactime(body: string): readonly TimelineEntry[] {
  const printed = execFileSync('mactime', ['-d', '-y', '-z', 'UTC'], {
    input: body,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const [, ...lines] = printed.trimEnd().split('\n');
  return lines.map((text) => {
    const found = line.exec(text);
    if (found === null) throw new Error(`not an entry of a timeline: ${text}`);
    const [, at = '', size = '', macb = '', mode = '', uid = '', gid = '', inode = '', name = ''] =
      found;
    return { at, size, macb, mode, uid, gid, inode, name: name.replaceAll('""', '"') };
  });
}
