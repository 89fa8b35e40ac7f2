/** Which races are run on which spool. */
import { auditDigestRace, auditSizeRace, damagedAuditRace } from './audit-races.ts';
import type { Spool } from './generate-spool.ts';
import type { RaceGroup } from './options.ts';
import type { Search } from './peers.ts';
import { censusRace, digestRace } from './phase-races.ts';
import type { Race } from './race.ts';
import { linkSearchRace, searchRace, type Field } from './search-races.ts';
import { messagePath, realCount, realMessage } from './spool-shape.ts';
import { stage, stagePathOf, unstage, type StagedMessage } from './stage-set.ts';
import type { CacheState } from './targets.ts';
import { worstPlace } from './worst-place.ts';

export interface RacePlan {
  readonly spool: Spool;
  readonly small: Search;
  readonly scratch: string;
  readonly groups: ReadonlySet<RaceGroup>;
  readonly isCold: boolean;
  readonly run: (race: Race) => Promise<void>;
}

/** As on one replica in 2009; and a tenth of that. */
const orphanCounts = [4_000, 40_000] as const;

/** Runs them all; the spool has no stage file of ours in it afterwards. */
export async function runRacesOf(plan: RacePlan): Promise<void> {
  const { spool, groups, scratch } = plan;
  if (spool.shape === 'audit') {
    if (!groups.has('audit')) return;
    await plan.run(auditDigestRace('audit-digest', spool, scratch));
    await plan.run(auditSizeRace('audit-size', spool, scratch));
    return;
  }
  if (spool.shape === 'one-pid') {
    if (groups.has('memory')) await plan.run(everyInodeRace(plan));
    return;
  }
  unstage(spool);
  try {
    const worst = await worstPlace(spool);
    if (spool.shape !== 'many') {
      if (groups.has('shapes')) await oneOrphan(plan, `one-${spool.shape}`, worst);
      return;
    }
    if (groups.has('one')) await oneOrphan(plan, 'one-worst', worst);
    if (groups.has('one')) await randomPlaces(plan);
    if (groups.has('many')) await manyOrphans(plan, worst);
    unstage(spool);
    if (groups.has('memory')) await plan.run(damagedAuditRace('audit-damaged', spool));
  } finally {
    unstage(spool);
  }
}

async function oneOrphan(plan: RacePlan, id: string, message: number): Promise<void> {
  const field = staged(plan, [message]);
  const caches: readonly CacheState[] = plan.isCold ? ['warm', 'cold'] : ['warm'];
  for (const cache of caches) {
    await plan.run(searchRace(id, 'one orphan, met last', field, cache, cache === 'warm'));
  }
}

/** Another place for every run: how soon a search ends is a matter of luck, and the median run has the usual luck. */
async function randomPlaces(plan: RacePlan): Promise<void> {
  const { spool } = plan;
  const placed = (run: number): Race => {
    // Multiples of the golden ratio leave no part of the spool out, in any number of runs.
    const nth = Math.floor(
      ((run + 1) * 0.618_033_988_749_895 * realCount(spool)) % realCount(spool),
    );
    const field = staged(plan, [realMessage(spool, nth)]);
    return searchRace('one-random', 'one orphan, anywhere', field, 'warm', false);
  };
  const race = placed(0);
  await plan.run({ ...race, before: (run) => placed(run).contestants });
}

async function manyOrphans(plan: RacePlan, worst: number): Promise<void> {
  const { spool } = plan;
  for (const count of orphanCounts) {
    if (count > realCount(spool)) continue;
    const field = staged(plan, spread(spool, count, worst));
    const one = field.staged.find(({ message }) => message === worst);
    if (one === undefined) throw new Error('the message met last was not staged');
    const told = count.toLocaleString('en-US');
    const id = `orphans-${count}`;
    await plan.run(searchRace(`scan-${count}`, `${told} orphans`, field, 'warm', false));
    await plan.run(linkSearchRace(id, `${told} orphans, search for links`, field, one));
    await plan.run(digestRace(`digests-${count}`, `${told} stage files, digests`, field));
    await plan.run(censusRace('census', `census of ${told} shared inodes`, field, one));
  }
}

/** One orphan for every message of the spool, all in one pid directory. */
function everyInodeRace(plan: RacePlan): Race {
  const { spool, small, scratch } = plan;
  const all = Array.from({ length: spool.files }, (_, message): StagedMessage => {
    const path = `${spool.root}/${messagePath(spool, message)}`;
    return { message, messagePath: path, stagePath: stagePathOf(spool, message), inode: '' };
  });
  const race = searchRace(
    'orphans-all',
    'one orphan a message',
    { spool, staged: all, small, scratch },
    'warm',
    false,
  );
  return spool.files >= 1_000_000 ? { ...race, runsAtMost: 1 } : race;
}

function staged(plan: RacePlan, messages: readonly number[]): Field {
  const { spool, small, scratch } = plan;
  unstage(spool);
  return { spool, small, scratch, staged: stage(spool, messages) };
}

/** `count` messages all over the spool, `worst` among them. */
function spread(spool: Spool, count: number, worst: number): readonly number[] {
  const real = realCount(spool);
  const messages = Array.from({ length: count }, (_, nth) =>
    realMessage(spool, Math.floor((nth * real) / count)),
  );
  return messages.includes(worst) ? messages : [worst, ...messages.slice(1)];
}
