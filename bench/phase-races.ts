/** Races of two phases that read more than directories, or nothing else: digests of stage files, and the census. */
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  answerOf,
  AnswerSum,
  digestOf,
  isSame,
  readAnswer,
  wholeLine,
  type Answer,
} from './answer.ts';
import { mustSay, phase, toldMs, toldPasses, withoutTime, type Contestant } from './contestant.ts';
import { contentOf } from './message-content.ts';
import { digestPeers, isPresent, versionOf } from './peers.ts';
import type { Race } from './race.ts';
import type { Field } from './search-races.ts';
import { nameOf } from './spool-shape.ts';
import type { StagedMessage } from './stage-set.ts';
import { censusPhase, digestPhase, oneLinkSearch } from './targets.ts';

export function digestRace(id: string, title: string, { spool, staged, scratch }: Field): Race {
  const expected = answerOf(staged.map(({ message }) => contentOf(spool, message).sha1));
  const paths = staged.map(({ stagePath }) => stagePath);
  const peers = digestContestants(paths, scratch, expected);
  return {
    id,
    title,
    spool: nameOf(spool),
    files: spool.files,
    amount: staged.length,
    cache: 'warm',
    contestants: [
      {
        name: digestPhase,
        command: phase(spool.root, 'digests'),
        check: mustSay(expected, withoutTime(wholeLine)),
        told: toldMs,
      },
      ...peers,
    ],
    pairs: peers.map(({ name }) => [digestPhase, name] as const),
  };
}

/** openssl and sha1sum over `paths`; what they say must be the digests that the generator knows. */
export function digestContestants(
  paths: readonly string[],
  scratch: string,
  expected: Answer,
): Contestant[] {
  const list = join(scratch, 'paths');
  writeFileSync(list, paths.map((path) => `${path}\0`).join(''));
  return digestPeers.filter(isPresent).map((peer, nth): Contestant => {
    const prefix = `sums-${nth}`;
    return {
      name: peer.name,
      version: versionOf(peer),
      command: peer.command(list, paths.length, join(scratch, prefix)),
      async check(_output, { status }) {
        const outputs = readdirSync(scratch).filter((name) => name.startsWith(`${prefix}.`));
        const sum = new AnswerSum();
        for (const name of outputs) {
          await readAnswer(join(scratch, name), (line) => {
            for (const item of digestOf(line)) sum.add(item);
            return [];
          });
          rmSync(join(scratch, name));
        }
        if (status !== 0) return `it ended with status ${status}`;
        return isSame(sum.answer, expected) ? undefined : 'its digests are others';
      },
    };
  });
}

/** Far too little: a table for some 800 blocks of 64 neighbours a thread, or for a million files some 13,000. */
function littleMemory(files: number): number {
  return Math.max(files, 65_536);
}

/**
 * Inodes with two names: those that are staged. `find` has to stat every file for that. With little memory the census
 * goes round several times.
 */
export function censusRace(
  id: string,
  title: string,
  { spool, staged }: Field,
  one: StagedMessage,
): Race {
  const count = answerOf([String(staged.length)]);
  const littleBytes = littleMemory(spool.files);
  const inLittle = `${censusPhase} in ${Math.round(littleBytes / 1024)} KiB`;
  const script = `find "$1" -xdev -type f -links +1 -printf '%i\\n' | sort -u | wc -l`;
  const peer = 'find -links +1 | sort -u';
  return {
    id,
    title,
    spool: nameOf(spool),
    files: spool.files,
    amount: staged.length,
    cache: 'warm',
    contestants: [
      {
        name: censusPhase,
        command: phase(spool.root, 'census'),
        check: mustSay(count, withoutTime(wholeLine)),
        told: toldMs,
        passes: toldPasses,
      },
      {
        name: inLittle,
        command: phase(spool.root, 'census', String(littleBytes)),
        async check(output, run) {
          const wrong = await mustSay(count, withoutTime(wholeLine))(output, run);
          // Ten thousand files fit even there.
          const isOnce = spool.files >= 100_000 && !(toldPasses(output) > 1);
          return wrong ?? (isOnce ? 'it went round once' : undefined);
        },
        told: toldMs,
        passes: toldPasses,
      },
      {
        name: oneLinkSearch,
        command: phase(spool.root, 'links', one.stagePath),
        check: mustSay(answerOf([one.stagePath, one.messagePath]), withoutTime(wholeLine)),
        told: toldMs,
      },
      {
        name: peer,
        command: { argv: ['sh', '-c', script, 'sh', spool.root] },
        check: mustSay(count, wholeLine),
      },
    ],
    pairs: [
      [censusPhase, oneLinkSearch],
      [censusPhase, peer],
      [inLittle, censusPhase],
    ],
  };
}
