/** The programs that find or check the same, each with the command that an administrator would type. */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Command } from './measure.ts';
import type { StagedMessage } from './stage-set.ts';

/** What a search is for: the names of these inodes below a root. */
export interface Search {
  readonly root: string;
  readonly staged: readonly StagedMessage[];
  /** A directory for what a command writes on the way. */
  readonly scratch: string;
}

interface Peer {
  readonly name: string;
  /** Programs without which it is left out; the first one's version is kept with the results. */
  readonly programs: readonly [string, ...string[]];
  /** Of several inodes only those that can join are asked. */
  readonly isForMany: boolean;
  command(search: Search): Command;
  /** The same when `wanted` in the scratch directory lists the inodes already: what it does of a phase of ours. */
  phase?(search: Search): Command;
}

const join2 = `awk 'NR == FNR { wanted[$1]; next } $1 in wanted { sub(/^[0-9]+ /, ""); print }'`;
const listWanted = `find "$1/sync." -type f -printf '%i\\n' > "$2/wanted"`;
const joinNames = `find "$1" -xdev -printf '%i %p\\n' | ${join2} "$2/wanted" -`;

export const searchPeers: readonly Peer[] = [
  {
    name: 'find -inum',
    programs: ['find'],
    isForMany: false,
    command: ({ root, staged }) => ({
      argv: ['find', root, '-xdev', '-inum', first(staged).inode],
    }),
  },
  {
    name: 'find -samefile',
    programs: ['find'],
    isForMany: false,
    command: ({ root, staged }) => ({
      argv: ['find', root, '-xdev', '-samefile', first(staged).stagePath],
    }),
  },
  {
    name: 'bfs -inum',
    programs: ['bfs'],
    isForMany: false,
    command: ({ root, staged }) => ({ argv: ['bfs', root, '-xdev', '-inum', first(staged).inode] }),
  },
  {
    name: 'find -printf | awk',
    programs: ['find', 'awk'],
    isForMany: true,
    command: (search) => shell(`${listWanted} && ${joinNames}`, search),
    phase: (search) => shell(joinNames, search),
  },
  {
    // fd prints no inode numbers: stat has to, of every file.
    name: 'fd | stat | awk',
    programs: [isThere('fdfind') ? 'fdfind' : 'fd', 'stat', 'awk'],
    isForMany: true,
    command: (search) =>
      shell(
        `${listWanted} && ${isThere('fdfind') ? 'fdfind' : 'fd'} --unrestricted --one-file-system --type f --print0 . "$1" | ` +
          `xargs -0 stat --printf '%i %n\\n' | ${join2} "$2/wanted" -`,
        search,
      ),
  },
];

interface DigestPeer {
  readonly name: string;
  readonly programs: readonly [string, ...string[]];
  /** @param list  paths, each ended by NUL  @param outputs  beginning of the names of files that take the output */
  command(list: string, files: number, outputs: string): Command;
}

/** On all cores, as ours is: a comparison with one process would flatter us by their number. */
export const digestPeers: readonly DigestPeer[] = [
  digestPeer('openssl sha1', 'openssl', 'openssl sha1'),
  digestPeer('sha1sum', 'sha1sum', 'sha1sum'),
];

function digestPeer(name: string, program: string, words: string): DigestPeer {
  return {
    name: `xargs -P ${availableParallelism()} ${name}`,
    programs: [program, 'xargs'],
    command: (list, files, outputs) => {
      const processes = availableParallelism();
      // Four rounds of processes: few enough to start, many enough to end together. Each has its own output, since two
      // that share one file cut one another's lines.
      const each = Math.max(Math.ceil(files / (processes * 4)), 1);
      const numbers = ['-P', String(processes), '-n', String(each)];
      const script = `exec ${words} "$@" > "$0.$$"`;
      return { argv: ['xargs', '-0', ...numbers, 'sh', '-c', script, outputs], input: list };
    },
  };
}

export function isPresent({ programs }: { readonly programs: readonly string[] }): boolean {
  return programs.every(isThere);
}

/** For the phases of peers. */
export function writeWanted({ staged, scratch }: Search): void {
  writeFileSync(join(scratch, 'wanted'), staged.map(({ inode }) => `${inode}\n`).join(''));
}

/** The first line of what it says of its version. */
export function versionOf({
  programs,
}: {
  readonly programs: readonly [string, ...string[]];
}): string {
  const [program] = programs;
  const words = program === 'openssl' ? ['version'] : ['--version'];
  try {
    return execFileSync(program, words, { encoding: 'utf8' }).split('\n')[0] ?? '';
  } catch {
    return 'unknown';
  }
}

/** Somewhere in PATH. */
export function isThere(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function shell(script: string, { root, scratch }: Search): Command {
  return { argv: ['sh', '-c', script, 'sh', root, scratch] };
}

function first(staged: readonly StagedMessage[]): StagedMessage {
  const [one] = staged;
  if (one === undefined) throw new Error('a search for nothing');
  return one;
}
