/** What is made of the figures of several runs. Pure. */

/** @throws RangeError of no values */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)];
  const lower = sorted[Math.ceil(middle) - 1];
  if (upper === undefined || lower === undefined) throw new RangeError('a median of no values');
  return (lower + upper) / 2;
}

export interface PairedRatio {
  /** Of the ratios of the pairs, and not the ratio of two medians. */
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly pairs: number;
}

/**
 * Ours over theirs, run by run: two runs beside one another share the mood of the machine, so its drift cancels out.
 * Of lists of different lengths the runs without a partner are left out.
 */
export function pairedRatio(ours: readonly number[], theirs: readonly number[]): PairedRatio {
  const ratios = ours.flatMap((value, index) => {
    const other = theirs[index];
    return other === undefined ? [] : [value / other];
  });
  return {
    median: median(ratios),
    least: Math.min(...ratios),
    most: Math.max(...ratios),
    pairs: ratios.length,
  };
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Line {
  readonly intercept: number;
  readonly slope: number;
  /** Standard error of the slope; 0 where two points leave none. */
  readonly slopeError: number;
  /** Share of the variance that the line explains, 0 to 1; 1 when the values do not vary at all. */
  readonly r2: number;
}

/** Least squares. @throws RangeError when the points have not two different x */
export function fitLine(points: readonly Point[]): Line {
  const n = points.length;
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / n;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / n;
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (const { x, y } of points) {
    xx += (x - meanX) ** 2;
    xy += (x - meanX) * (y - meanY);
    yy += (y - meanY) ** 2;
  }
  if (!(xx > 0)) throw new RangeError('a line needs points at two places at least');
  const slope = xy / xx;
  const residue = Math.max(yy - slope * xy, 0);
  return {
    intercept: meanY - slope * meanX,
    slope,
    slopeError: n > 2 ? Math.sqrt(residue / (n - 2) / xx) : 0,
    r2: yy === 0 ? 1 : 1 - residue / yy,
  };
}

/** @returns the value that the line has at `x` */
export function valueAt(line: Line, x: number): number {
  return line.intercept + line.slope * x;
}
