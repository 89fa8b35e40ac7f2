import { describe, expect, test } from 'vitest';
import { refuseClean, spoolOwner } from '../../src/decide/refuse-clean.ts';
import { join } from '../../src/model/byte-path.ts';
import type { FileStat } from '../../src/model/inode.ts';
import type { RootSurvey } from '../../src/model/root-survey.ts';
import { aStat, spool } from '../support/report-builder.ts';

const directory = (changes: Partial<FileStat> = {}): FileStat =>
  aStat({ kind: 'directory', mode: 0o700, ...changes });

function survey(changes: Partial<RootSurvey> & { filesystem?: string } = {}): RootSurvey {
  const { filesystem = 'ext4', ...rest } = changes;
  return {
    root: { partition: 'default', kind: 'data', path: spool, dev: 1n, ino: 2n, filesystem },
    stat: directory(),
    areas: [{ path: join(spool, 'sync.'), stat: directory() }],
    ...rest,
  };
}
const areas = (...stats: FileStat[]): RootSurvey['areas'] =>
  stats.map((stat) => ({ path: join(spool, 'sync.'), stat }));

describe('a root is refused', () => {
  test('safety 1: whose stage directory belongs to root', () => {
    expect(refuseClean(survey({ areas: areas(directory({ uid: 0 })) }), [])).toContain('uid 0');
  });
  test('safety 1: whose areas have different owners', () => {
    const two = areas(directory(), directory({ uid: 97 }));
    expect(refuseClean(survey({ areas: two }), [])).toContain('different owners');
  });
  test('safety 1: in which a pid directory belongs to somebody else', () => {
    expect(refuseClean(survey(), [directory({ uid: 97 })])).toContain('uids 96 and 97');
  });
  test('safety 1: whose owner is a third user, who could put other areas in place', () => {
    expect(refuseClean(survey({ stat: directory({ uid: 98 }) }), [])).toContain('uid 98');
  });
  test.each([
    ['the root', survey({ stat: directory({ mode: 0o1777 }) }), []],
    ['an area', survey({ areas: areas(directory({ mode: 0o702 })) }), []],
    ['a pid directory', survey(), [directory({ mode: 0o777 })]],
  ])('safety 1: when others may write in %s', (_, one, directories) => {
    expect(refuseClean(one, directories)).toContain('written by every user');
  });
  test.each(['overlay', 'aufs'])('safety 6: on %s', (filesystem) => {
    expect(refuseClean(survey({ filesystem }), [])).toContain('breaks its links');
  });
});

describe('a root is not refused', () => {
  test('that belongs to the owner of its areas', () => {
    expect(refuseClean(survey(), [directory()])).toBeUndefined();
  });
  test('that belongs to root, as a mount point does', () => {
    expect(refuseClean(survey({ stat: directory({ uid: 0, mode: 0o755 }) }), [])).toBeUndefined();
  });
  test('for a group that may write: packages of Cyrus share the spool with group mail', () => {
    expect(refuseClean(survey({ stat: directory({ mode: 0o770 }) }), [])).toBeUndefined();
  });
});

describe('who owns a spool, for undo and purge', () => {
  const quarantine = { path: join(spool, 'stagesweep.'), stat: directory() };
  test('is told by the quarantine where the stage directories are gone', () => {
    expect(spoolOwner(survey({ areas: [], quarantine }))).toMatchObject({ uid: 96, gid: 12 });
  });
  test.each([
    ['root', { stat: directory({ uid: 0 }) }, 'uid 0'],
    ['everybody, who may write to it', { stat: directory({ mode: 0o777 }) }, 'every user'],
    ['another than the owner of the root', { stat: directory({ uid: 97 }) }, 'uid 97'],
  ])('is nobody when it belongs to %s', (_, over, words) => {
    const owner = spoolOwner(survey({ areas: [], quarantine: { ...quarantine, ...over } }));
    expect('why' in owner && owner.why).toContain(words);
  });
  test('is nobody when the quarantine has another owner than the stage directories', () => {
    const other = { ...quarantine, stat: directory({ uid: 97 }) };
    expect(spoolOwner(survey({ quarantine: other }))).toMatchObject({
      why: expect.stringContaining('different owners') as string,
    });
  });
  test('is nobody where there is neither', () => {
    expect(spoolOwner(survey({ areas: [] }))).toMatchObject({
      why: expect.stringContaining('no stage directory') as string,
    });
  });
});
