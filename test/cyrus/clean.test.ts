/**
 * Leftovers taken away from spools of a real Cyrus and put back: beside deliveries, replications and open sessions
 * with a clock that is ahead, then by the command line when both servers have ended.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CyrusLab } from '../support/cyrus-lab.ts';
import { observeClean, type CleanObservation } from '../support/cyrus/clean-observation.ts';
import { lostNames } from '../support/cyrus/message-names.ts';
import { missingRequirements } from '../support/cyrus/requirements.ts';
import { ends } from '../support/cyrus/situation.ts';

const missing = missingRequirements();
const isCi = (process.env['CI'] ?? '') !== '';

test.runIf(isCi)('a machine that answers for every commit has a real Cyrus to clean', () => {
  expect(missing).toEqual([]);
});

const title = `clean in a real Cyrus${missing.length === 0 ? '' : ` (skipped, missing here: ${missing.join(', ')})`}`;
// Reporters leave out the names of what was skipped; a machine that tests less must say so.
if (missing.length > 0) console.warn(title);

describe.skipIf(missing.length > 0)(title, () => {
  let lab: CyrusLab | undefined;
  let seen: CleanObservation;

  beforeAll(async () => {
    lab = await CyrusLab.open();
    seen = await observeClean(lab);
  }, 240_000);
  afterAll(async () => {
    await lab?.close();
  });

  test('deliveries and replications go on without an error while files are removed and put back', () => {
    expect(seen.trafficErrors).toEqual([]);
    expect(seen.roundsBesides).toBeGreaterThan(3);
  });

  test('files of dead processes go, and those of open sessions stay', () => {
    for (const end of ends) {
      const { before, cleaned } = seen.running[end];
      const live = seen.livePids;
      expect(before.some(({ ownerPid }) => !live.has(ownerPid))).toBe(true);
      expect(cleaned.map(({ path }) => path)).toEqual(
        before.filter(({ ownerPid }) => live.has(ownerPid)).map(({ path }) => path),
      );
    }
  });

  test('no step fails, is refused or stops the run', () => {
    const done = new Set(['unlinked', 'quarantined', 'directory-removed']);
    for (const end of ends) {
      expect(seen.running[end].stopped).toEqual([]);
      const wrong = seen.running[end].outcomes.filter((one) => !done.has(one));
      expect(wrong).toEqual([]);
    }
    expect(ends.flatMap((end) => seen.running[end].outcomes)).toContain('unlinked');
  });

  test('no message changes while stage files are removed', () => {
    for (const end of ends) {
      const { names } = seen.running[end];
      const lost = lostNames(names.before, names.cleaned);
      expect(lost.filter((path) => !/\/(?:sync|stage)\.\//.test(path))).toEqual([]);
    }
  });

  test('reconstruct -n -G finds what it found before, and nothing new', () => {
    for (const end of ends) {
      expect(seen.running[end].faults.cleaned).toEqual(seen.running[end].faults.before);
    }
  });

  test('undo beside a running Cyrus puts every name back on its inode', () => {
    for (const end of ends) {
      const { undo, names, roots } = seen.running[end];
      expect(roots).toBeGreaterThan(1);
      expect(undo).toMatchObject({ status: 0, stderr: '' });
      expect(lostNames(names.before, names.undone)).toEqual([]);
      const added = [...names.undone.keys()].filter((path) => !names.before.has(path));
      expect(added.filter((path) => !/\/user\/zoe\/|\/uuid\//.test(path))).toEqual([]);
    }
  });

  test('the command line takes every stage file away when both servers have ended', () => {
    for (const one of seen.stopped) {
      expect(one.clean).toMatchObject({ stderr: '' });
      expect(one.staged.before).not.toEqual([]);
      expect(one.staged.cleaned).toEqual([]);
    }
  });

  test('history tells of its run, and that it was undone', () => {
    for (const one of seen.stopped) expect(one.states).toEqual(['complete', 'undone']);
  });

  test('undo of it puts every name back on its inode, and none more', () => {
    for (const one of seen.stopped) {
      expect(one.undo).toMatchObject({ status: 0, stderr: '' });
      expect(one.names.undone).toEqual(one.names.before);
    }
  });

  test('cleaned again and purged, no stage name and no quarantined message is left', () => {
    for (const one of seen.stopped) {
      expect(one.staged.again).toEqual([]);
      expect(one.purge).toMatchObject({ stderr: '' });
      expect(one.heldFiles).toBe(0);
      const lost = lostNames(one.names.before, one.names.purged);
      expect(lost.filter((path) => !/\/(?:sync|stage)\.\//.test(path))).toEqual([]);
    }
  });
});
