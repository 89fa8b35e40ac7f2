/** Which races are run on which spool. */
import { answerOf } from './answer.ts';
import { auditDigestRace, auditSizeRace, damagedAuditRace } from './audit-races.ts';
import type { Spool } from './generate-spool.ts';
import type { RaceGroup } from './options.ts';
import type { Search } from './peers.ts';
import { censusRace, digestRace } from './phase-races.ts';
import type { Race } from './race.ts';
import { linkSearchRace, searchRace, type Field } from './search-races.ts';
import { messagePath, realCount, realMessage } from './spool-shape.ts';
import { stage, stagePathOf, stageYoung, unstage, unstageYoung } from './stage-set.ts';
import type { CacheState } from './targets.ts';
import { worstPlace } from './worst-place.ts';

interface RacePlan {
  readonly spool: Spool;
  readonly small: Search;
  readonly scratch: string;
  readonly groups: ReadonlySet<RaceGroup>;
  readonly isCold: boolean;
  readonly run: (race: Race) => Promise<void>;
}

/** As on one replica in 2009; and a tenth of that. */
const orphanCounts = [4_000, 40_000] as const;

/** Nothing was promised of more, and what is found of ten million takes an hour to tell. */
const damagedAtMost = 1_000_000;

const oneWorst = 'one-worst';
const metLast = 'one orphan, met last';
/** Nothing was promised for other shapes. */
const runsOfShapes = 3;

/** Runs them all; the spool has no stage file of ours in it afterwards. */
export async function runRacesOf(plan: RacePlan): Promise<void> {
  const { spool, groups, scratch } = plan;
  if (spool.shape === 'audit') {
    if (groups.has('audit')) await plan.run(auditDigestRace('audit-digest', spool, scratch));
    return;
  }
  if (spool.shape === 'one-pid') {
    if (groups.has('memory')) await plan.run(everyInodeRace(plan));
    return;
  }
  unstage(spool);
  try {
    if (spool.shape === 'many') await racesOfMany(plan);
    else if (groups.has('shapes')) {
      await oneOrphan(plan, `one-${spool.shape}`, await worstPlace(spool));
    }
  } finally {
    unstage(spool);
  }
}

async function racesOfMany(plan: RacePlan): Promise<void> {
  const { spool, groups, scratch } = plan;
  if (groups.has('audit')) await plan.run(auditSizeRace('audit-size', spool, scratch));
  if (groups.has('memory') && spool.files <= damagedAtMost) {
    await plan.run(damagedAuditRace('audit-damaged', spool));
  }
  if (!(['one', 'many', 'memory'] as const).some((group) => groups.has(group))) return;
  const worst = await worstPlace(spool);
  if (groups.has('one')) await oneOrphan(plan, oneWorst, worst);
  else if (groups.has('memory')) {
    // The growth of memory starts from what a scan for one needs.
    const field = staged(plan, [worst]);
    await plan.run(searchRace(oneWorst, metLast, field, { cache: 'warm', peers: 'none' }));
  }
  if (groups.has('one')) {
    await oneYoungOrphan(plan, worst);
    await randomPlaces(plan);
  }
  if (groups.has('many')) await manyOrphans(plan, worst);
}

async function oneOrphan(plan: RacePlan, id: string, message: number): Promise<void> {
  const field = staged(plan, [message]);
  for (const cache of cachesOf(plan)) {
    const isPromised = id === oneWorst;
    const peers = peersOf(plan) ?? (isPromised && cache === 'warm' ? 'all' : 'usual');
    const race = searchRace(id, metLast, field, { cache, peers });
    await plan.run(isPromised ? race : { ...race, runsAtMost: runsOfShapes });
  }
}

/** What a crash of last night leaves: in a spool where most mailboxes have not changed since. */
async function oneYoungOrphan(plan: RacePlan, beside: number): Promise<void> {
  const { spool, small, scratch } = plan;
  unstage(spool);
  try {
    const field = { spool, small, scratch, staged: [await stageYoung(spool, beside)] };
    const title = 'one orphan, younger than most mailboxes, met last';
    for (const cache of cachesOf(plan)) {
      await plan.run(
        searchRace('one-young', title, field, { cache, peers: peersOf(plan) ?? 'usual' }),
      );
    }
  } finally {
    unstageYoung(spool, beside);
  }
}

/** Beyond a million files the others take minutes a run, and only the fastest is promised anything. */
function peersOf({ spool }: RacePlan): 'fastest' | undefined {
  return spool.files > 1_000_000 ? 'fastest' : undefined;
}

function cachesOf({ isCold }: RacePlan): readonly CacheState[] {
  return isCold ? ['warm', 'cold'] : ['warm'];
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
    const peers = peersOf(plan) ?? 'usual';
    return searchRace('one-random', 'one orphan, anywhere', field, { cache: 'warm', peers });
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
    await plan.run(searchRace(`scan-${count}`, `${told} orphans`, field, { cache: 'warm' }));
    await plan.run(linkSearchRace(id, `${told} orphans, search for links`, field, one));
    await plan.run(digestRace(`digests-${count}`, `${told} stage files, digests`, field));
    await plan.run(censusRace(`census-${count}`, `census of ${told} shared inodes`, field, one));
  }
}

/** One orphan for every message of the spool, all in one pid directory. */
function everyInodeRace(plan: RacePlan): Race {
  const { spool, small, scratch } = plan;
  const race = searchRace(
    'orphans-all',
    'one orphan a message',
    { spool, staged: [], small, scratch },
    {
      cache: 'warm',
      sought: { amount: spool.files, expected: answerOf(everyName(spool)) },
    },
  );
  return spool.files >= 1_000_000 ? { ...race, runsAtMost: 1 } : race;
}

/** One after another: a list of them would need more memory than the program that is measured. */
function* everyName(spool: Spool): Generator<string> {
  for (let message = 0; message < spool.files; message += 1) {
    yield `${spool.root}/${messagePath(spool, message)}`;
    yield stagePathOf(spool, message);
  }
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
