/**
 * A scan of real spools: Debian's Cyrus IMAP, replicating, killed in every window, with sessions still open.
 * The judges are GNU find for files and names, and Cyrus's own mbpath for mailboxes.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CyrusLab } from '../support/cyrus-lab.ts';
import { observe, type Observation, type View } from '../support/cyrus/observation.ts';
import { firstLooks, layouts } from '../support/cyrus/first-looks.ts';
import { missingRequirements } from '../support/cyrus/requirements.ts';
import type { Scanned, ScannedFile } from '../support/cyrus/scanned.ts';
import { ends, isShort, remains } from '../support/cyrus/situation.ts';
import type { StagedFile } from '../support/cyrus/inventory.ts';

const missing = missingRequirements();
const isCi = (process.env['CI'] ?? '') !== '';

test.runIf(isCi)('a machine that answers for every commit has a real Cyrus to scan', () => {
  expect(missing).toEqual([]);
});

const title = `a real Cyrus${missing.length === 0 ? '' : ` (skipped, missing here: ${missing.join(', ')})`}`;
// Reporters leave out the names of what was skipped; a machine that tests less must say so.
if (missing.length > 0) console.warn(title);

describe.skipIf(missing.length > 0)(title, () => {
  let lab: CyrusLab | undefined;
  let seen: Observation;

  beforeAll(async () => {
    lab = await CyrusLab.open();
    seen = await observe(lab);
  });
  afterAll(async () => {
    await lab?.close();
  });

  const runningViews = (): View[] => ends.map((end) => seen.running[end]);
  const runningRows = (): ScannedFile[] => runningViews().flatMap((view) => view.scanned.files);
  const stoppedRows = (): ScannedFile[] => seen.stopped.flatMap((view) => view.scanned.files);
  const allViews = (): View[] => [...runningViews(), ...seen.stopped];
  const isLive = (pid: number | undefined): boolean =>
    seen.situations.some((situation) => situation.isLive && situation.pid === pid);

  test('every crash leaves what it left when it was first looked into', () => {
    const table = seen.situations.map((one) => [
      one.end,
      one.name,
      remains(one, seen.running[one.end].files),
    ]);
    expect(table).toEqual(firstLooks);
  });

  test('every stage file belongs to one of the crashes or sessions', () => {
    const known = new Set(seen.situations.map((situation) => situation.pid));
    const strange = runningViews().flatMap((view) =>
      view.files.filter((file) => !known.has(file.ownerPid)),
    );
    expect(strange).toEqual([]);
  });

  test.each(Object.entries(layouts))('stage files share messages in %s', (_, pattern) => {
    const names = runningViews().flatMap((view) => view.files.flatMap((file) => file.otherNames));
    expect(names.filter((name) => pattern.test(name))).not.toEqual([]);
  });

  test('a scan lists every stage file that find lists, and nothing else', () => {
    for (const view of allViews())
      expect(view.scanned.files.map(pathOf).sort()).toEqual(view.files.map(pathOf));
  });

  test('the rows of a report are in the order of their paths', () => {
    const orders = allViews().map((view) => view.scanned.files.map(pathOf));
    expect(orders).toEqual(orders.map((paths) => [...paths].sort()));
  });

  test('the inode and link count of every stage file are those that find prints', () => {
    const numbers = ({ path, inode, linkCount }: StagedFile | ScannedFile): unknown => [
      path,
      inode,
      linkCount,
    ];
    for (const view of allViews())
      expect(byPath(view.scanned.files).map(numbers)).toEqual(view.files.map(numbers));
  });

  test('the other names of every stage file are those of find -samefile', () => {
    for (const view of allViews()) expect(namesIn(view.scanned)).toEqual(namesByFind(view.files));
  });

  test('every account balances', () => {
    const open = [...runningRows(), ...stoppedRows()].filter(
      (row) => !row.isComplete || row.found !== row.expected || row.expected !== row.linkCount,
    );
    expect(open).toEqual([]);
  });

  test('the plain walker and the chosen one find the same', () => {
    for (const end of ends) {
      expect(seen.plain[end].walker).toBe('node');
      expect(seen.plain[end].files).toEqual(seen.running[end].scanned.files);
    }
  });

  test('files of open sessions are in use, and those of dead processes too young at first', () => {
    expect(runningRows().map(verdictOf)).toEqual(
      runningRows().map((row) => [
        row.path,
        isLive(row.ownerPid) ? 'alive in-use' : 'dead too-young',
      ]),
    );
  });

  test('in 40 hours the files of dead processes are orphans, and those of open sessions still in use', () => {
    const rows = ends.flatMap((end) => seen.ahead[end].files);
    expect(rows.map(verdictOf)).toEqual(
      runningRows().map((row) => [row.path, isLive(row.ownerPid) ? 'alive in-use' : 'dead orphan']),
    );
  });

  test('when both servers have ended every stage file is an orphan', () => {
    expect(stoppedRows().map((row) => row.verdict)).toEqual(stoppedRows().map(() => 'orphan'));
  });

  test('a clean stop of both servers takes no stage file away, whoever owned it', () => {
    const before = runningViews().flatMap((view) => view.files.map(pathOf));
    expect(seen.stopped.flatMap((view) => view.files.map(pathOf)).sort()).toEqual(before.sort());
  });

  test('--offline is refused while the servers run', () => {
    expect(seen.offlineRefused).toMatchObject({ status: 64, stdout: '' });
  });

  test('mailboxes have the names that mbpath gives their directories', () => {
    const names = runningRows()
      .flatMap((row) => row.names)
      .filter((name) => name.kind !== 'stage');
    expect(names.map((name) => [name.path, name.mailbox])).toEqual(
      names.map((name) => [name.path, seen.mailboxes.get(directoryOf(name.path))]),
    );
  });

  test('uuid directories are named through cyrus.header, beside the messages or on the metapartition', () => {
    const names = runningRows()
      .flatMap((row) => row.names)
      .filter((name) => name.path.includes('/uuid/'));
    expect(
      [...new Set(names.map((name) => name.mailbox?.replace(/\.[0-9A-F]{8}$/, '')))].sort(),
    ).toEqual([
      'DELETED.user.nina.Weg (R&-D)',
      'user.kim',
      'user.lea',
      'user.mia',
      'user.olga',
      'user.paul',
    ]);
  });

  test('a name is of the kind that its root says, and has the uid of its file', () => {
    const names = runningRows().flatMap((row) => row.names);
    expect(names.map(({ path, kind, messageUid }) => [path, kind, messageUid])).toEqual(
      names.map(({ path }) => [path, ...kindByPath(path)]),
    );
  });

  test('the digest of every file of a dead process is that of its bytes, and is held against its name', () => {
    const judged = new Map(
      runningViews().flatMap((view) => view.files.map((file) => [file.path, file])),
    );
    const rows = runningRows().filter((row) => row.verdict === 'too-young');
    expect(rows.map((row) => [row.path, row.sha1, row.nameMatches])).toEqual(
      rows.map(({ path }) => {
        const file = judged.get(path);
        const matches = path.includes('/sync./') ? file !== undefined && !isShort(file) : undefined;
        return [path, file?.sha1, matches];
      }),
    );
  });

  test('uploads that were cut short are partial messages, and nothing else is', () => {
    for (const view of seen.stopped) {
      expect(found(view, 'partial-message')).toEqual(view.files.filter(isShort).map(pathOf));
    }
  });

  test('nothing that a crash leaves is taken for an overwrite', () => {
    for (const view of allViews()) {
      expect(view.scanned.findings.filter((finding) => finding.severity === 'critical')).toEqual(
        [],
      );
    }
  });

  test('orphans that no mailbox shares are told as last names', () => {
    for (const view of seen.stopped) {
      const lonely = view.files.filter((file) =>
        file.otherNames.every((name) => /\/(?:sync|stage)\.\//.test(name)),
      );
      expect(found(view, 'last-name')).toEqual(lonely.map(pathOf));
    }
  });

  test('the empty pid directory that a clean session leaves in the archive is found', () => {
    const [left] = seen.running.replica.emptyDirectories;
    expect(left).toMatch(/\/archive\/sync\.\/\d+$/);
    expect(found(seen.running.replica, 'stage-empty-directory')).toEqual([left]);
  });

  test('exit status is 1 where something is a warning and 0 where all is in use or too young', () => {
    expect(seen.running.master.run).toMatchObject({ status: 0, stderr: '' });
    expect(seen.running.replica.run).toMatchObject({ status: 1, stderr: '' });
    expect(seen.stopped.map((view) => view.run.status)).toEqual(seen.stopped.map(() => 1));
  });

  test('the report of every scan is complete', () => {
    expect(allViews().map((view) => view.scanned.isComplete)).toEqual(allViews().map(() => true));
  });
});

function pathOf(row: { readonly path: string }): string {
  return row.path;
}

function byPath<T extends { readonly path: string }>(rows: readonly T[]): T[] {
  return [...rows].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function verdictOf(row: ScannedFile): readonly [string, string] {
  return [row.path, `${row.ownerState} ${row.verdict}`];
}

function namesIn(scanned: Scanned): readonly (readonly [string, readonly string[]])[] {
  return byPath(scanned.files).map((row) => [row.path, row.names.map(pathOf).sort()]);
}

function namesByFind(
  files: readonly StagedFile[],
): readonly (readonly [string, readonly string[]])[] {
  return files.map((file) => [file.path, file.otherNames]);
}

function kindByPath(path: string): readonly [string, number | undefined] {
  if (/\/(?:sync|stage)\.\//.test(path)) return ['stage', undefined];
  const kind = path.includes('/replica/archive/') ? 'archive' : 'mailbox';
  return [kind, Number(path.slice(path.lastIndexOf('/') + 1, -1))];
}

/** Paths of the findings with that code. */
function found(view: View, code: string): readonly string[] {
  return view.scanned.findings
    .filter((finding) => finding.code === code)
    .map(pathOf)
    .sort();
}
