/** safety.md 1: what root has not really given up is found out. Each process here has a little of it left. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const isRoot = process.getuid?.() === 0;
const setpriv = spawnSync('setpriv', ['--version']).status === 0;
const needs = isRoot && setpriv ? '' : ' (skipped: needs root and setpriv)';
/** By its text: a process of another user may not be able to read a checkout in root's home. */
const built = `data:text/javascript;base64,${readFileSync(
  new URL('../../dist/system/check-dropped.js', import.meta.url),
).toString('base64')}`;
const ids = { uid: 54_321, gid: 54_322 };

/** What whyNotDropped() says in a process that setpriv(1) has prepared. */
function why(...privileges: readonly string[]): string {
  const code = `import(${JSON.stringify(built)}).then(({ whyNotDropped }) =>
    console.log(String(whyNotDropped(${JSON.stringify(ids)}))))`;
  const { stdout, stderr } = spawnSync(
    'setpriv',
    [...privileges, process.execPath, '--input-type=module', '-e', code],
    { encoding: 'utf8', cwd: '/' },
  );
  return (stdout + stderr).trim();
}

const uid = `--reuid=${ids.uid}`;
const gid = `--regid=${ids.gid}`;

describe.skipIf(needs !== '')(`a process${needs}`, () => {
  test('that has given up everything passes', () => {
    expect(why(uid, gid, '--clear-groups')).toBe('undefined');
  });
  test('that still is root does not', () => {
    expect(why('--clear-groups', gid)).toMatch(/^its user ids are 0/);
  });
  test('whose saved user id is root does not', () => {
    expect(why(`--euid=${ids.uid}`, gid, '--clear-groups')).toMatch(/^its user ids are 0/);
    expect(why(`--ruid=${ids.uid}`, gid, '--clear-groups')).toMatch(/^its user ids are 54321/);
  });
  test('with the group of root does not', () => {
    expect(why(uid, '--keep-groups')).toMatch(/^its group ids are 0/);
  });
  test('in another group does not', () => {
    expect(why(uid, gid, '--groups=4')).toBe('it is in the groups 4');
  });
  test('with a capability left does not', () => {
    const left = why(uid, gid, '--clear-groups', '--inh-caps=+chown', '--ambient-caps=+chown');
    expect(left).toMatch(/^it has capabilities \(Cap/);
  });
});
