/** Races for the names of wanted inodes. */
import { answerOf, wholeLine } from './answer.ts';
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
import { isPresent, searchPeers, versionOf, type Search } from './peers.ts';
import type { Race } from './race.ts';
import { entriesOfScan, namesOfScan } from './read-scan.ts';
import { nameOf } from './spool-shape.ts';
import type { StagedMessage } from './stage-set.ts';
import { linkSearch, oneLinkSearch, ourName, type CacheState } from './targets.ts';

export const nodeWalker = 'stagesweep --walker node';

/** A spool with stage files in it, and a small one elsewhere that warms programs. */
export interface Field {
  readonly spool: Spool;
  readonly staged: readonly StagedMessage[];
  readonly small: Search;
  readonly scratch: string;
}

/** @param withSlow  also those who stat every file, which takes ten times as long */
export function searchRace(
  id: string,
  title: string,
  { spool, staged, small, scratch }: Field,
  cache: CacheState,
  withSlow: boolean,
): Race {
  const search: Search = { root: spool.root, staged, scratch };
  const expected = answerOf(
    staged.flatMap(({ stagePath, messagePath }) => [stagePath, messagePath]),
  );
  const ours = (name: string, walker: string): Contestant => ({
    name,
    command: stagesweep(scanWords(search.root, '--walker', walker)),
    small: stagesweep(scanWords(small.root, '--walker', walker)),
    check: mustSay(expected, namesOfScan, [0, 1]),
    ...(staged.length === 1
      ? { searched: (output: string) => entriesOfScan(output) / spool.entries }
      : {}),
  });
  const peers = searchPeers
    .filter((peer) => isPresent(peer) && (staged.length === 1 || peer.isForMany))
    .filter(({ name }) => withSlow || !slow.has(name))
    .map((peer): Contestant => ({
      name: peer.name,
      version: versionOf(peer),
      command: peer.command(search),
      small: peer.command(small),
      check: mustSay(expected, wholeLine),
    }));
  const own = [ours(ourName, 'auto'), ...(withSlow ? [ours(nodeWalker, 'node')] : [])];
  const [fastest] = peers;
  return {
    id,
    title,
    spool: nameOf(spool),
    files: spool.files,
    amount: staged.length,
    cache,
    contestants: [...own, ...peers],
    pairs: [
      ...peers.map(({ name }) => [ourName, name] as const),
      ...(fastest === undefined ? [] : [[nodeWalker, fastest.name] as const]),
    ],
  };
}

const slow: ReadonlySet<string> = new Set(['fd | stat | awk']);

/** The phase that searches for links: for all that is staged, for one of them alone, and by awk. */
export function linkSearchRace(id: string, title: string, field: Field, one: StagedMessage): Race {
  const { spool, staged, scratch } = field;
  const search: Search = { root: spool.root, staged, scratch };
  const namesOf = (messages: readonly StagedMessage[]): Contestant['check'] =>
    mustSay(
      answerOf(messages.flatMap(({ stagePath, messagePath }) => [stagePath, messagePath])),
      withoutTime(wholeLine),
    );
  const peers = searchPeers
    .filter((peer) => peer.isForMany && isPresent(peer) && !slow.has(peer.name))
    .map((peer): Contestant => ({
      name: peer.name,
      version: versionOf(peer),
      command: peer.command(search),
      check: namesOf(staged),
    }));
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
        check: namesOf(staged),
        told: toldMs,
      },
      {
        name: oneLinkSearch,
        command: phase(spool.root, 'links', one.stagePath),
        check: namesOf([one]),
        told: toldMs,
      },
      ...peers,
    ],
    pairs: [[linkSearch, oneLinkSearch], ...peers.map(({ name }) => [linkSearch, name] as const)],
  };
}
