/** Programs that a test runs and this machine may lack, by the Debian package that brings them. */
import { expect, test } from 'vitest';
import { isThere } from '../../bench/peers.ts';

/**
 * A machine that answers for every commit (CI is set) has to have them: there the lack of one fails.
 *
 * @param needed package by program
 * @returns      the missing packages, and the title of the suite, which says what it needs when it is skipped
 */
export function neededPrograms(
  title: string,
  needed: Readonly<Record<string, string>>,
): { readonly missing: readonly string[]; readonly title: string } {
  const missing = [
    ...new Set(
      Object.keys(needed).flatMap((name) => (isThere(name) ? [] : [needed[name] ?? name])),
    ),
  ];
  test.runIf((process.env['CI'] ?? '') !== '')(
    `a machine that answers for every commit can test: ${title}`,
    () => {
      expect(missing).toEqual([]);
    },
  );
  if (missing.length === 0) return { missing, title };
  const told = `${title} (skipped: needs the Debian package ${missing.join(', ')})`;
  // Reporters leave out the names of what was skipped; a machine that tests less must say so.
  console.warn(told);
  return { missing, title: told };
}
