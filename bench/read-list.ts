/** Numbers and names as people type them. */

/** `10k`, `1M` and `500`. @throws Error when it is no whole number above 0 */
export function readCount(typed: string): number {
  const [, digits = '', unit = ''] = /^(\d+)([kM]?)$/.exec(typed.trim()) ?? [];
  const count = Number(digits) * (unit === 'M' ? 1_000_000 : unit === 'k' ? 1000 : 1);
  if (digits === '' || count < 1)
    throw new Error(`${typed}: a number such as 500, 10k or 1M is needed`);
  return count;
}

/** @throws Error that names those there are */
export function readNames<T extends string>(typed: string, known: readonly T[]): T[] {
  return typed.split(',').map((word) => {
    const name = known.find((one) => one === word.trim());
    if (name === undefined) throw new Error(`${word}: none of ${known.join(', ')}`);
    return name;
  });
}

/** `10k,100k`, each once, ascending. @throws as readCount() */
export function readCounts(typed: string): number[] {
  return [...new Set(typed.split(',').map(readCount))].sort((a, b) => a - b);
}
