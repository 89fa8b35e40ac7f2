/**
 * An audit of real spools whose messages were overwritten through the stage names of dead processes. The judges are
 * the plan of what was planted, GNU find and mbpath for where it lies, and beside them Cyrus's own tools.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditFinding } from '../support/cyrus/audited.ts';
import { cyrusTools } from '../support/cyrus/cyrus-checks.ts';
import { DamageLab } from '../support/cyrus/damage-lab.ts';
import {
  keyOf,
  observeDamage,
  toldBy,
  type DamageObservation,
} from '../support/cyrus/damage-observation.ts';
import type { Planted } from '../support/cyrus/plant-damage.ts';
import { kinds } from '../support/cyrus/plants.ts';
import { missingRequirements } from '../support/cyrus/requirements.ts';
import { ends } from '../support/cyrus/situation.ts';
import { toolTable } from '../support/cyrus/tool-table.ts';

const missing = missingRequirements();
const isCi = (process.env['CI'] ?? '') !== '';

test.runIf(isCi)('a machine that answers for every commit has a real Cyrus to audit', () => {
  expect(missing).toEqual([]);
});

const title = `damage on a real Cyrus${missing.length === 0 ? '' : ` (skipped, missing here: ${missing.join(', ')})`}`;
// Reporters leave out the names of what was skipped; a machine that tests less must say so.
if (missing.length > 0) console.warn(title);

describe.skipIf(missing.length > 0)(title, () => {
  let lab: DamageLab | undefined;
  let seen: DamageObservation;

  beforeAll(async () => {
    lab = await DamageLab.open();
    seen = await observeDamage(lab);
    console.info(toolTable(seen));
  });
  afterAll(async () => {
    await lab?.close();
  });

  const plantedKeys = (which: (one: Planted) => boolean = () => true): string[] =>
    seen.planted
      .filter(which)
      .map((one) => keyOf(one.end, one))
      .sort();
  const findings = (): readonly AuditFinding[] =>
    ends.flatMap((end) => seen.views[end].audited.findings);
  /** What the audit says of each planted message; every finding of one message says the same. */
  const said = <T>(pick: (finding: AuditFinding) => T): (readonly [string, T | undefined])[] =>
    seen.planted.map(({ path }) => {
      const finding = findings().find((one) => one.path === path);
      return [path, finding && pick(finding)];
    });

  test('something of every kind was overwritten, and some of it has no stage name any more', () => {
    expect(new Set(seen.planted.map(({ kind }) => kind))).toEqual(new Set(kinds));
    expect(seen.planted.filter(({ stage }) => stage === undefined)).toHaveLength(5);
  });

  test('an audit has nothing to say of what crashes, purges, archives and deletions leave', () => {
    for (const end of ends) {
      const { isComplete, findings: found, messages } = seen.healthy[end];
      expect([isComplete, found]).toEqual([true, []]);
      expect(messages).toMatchObject({ damaged: 0, unindexed: 0 });
    }
  });

  test('an audit finds every message that was overwritten, and no other', () => {
    expect(toldBy('stagesweep audit', seen.views)).toEqual(plantedKeys());
    expect(findings().filter(({ severity }) => severity !== 'critical')).toEqual([]);
  });

  test('every damaged message is told by its own path', () => {
    expect([...new Set(findings().map(({ path }) => path))].sort()).toEqual(
      seen.planted.map(({ path }) => path).sort(),
    );
  });

  test('a digest proves every one of them', () => {
    const proofs = findings().filter(({ code }) => code === 'message-guid-mismatch');
    expect(proofs.map(({ path }) => path).sort()).toEqual(
      seen.planted.map(({ path }) => path).sort(),
    );
  });

  test('foreign bytes are told with their owner, and nobody is named where they are nobody’s', () => {
    expect(said(({ donor }) => donor)).toEqual(
      seen.planted.map(({ path, donor }) => [path, donor]),
    );
  });

  test("another user's message is told as foreign, and a beginning or nothing as truncated", () => {
    const codes = (which: (one: Planted) => boolean): string[][] =>
      seen.planted
        .filter(which)
        .map(({ path }) => findings().filter((one) => one.path === path))
        .map((of) => of.map(({ code }) => code).filter((code) => code !== 'message-guid-mismatch'));
    const foreign = codes(({ donor }) => donor !== undefined);
    expect(foreign).toEqual(foreign.map(() => ['message-foreign']));
    const short = codes(({ kind }) => kind === 'cut off' || kind === 'emptied');
    expect(short).toEqual(short.map(() => ['message-truncated']));
  });

  test('the right bytes are named where they still lie on another inode', () => {
    expect(
      said(({ goodCopy: g }) => g && { mailbox: g.mailbox, messageUid: g.messageUid }),
    ).toEqual(seen.planted.map(({ path, goodCopy }) => [path, goodCopy]));
  });

  test('by sizes alone an audit finds what has another size, and nothing healthy', () => {
    const bySize = toldBy('stagesweep audit --check size', seen.views);
    expect(plantedKeys()).toEqual(expect.arrayContaining([...bySize]));
    expect(bySize).toEqual(plantedKeys(({ hasOtherSize }) => hasOtherSize));
  });

  test('a scan tells the damaged messages whose stage name is still there, and no other', () => {
    expect(toldBy('stagesweep scan', seen.views)).toEqual(
      plantedKeys(({ stage }) => stage !== undefined),
    );
  });

  test('a scan says of every stage file whether there is damage behind it', () => {
    const damaged = new Set(seen.planted.map(({ stage }) => stage));
    const files = ends.flatMap((end) => seen.views[end].scanned.files);
    expect(files.map(({ path, damage }) => [path, damage])).toEqual(
      files.map(({ path }) => [path, damaged.has(path) ? 'damaged' : 'none']),
    );
  });

  test('a scan gives damaged links the codes that an audit has for them, and what the stage name proves', () => {
    const files = ends.flatMap((end) => seen.views[end].scanned.files);
    const links = files.flatMap(({ path: stage, names }) =>
      names.filter(({ status }) => status === 'damaged').map((link) => ({ ...link, stage })),
    );
    expect(links.map(({ path, codes }) => [path, [...codes].sort()])).toEqual(
      links.map(({ path, stage }) => [
        path,
        [
          ...findings()
            .filter((one) => one.path === path)
            .map(({ code }) => code)
            .sort(),
          // lmtpd does not name its stage files by what is in them.
          ...(stage.includes('/sync./') ? ['stage-digest-mismatch'] : []),
        ],
      ]),
    );
  });

  test('Cyrus’s own deep check agrees about every message', () => {
    expect(toldBy('reconstruct -n -G', seen.views)).toEqual(plantedKeys());
  });

  test('nothing on disk is changed by an audit or a scan, while every tool of Cyrus finishes a broken purge', () => {
    expect(ends.flatMap((end) => seen.views[end].changed)).toEqual([]);
    const removed = cyrusTools.map((tool) =>
      seen.views.replica.cyrus[tool].changed.filter((path) => /\/\d+\.$/.test(path)),
    );
    expect(removed).toEqual(cyrusTools.map(() => ['/spool/g/user/gil/2.']));
  });

  test('an audit that finds damage ends with 1 and without a word on standard error', () => {
    for (const end of ends) {
      expect(seen.views[end].run).toMatchObject({ status: 1, stderr: '' });
      expect(seen.views[end].audited.isComplete).toBe(true);
    }
  });
});
