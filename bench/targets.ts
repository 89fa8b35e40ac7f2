/** What was promised: ratios of whole processes on the same spool in the same run, unless a phase is named. */

export type CacheState = 'warm' | 'cold';

/** One of the promises. `ours` and `peer` are names of contestants. */
export interface Target {
  readonly race: string;
  /** Message files at which it was promised; undefined: at every size. */
  readonly files?: number;
  readonly cache: CacheState;
  readonly ours: string;
  readonly peer: string;
  /** Ours over theirs. */
  readonly atMost: number;
}

const million = 1_000_000;
/** Of the spool whose every byte is read, unless another number is asked for: 3 GB, so that start-up weighs little. */
export const auditMessages = 200_000;

export const ourName = 'stagesweep';
export const linkSearch = 'stagesweep: search for links';
export const oneLinkSearch = 'stagesweep: search for one';
export const digestPhase = 'stagesweep: digests';
export const censusPhase = 'stagesweep: census';

const targets: readonly Target[] = [
  { race: 'one-worst', files: million, cache: 'warm', ...against('find -inum', 0.9) },
  { race: 'one-worst', files: 10 * million, cache: 'warm', ...against('find -inum', 0.75) },
  { race: 'one-worst', files: million, cache: 'cold', ...against('find -inum', 0.65) },
  { race: 'one-worst', files: million, cache: 'cold', ...against('find -samefile', 0.12) },
  { race: 'one-random', files: million, cache: 'warm', ...against('find -inum', 0.7) },
  {
    race: 'orphans-40000',
    files: million,
    cache: 'warm',
    ...against(oneLinkSearch, 1.5, linkSearch),
  },
  {
    race: 'orphans-40000',
    files: million,
    cache: 'warm',
    ...against('find -printf | awk', 0.5, linkSearch),
  },
  { race: 'digests-40000', cache: 'warm', ...against('openssl sha1', 1.2, digestPhase) },
  // A throughput of 0.8 is a time of 1.25.
  { race: 'audit-digest', files: auditMessages, cache: 'warm', ...against('openssl sha1', 1.25) },
  {
    race: 'audit-size',
    files: million,
    cache: 'warm',
    ...against('find -printf %s, cat indexes', 0.6),
  },
  { race: 'reconstruct', cache: 'warm', ...against('reconstruct -n -G', 1) },
  {
    race: 'census-4000',
    files: million,
    cache: 'warm',
    ...against(oneLinkSearch, 1.5, censusPhase),
  },
  {
    race: 'census-40000',
    files: million,
    cache: 'warm',
    ...against(oneLinkSearch, 1.5, censusPhase),
  },
  { race: 'help', cache: 'warm', ...against('node -e 0', 2.5) },
];

/** Resident at most for a million orphans in one pid directory. */
export const millionOrphansBytes = 700e6;

function against(
  peer: string,
  atMost: number,
  ours: string = ourName,
): Pick<Target, 'peer' | 'atMost' | 'ours'> {
  return { ours, peer, atMost };
}

export interface Compared {
  readonly race: string;
  readonly files: number;
  readonly cache: CacheState;
  readonly ours: string;
  readonly peer: string;
}

/** The promise for a comparison; peers on all cores are named `xargs -P 2 openssl sha1`. */
export function targetOf(compared: Compared): Target | undefined {
  return targets.find((target) => isAbout(target, compared));
}

/** The promises that none of the comparisons is about. */
export function notMeasured(compared: readonly Compared[]): Target[] {
  return targets.filter((target) => !compared.some((one) => isAbout(target, one)));
}

function isAbout({ race, files, cache, ours, peer }: Target, compared: Compared): boolean {
  return (
    race === compared.race &&
    (files === undefined || files === compared.files) &&
    cache === compared.cache &&
    ours === compared.ours &&
    (peer === compared.peer || compared.peer.endsWith(` ${peer}`))
  );
}

export type Mark = 'met' | 'missed' | 'none';

/** @param ratio undefined when the answers differed: such a time does not count, for us neither */
export function markOf(target: Target | undefined, ratio: number | undefined): Mark {
  if (target === undefined) return 'none';
  return ratio !== undefined && ratio <= target.atMost ? 'met' : 'missed';
}
