/** A Perl module that a test asks and this machine may lack, by the Debian package that brings it. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

/**
 * A machine that answers for every commit (CI is set) has to have it: there the lack fails.
 *
 * @returns whether it is missing, and the title of the suite, which says what it needs when it is skipped
 */
export function neededPerlModule(
  title: string,
  module: string,
  debianPackage: string,
): { readonly isMissing: boolean; readonly title: string } {
  const isMissing = spawnSync('perl', [`-M${module}`, '-e', '1']).status !== 0;
  test.runIf((process.env['CI'] ?? '') !== '')(
    `a machine that answers for every commit can test: ${title}`,
    () => {
      expect(isMissing ? debianPackage : undefined).toBeUndefined();
    },
  );
  if (!isMissing) return { isMissing, title };
  const told = `${title} (skipped: needs the Debian package ${debianPackage})`;
  // Reporters leave out the names of what was skipped; a machine that tests less must say so.
  console.warn(told);
  return { isMissing, title: told };
}
