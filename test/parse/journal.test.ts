import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/model/errors.ts';
import { JournalParser } from '../../src/parse/journal.ts';
import type { JournalEntry } from '../../src/model/journal.ts';

const run =
  '{"type":"run","run":"20261124T034800Z-1f2e3d4c","version":"1","host":"h","root":"/s","partition":"p",' +
  '"startedNs":"1","uid":96,"pid":1,"bootId":"b"}\n';
const seen =
  '{"dev":"1","ino":"2","kind":"directory","mode":448,"uid":96,"gid":8,"linkCount":2,"sizeBytes":0,' +
  '"modifiedNs":"1","changedNs":"1","bornNs":"1"}';
const intent = (sequence: number): string =>
  `{"type":"intent","sequence":${sequence},"step":{"kind":"directory","components":["sync.","7"],"ownerPid":7,"seen":${seen}}}\n`;
const outcome = (sequence: number): string =>
  `{"type":"outcome","sequence":${sequence},"outcome":"refused"}\n`;
const end = '{"type":"end","endedNs":"1","isInterrupted":false}\n';
const resumed = '{"type":"resumed"}\n';
const undone = '{"type":"undone","sequence":0}\n';

function read(text: string, pieceBytes = 7): { types: string[]; isTorn: boolean } {
  const types: JournalEntry['type'][] = [];
  const parser = new JournalParser((entry) => types.push(entry.type));
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    parser.push(bytes.subarray(at, at + pieceBytes));
  }
  return { types, ...parser.end() };
}

test('a journal comes in pieces of any length', () => {
  const text = run + intent(0) + outcome(0) + end;
  for (const pieceBytes of [1, 2, 64, text.length]) {
    expect(read(text, pieceBytes)).toEqual({
      types: ['run', 'intent', 'outcome', 'end'],
      isTorn: false,
    });
  }
});
test('a line cut short anywhere is the end of a killed run', () => {
  const line = intent(1);
  for (let length = 1; length < line.length; length++) {
    expect(read(run + intent(0) + line.slice(0, length))).toEqual({
      types: ['run', 'intent'],
      isTorn: true,
    });
  }
});
test('a torn line that was told by whoever went on is passed over, torn tellings too', () => {
  const torn = run + intent(0) + outcome(0).slice(0, 20);
  expect(read(`${torn}\n${resumed}${undone}`)).toEqual({
    types: ['run', 'intent', 'resumed', 'undone'],
    isTorn: false,
  });
  expect(read(`${torn}\n${resumed.slice(0, 5)}`).isTorn).toBe(true);
  expect(read(`${torn}\n${resumed.slice(0, 5)}\n${resumed}${undone}`).types).toHaveLength(4);
});
describe('anything else that is off ends the reading', () => {
  test.each([
    ['a torn line in the middle', run + intent(0).slice(0, 30) + '\n' + outcome(0)],
    ['no run at the beginning', intent(0)],
    ['two runs', run + run],
    ['a sequence that comes back', run + intent(1) + intent(1)],
    ['a sequence that goes back', run + intent(1) + intent(0)],
    ['an outcome without an intent', run + outcome(0)],
    ['a second outcome', run + intent(0) + outcome(0) + outcome(0)],
    ['an intent after the end', run + end + intent(0)],
    ['two ends', run + end + end],
    ['an undone step that was never begun', run + undone],
    ['an intent after an undo', run + intent(0) + undone + intent(1)],
  ])('%s', (_, text) => {
    expect(() => read(text)).toThrow(FormatError);
  });
  test('the error tells at which byte the line starts', () => {
    expect(() => read(run + outcome(0))).toThrow(`at byte ${run.length})`);
  });
});
