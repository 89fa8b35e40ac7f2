/** Does a figure grow from round to round? Pure. */
import { fitLine } from './statistics.ts';

export interface LeakVerdict {
  /** Growth over the rounds that were judged, by the fitted line. */
  readonly growth: number;
  readonly perRound: number;
  /** False also where there are too few rounds to tell. */
  readonly grows: boolean;
  readonly isJudged: boolean;
}

/** Below this many rounds a line says nothing. */
export const roundsAtLeast = 12;
/** The first rounds fill caches and compile code; what they grow by is no leak. */
const warmUpShare = 0.3;
/** How many of its standard errors a slope must be away from 0. */
const errorsAway = 3;

/** @param tolerated growth that is not told, in the unit of the samples */
export function leakOf(samples: readonly number[], tolerated: number): LeakVerdict {
  const judged = samples.slice(Math.floor(samples.length * warmUpShare));
  if (samples.length < roundsAtLeast) {
    return { growth: 0, perRound: 0, grows: false, isJudged: false };
  }
  const line = fitLine(judged.map((y, x) => ({ x, y })));
  const growth = line.slope * (judged.length - 1);
  const isSure = line.slope > errorsAway * line.slopeError;
  return { growth, perRound: line.slope, grows: isSure && growth > tolerated, isJudged: true };
}
