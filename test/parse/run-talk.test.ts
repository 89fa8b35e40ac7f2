import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/model/errors.ts';
import { asBytes } from '../../src/model/byte-path.ts';
import type { RunMessage, RunRequest } from '../../src/model/run-talk.ts';
import { formatRunLine, parseRunMessage, parseRunRequest } from '../../src/parse/run-talk.ts';

const id = { dev: 2n ** 63n, ino: 2n ** 60n + 1n };
const request: RunRequest = {
  verb: 'undo',
  place: {
    root: asBytes('/sp\xffol'),
    rootId: id,
    run: asBytes('20261124T034800Z-1f2e3d4c'),
    journal: { directory: asBytes('/var/tmp'), id, leaf: asBytes('j.0.jsonl') },
  },
  apply: true,
  owners: [[4711, 'reused']],
  messageRoots: [{ root: asBytes('/archive'), rootId: id }],
  takesEvidence: false,
  shownAsLast: [3, 5],
};

test('a request comes back from its line as it was, with every bit of its inodes', () => {
  expect(parseRunRequest(formatRunLine(request))).toEqual(request);
});

const messages: readonly RunMessage[] = [
  { type: 'unfit', why: 'it is root' },
  {
    type: 'step',
    step: {
      path: asBytes('/s/a\xff'),
      action: 'purge',
      outcome: 'kept',
      detail: 'why',
      sequence: 3,
    },
  },
  { type: 'end', refusals: ['one'], heldFiles: 2, isInterrupted: true },
];
for (const message of messages) {
  test(`an answer "${message.type}" comes back from its line as it was`, () => {
    expect(parseRunMessage(formatRunLine(message))).toEqual(message);
  });
}

describe('what a traced child may say is refused', () => {
  for (const line of [
    'rubbish',
    '[]',
    '{"type":"reboot"}',
    '{"type":"step","step":{"path":"relative","action":"purge","outcome":"kept"}}',
    '{"type":"step","step":{"path":"/x","action":"format","outcome":"kept"}}',
    '{"type":"end","refusals":[],"heldFiles":-1,"isInterrupted":false}',
  ]) {
    test(line, () => {
      expect(() => parseRunMessage(line)).toThrow(FormatError);
    });
  }
});
