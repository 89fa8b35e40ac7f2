import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asBytes } from '../../src/model/byte-path.ts';
import { FormatError } from '../../src/model/errors.ts';
import type { JournalEntry } from '../../src/model/journal.ts';
import type { FileStep } from '../../src/model/plan.ts';
import { formatJournalLine, parseJournalLine } from '../../src/parse/journal-line.ts';
import { fileStat } from '../support/file-stat.ts';

const step: FileStep = {
  kind: 'file',
  action: 'unlink',
  components: [asBytes('sync.'), asBytes('7001'), asBytes('65.')],
  area: 'sync',
  grammar: 'sync-2.3',
  ownerPid: 7001,
  directory: { dev: 1n, ino: 50n },
  seen: fileStat({ linkCount: 2, ino: 2n ** 63n + 1n, modifiedNs: -5n }),
  sha1: 'da39a3ee5e6b4b0d3255bfef95601890afd80709',
  links: [
    {
      path: asBytes('/spool/user/gl\xe9d\x1b/1.'),
      kind: 'mailbox',
      mailbox: 'user.gl\xe9d',
      messageUid: 1,
      isIntact: true,
    },
  ],
  isEvidence: false,
  reasons: ['owner-dead', 'all-links-found'],
};
const intent: JournalEntry = {
  type: 'intent',
  sequence: 7,
  step,
  claimedAs: asBytes('7-0badcafe'),
};
const run: JournalEntry = {
  type: 'run',
  run: '20261124T034800Z-1f2e3d4c',
  version: '1.0.0',
  host: 'mäil',
  root: asBytes('/spool/\xff'),
  partition: 'default',
  startedNs: 1n,
  uid: 96,
  pid: 4711,
  bootId: '0b5e7f3c-0000-4000-8000-000000000001',
};

test.each<JournalEntry>([
  run,
  intent,
  {
    type: 'intent',
    sequence: 8,
    step: {
      kind: 'directory',
      components: [asBytes('sync.'), asBytes('7001')],
      ownerPid: 7001,
      seen: fileStat({ kind: 'directory' }),
    },
  },
  { type: 'outcome', sequence: 7, outcome: 'put-back', detail: 'another file, "ä"' },
  { type: 'outcome', sequence: 7, outcome: 'unlinked' },
  { type: 'end', endedNs: 5n, isInterrupted: true },
  { type: 'resumed' },
  { type: 'undone', sequence: 7 },
  { type: 'purged', sequence: 7, detail: 'x' },
])('an entry comes back as it went: $type', (entry) => {
  const line = formatJournalLine(entry);
  expect(line).toMatch(/^[\x20-\x7e]+\n$/);
  expect(parseJournalLine(line.slice(0, -1))).toEqual(entry);
});

describe('what no run of ours wrote is refused', () => {
  const good = formatJournalLine(intent).trimEnd();
  test.each([
    ['a component that leads out', '"7001","65."', '"..","65."'],
    ['a component with a slash', '"65."', '"../65."'],
    ['a name that is no stage file', '"65."', '"65"'],
    ['another directory than a stage area', '"sync.","7001"', '"user","7001"'],
    ['another pid than the name has', '"ownerPid":7001', '"ownerPid":7002'],
    ['another grammar than the name has', '"grammar":"sync-2.3"', '"grammar":"sync-2.4"'],
    ['another area than the name is in', '"area":"sync"', '"area":"stage"'],
    ['a claimed name with a slash', '7-0badcafe', '7-../../x'],
    ['the claimed name of another step', '7-0badcafe', '8-0badcafe'],
    ['a path with ..', '/spool/user', '/spool/../etc'],
    ['a relative path', '"/spool', '"spool'],
    ['a negative size', '"sizeBytes":935', '"sizeBytes":-1'],
    ['a size past 2^53', '"sizeBytes":935', '"sizeBytes":9007199254740993'],
    ['an inode that is a number', '"ino":"50"', '"ino":50'],
    ['an inode with a leading zero', '"ino":"50"', '"ino":"050"'],
    ['a symlink as the file', '"kind":"file","mode"', '"kind":"symlink","mode"'],
    ['a mode beyond the permission bits', '"mode":384', '"mode":33152'],
    ['an unknown key', '{"type"', '{"also":1,"type"'],
    ['a key twice', '{"type":"intent"', '{"type":"intent","type":"intent"'],
    ['blanks', '{"type":', '{ "type":'],
    ['an unknown reason', 'owner-dead', 'owner-asleep'],
    ['an unknown action', '"unlink"', '"destroy"'],
    ['a digest that is none', '"da39a3ee', '"DA39A3EE'],
    ['raw bytes past ASCII', '\\u00e9', '\xe9'],
    ['a NUL in a path', '\\u00e9', '\\u0000'],
    ['a character that is no byte', '\\u00e9', '\\u20ac'],
  ])('%s', (_, from, to) => {
    expect(good).toContain(from);
    expect(() => parseJournalLine(good.replace(from, to))).toThrow(FormatError);
  });
  test.each(['', '{}', '[]', 'null', '1', '{"type":"__proto__"}', '{"type":"toString"}'])(
    '%j',
    (line) => {
      expect(() => parseJournalLine(line)).toThrow(FormatError);
    },
  );
  test('a run id that is a path', () => {
    expect(() => formatJournalLine({ ...run, run: '../../x' })).toThrow(FormatError);
  });
  test('a change of any one character is refused or gives a step that is as safe', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: good.length - 1 }),
        fc.integer({ min: 0x20, max: 0x7e }),
        (at, code) => {
          const line = good.slice(0, at) + String.fromCharCode(code) + good.slice(at + 1);
          let entry: JournalEntry;
          try {
            entry = parseJournalLine(line);
          } catch (error) {
            expect(error).toBeInstanceOf(FormatError);
            return;
          }
          if (entry.type !== 'intent' || entry.step.kind !== 'file')
            throw new Error('another type');
          expect(entry.step.components.join('/')).toMatch(/^sync\.\/\d+\/\d+\.$/);
          expect(entry.claimedAs).toMatch(/^\d+-[0-9a-f]{8}$/);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
