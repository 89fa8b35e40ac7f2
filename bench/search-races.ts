/** Races for the names of wanted inodes. */
import { answerOf, wholeLine, type Answer } from './answer.ts';
import {
  mustSay,
  phase,
  scanWords,
  stagesweep,
  toldMs,
  withoutTime,
  type Contestant,
} from './contestant.ts';
import type { Spool } from './generate-spool.ts';
import { isPresent, searchPeers, versionOf, writeWanted, type Search } from './peers.ts';
import type { Race } from './race.ts';
import { entriesOfScan, namesOfScan } from './read-scan.ts';
import { nameOf } from './spool-shape.ts';
import type { StagedMessage } from './stage-set.ts';
import { linkSearch, oneLinkSearch, ourName, type CacheState } from './targets.ts';

const nodeWalker = 'stagesweep --walker node';

/** A spool with stage files in it, and a small one elsewhere that warms programs. */
export interface Field {
  readonly spool: Spool;
  readonly staged: readonly StagedMessage[];
  readonly small: Search;
  readonly scratch: string;
}

/** What is to be found, where it is too much to be listed. */
export interface Sought {
  readonly amount: number;
  /** The names of all. */
  readonly expected: Answer;
}

function soughtOf(staged: readonly StagedMessage[]): Sought {
  return { amount: staged.length, expected: answerOf(namesOf(staged)) };
}

function* namesOf(staged: Iterable<StagedMessage>): Generator<string> {
  for (const { stagePath, messagePath } of staged) {
    yield stagePath;
    yield messagePath;
  }
}

export interface SearchSettings {
  readonly cache: CacheState;
  /**
   * Against whom. All: also those who stat every file, which takes ten times as long. None: nothing is compared, it is
   * asked what ours needs.
   */
  readonly peers?: 'all' | 'usual' | 'fastest' | 'none';
  /** Else it is what the field says is staged. */
  readonly sought?: Sought;
}

export function searchRace(
  id: string,
  title: string,
  { spool, staged, small, scratch }: Field,
  { cache, peers: wanted = 'usual', sought = soughtOf(staged) }: SearchSettings,
): Race {
  const search: Search = { root: spool.root, staged, scratch };
  const { amount, expected } = sought;
  const ours = (name: string, walker: string): Contestant => ({
    name,
    command: stagesweep(scanWords(search.root, '--walker', walker)),
    small: stagesweep(scanWords(small.root, '--walker', walker)),
    check: mustSay(expected, namesOfScan, [0, 1]),
    ...(amount === 1
      ? { searched: (output: string) => entriesOfScan(output) / spool.entries }
      : {}),
  });
  const peers = searchPeers
    .filter((peer) => isPresent(peer) && (amount === 1 || peer.isForMany))
    .filter(({ name }) => wanted === 'all' || !slow.has(name))
    .slice(0, { all: Infinity, usual: Infinity, fastest: 1, none: 0 }[wanted])
    .map((peer): Contestant => ({
      name: peer.name,
      version: versionOf(peer),
      command: peer.command(search),
      small: peer.command(small),
      check: mustSay(expected, wholeLine),
      ...fewerRuns(peer.name, cache),
    }));
  const own = [ours(ourName, 'auto'), ...(wanted === 'all' ? [ours(nodeWalker, 'node')] : [])];
  const [fastest] = peers;
  return {
    id,
    title,
    spool: nameOf(spool),
    files: spool.files,
    amount,
    cache,
    contestants: [...own, ...peers],
    pairs: [
      ...peers.map(({ name }) => [ourName, name] as const),
      ...(fastest === undefined ? [] : [[nodeWalker, fastest.name] as const]),
    ],
  };
}

const statAll = 'fd | stat | awk';
const slow: ReadonlySet<string> = new Set([statAll]);

/** These take as long as all the others together, and their ratios are far from any promise. */
function fewerRuns(name: string, cache: CacheState): Pick<Contestant, 'runsAtMost'> {
  if (name === statAll) return { runsAtMost: 2 };
  return name === 'find -samefile' && cache === 'cold' ? { runsAtMost: 3 } : {};
}

/** The phase that searches for links: for all that is staged, for one of them alone, and by awk. */
export function linkSearchRace(id: string, title: string, field: Field, one: StagedMessage): Race {
  const { spool, staged, scratch } = field;
  const search: Search = { root: spool.root, staged, scratch };
  const mustFind = (messages: readonly StagedMessage[]): Contestant['check'] =>
    mustSay(answerOf(namesOf(messages)), withoutTime(wholeLine));
  // Off the clock, since our phase too has the inodes when it begins.
  writeWanted(search);
  const peers = searchPeers.filter(isPresent).flatMap((peer): Contestant[] =>
    peer.phase === undefined
      ? []
      : [
          {
            name: peer.name,
            version: versionOf(peer),
            command: peer.phase(search),
            check: mustFind(staged),
          },
        ],
  );
  return {
    id,
    title,
    spool: nameOf(spool),
    files: spool.files,
    amount: staged.length,
    cache: 'warm',
    contestants: [
      {
        name: linkSearch,
        command: phase(spool.root, 'links'),
        check: mustFind(staged),
        told: toldMs,
      },
      {
        name: oneLinkSearch,
        command: phase(spool.root, 'links', one.stagePath),
        check: mustFind([one]),
        told: toldMs,
      },
      ...peers,
    ],
    pairs: [[linkSearch, oneLinkSearch], ...peers.map(({ name }) => [linkSearch, name] as const)],
  };
}
