import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Comparison, Difference } from '../../src/model/comparison.ts';
import { InputError, UsageError } from '../../src/model/errors.ts';
import { compareKeys, type ManifestLine, type ManifestMessage } from '../../src/model/manifest.ts';
import { manifestText } from '../../src/report/manifest-text.ts';
import { compare } from '../../src/steps/compare.ts';
import type { ManifestSource } from '../../src/steps/manifest-cursor.ts';
import {
  endOf,
  header,
  manifestOf,
  message,
  missing,
  sha,
  sourceOf,
  textOf,
} from '../support/manifest-lines.ts';

async function compared(
  a: string | ManifestSource,
  b: string | ManifestSource,
  again?: readonly [string, string],
): Promise<{ told: Difference[]; outcome: Comparison }> {
  const source = (given: string | ManifestSource, name: string): ManifestSource =>
    typeof given === 'string' ? sourceOf(given, name) : given;
  const second =
    again === undefined
      ? undefined
      : { a: source(again[0], 'a2.jsonl'), b: source(again[1], 'b2.jsonl') };
  const comparing = await compare({ a: source(a, 'a.jsonl'), b: source(b, 'b.jsonl') }, second);
  const told: Difference[] = [];
  for await (const difference of comparing.differences) told.push(difference);
  return { told, outcome: comparing.outcome() };
}

const places = (told: readonly Difference[]): string[] =>
  told.map(
    ({ code, mailbox = '', messageUid = 'all' }) => `${code} ${mailbox} ${String(messageUid)}`,
  );
const uids = (...list: number[]): ManifestMessage[] =>
  list.map((messageUid) => message({ messageUid }));
const troubled = (mailbox: string): ManifestLine => ({
  kind: 'trouble',
  trouble: { mailbox, path: '/spool/x' as never, detail: 'open: EACCES' },
});
const lineOf = (each: ManifestMessage): ManifestLine => ({ kind: 'message', message: each });

describe('the join of two manifests', () => {
  /** Per message: where it is, and with which bytes. */
  const planted = fc.uniqueArray(
    fc.record({
      mailbox: fc.constantFrom('user.a', 'user.a.b', 'user.a-b', 'user.\xff', 'user.\xc3\xa4'),
      messageUid: fc.integer({ min: 1, max: 40 }),
      fate: fc.constantFrom('same', 'same', 'differs', 'only-a', 'only-b'),
    }),
    { selector: ({ mailbox, messageUid }) => `${mailbox} ${messageUid}`, maxLength: 60 },
  );

  test('finds exactly the planted differences, however the files are cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(planted, fc.integer({ min: 1, max: 300 }), async (plan, piece) => {
        const sorted = [...plan].sort(compareKeys);
        const end = (which: 'a' | 'b'): string =>
          manifestOf(
            sorted
              .filter(({ fate }) => fate !== (which === 'a' ? 'only-b' : 'only-a'))
              .map(({ mailbox, messageUid, fate }) =>
                message({
                  mailbox,
                  messageUid,
                  ...(which === 'b' && fate === 'differs' ? { sha1: sha(2) } : {}),
                }),
              ),
          );
        const { told, outcome } = await compared(
          sourceOf(end('a'), 'a', piece),
          sourceOf(end('b'), 'b', piece),
        );
        const codes = { differs: 'ends-differ', 'only-a': 'only-at-a', 'only-b': 'only-at-b' };
        expect(places(told)).toEqual(
          sorted.flatMap(({ mailbox, messageUid, fate }) =>
            fate === 'same' ? [] : [`${codes[fate]} ${mailbox} ${messageUid}`],
          ),
        );
        expect(outcome.complete).toBe(true);
        expect(outcome.totals.same).toBe(plan.filter(({ fate }) => fate === 'same').length);
      }),
      { numRuns: 200 },
    );
  });

  test('holds neither end: 20,000 messages pass in the memory of a few', async () => {
    let [made, most] = [0, 0];
    // eslint-disable-next-line @typescript-eslint/require-await -- what reads a file waits
    const chunks = async function* (end: 'a' | 'b'): AsyncGenerator<Uint8Array> {
      yield Buffer.from(manifestText(header));
      for (let uid = 1; uid <= 20_000; uid += 100) {
        const ofChunk = Array.from({ length: 100 }, (_, at) =>
          manifestText(
            lineOf(
              message({
                messageUid: uid + at,
                sha1: sha(end === 'b' && uid + at === 7_777 ? 2 : 1),
              }),
            ),
          ),
        );
        // Both ends are pulled in step: neither runs ahead of the other by more than a chunk.
        made += end === 'a' ? 1 : -1;
        most = Math.max(most, Math.abs(made));
        yield Buffer.from(ofChunk.join(''));
      }
      yield Buffer.from(manifestText(endOf(20_000)));
    };
    const { told, outcome } = await compared(
      { name: 'a', chunks: chunks('a') },
      { name: 'b', chunks: chunks('b') },
    );
    expect(places(told)).toEqual(['ends-differ user.fred 7777']);
    expect([most, outcome.totals.compared]).toEqual([1, 20_000]);
  });

  test('takes plain lines of the contract, and says that they cannot be known to be whole', async () => {
    const text = textOf(uids(1, 2).map(lineOf));
    const { told, outcome } = await compared(text, text);
    expect([told, outcome.complete, outcome.notes.length]).toEqual([[], true, 2]);
  });
});

describe('what may lawfully differ', () => {
  test('is an expunged message that the other end has purged', async () => {
    const a = manifestOf([message({ isExpunged: true })]);
    const { told, outcome } = await compared(a, manifestOf([]));
    expect([told, outcome.totals.purgedAtOneEnd]).toEqual([[], 1]);
  });
  test('is a deleted mailbox, of a domain too, whose name has the time of its own end', async () => {
    const gone = ['DELETED.user.x.4F2A0000', 'example.org!DELETED.user.x.4F2A0001'];
    const a = manifestOf(gone.map((mailbox) => message({ mailbox })));
    expect((await compared(a, manifestOf([]))).told).toEqual([]);
  });
});

describe('a mailbox of the same name with another unique id', () => {
  const of = (uniqueId: string, ...list: number[]): ManifestMessage[] =>
    list.map((messageUid) =>
      message({ uniqueId, messageUid, sha1: sha(messageUid), recordGuid: sha(messageUid) }),
    );
  test('is told once for each end and not compared by uid', async () => {
    const { told } = await compared(manifestOf(of('u1', 1, 2, 3)), manifestOf(of('u2', 1, 2)));
    expect(places(told)).toEqual(['only-at-a user.fred all', 'only-at-b user.fred all']);
    expect(told.map(({ messages }) => messages)).toEqual([3, 2]);
  });
  test('beside the right one does not keep that from being compared', async () => {
    const a = manifestOf([...of('u1', 1, 2), ...of('u2', 1, 2)]);
    const b = manifestOf(of('u2', 1, 2, 3));
    const { told } = await compared(a, b);
    expect(places(told)).toEqual(['only-at-a user.fred all', 'only-at-b user.fred 3']);
  });
  test('is the same mailbox where one end has no unique id', async () => {
    expect((await compared(manifestOf(of('u1', 1)), manifestOf([message()]))).told).toEqual([]);
  });
});

describe('an end that could not be looked at', () => {
  test('lacks no message of a mailbox that could not be read', async () => {
    const b = textOf([header, troubled('user.fred'), ...uids(2).map(lineOf), endOf(1, false)]);
    const { told, outcome } = await compared(manifestOf(uids(1, 2, 3)), b);
    expect(places(told)).toEqual(['unreadable user.fred all']);
    expect(outcome.totals).toMatchObject({ compared: 1, notCompared: 2 });
    expect(outcome.complete).toBe(false);
  });
  test('is doubted where it lacks a whole mailbox and could not look everywhere', async () => {
    const trouble: ManifestLine = {
      kind: 'trouble',
      trouble: { path: '/spool/u' as never, detail: 'opendir: EACCES' },
    };
    const { told, outcome } = await compared(
      manifestOf(uids(1)),
      textOf([header, trouble, endOf(0, false)]),
    );
    expect(places(told)).toEqual(['unreadable  all', 'only-at-a user.fred 1']);
    expect(told[1]?.detail).toContain('could not look everywhere');
    expect(outcome.complete).toBe(false);
  });
  test('is not complete when it says so', async () => {
    const b = textOf([header, ...uids(1).map(lineOf), endOf(1, false)]);
    expect((await compared(manifestOf(uids(1)), b)).outcome.complete).toBe(false);
  });
  test('is not complete when lines were taken out', async () => {
    const b = textOf([header, ...uids(1).map(lineOf), endOf(2)]);
    expect((await compared(manifestOf(uids(1, 2)), b)).outcome.complete).toBe(false);
  });
});

describe('a manifest that was cut off', () => {
  const whole = manifestOf(uids(1, 2, 3, 4));
  test('says nothing of what would follow, wherever it was cut', async () => {
    const lastLine = whole.trimEnd().lastIndexOf('\n') + 1;
    for (let length = whole.indexOf('\n') + 1; length < lastLine; length += 7) {
      const { told, outcome } = await compared(whole, whole.slice(0, length));
      expect(told).toEqual([]);
      expect(outcome.complete).toBe(false);
      expect(outcome.totals.compared + outcome.totals.notCompared).toBe(4);
    }
  });
  test('to nothing is no manifest', async () => {
    await expect(compared(whole, '')).rejects.toThrow('b.jsonl is empty');
  });
});

describe('a file that cannot be joined', () => {
  const [one = '', two = ''] = uids(1, 2).map((each) => manifestText(lineOf(each)));
  const head = manifestText(header);
  test.each([
    ['out of order', head + two + one, 'b.jsonl:3: is out of order'],
    ['with a message twice', head + one + one, 'b.jsonl:3: has the mailbox and uid'],
    ['malformed', `${head}${one}{"mailbox":\n${two}`, 'b.jsonl:3: is no JSON'],
    ['two manifests', manifestOf([]) + manifestOf([]), 'b.jsonl:3: stands after'],
    ['compressed', '\x1f\x8b', 'b.jsonl:1: is'],
    ['a report', '{"schema":"stagesweep.report/1"}\n', 'b.jsonl:1: is no manifest'],
    ['without newlines', 'x'.repeat(3 << 20), 'b.jsonl:1: is longer'],
    [
      'with a late trouble of no mailbox',
      `${head}${one}{"type":"trouble","path":"/x","detail":"y"}\n`,
      'b.jsonl:3: is a trouble without a mailbox',
    ],
  ])('is refused with file and line: %s', async (_, text, error) => {
    const run = compared(manifestOf([]), {
      name: 'b.jsonl',
      chunks: sourceOf(text).chunks,
    });
    await expect(run).rejects.toThrow(InputError);
    await expect(compared(manifestOf([]), sourceOf(text, 'b.jsonl'))).rejects.toThrow(error);
  });
  test('is refused where its bytes are no UTF-8, since two names would read as one', async () => {
    const text = Buffer.from(`${head}${one}`.replace('fred', 'fr\xff'), 'latin1');
    const chunks = (async function* () {
      yield await Promise.resolve(text);
    })();
    await expect(compared(manifestOf([]), { name: 'b', chunks })).rejects.toThrow(
      'b:2: is no UTF-8',
    );
  });
  test('is refused when it was made for other mailboxes', async () => {
    const b = manifestOf([]).replace('"startedAt"', '"selection":["user fred"],"startedAt"');
    await expect(compared(manifestOf([]), b)).rejects.toThrow(UsageError);
  });
});

describe('a second pair of manifests', () => {
  const a = manifestOf(uids(1, 2, 3));
  const b = manifestOf([
    message({ messageUid: 1, sha1: sha(2) }),
    message({ messageUid: 2, sha1: sha(2) }),
  ]);
  test('leaves what persists, and counts what has settled', async () => {
    const later = manifestOf([message({ messageUid: 1, sha1: sha(2) }), ...uids(2, 3)]);
    const { told, outcome } = await compared(a, b, [a, later]);
    expect(places(told)).toEqual(['ends-differ user.fred 1']);
    expect(outcome.totals).toMatchObject({ endsDiffer: 1, onlyAtA: 0, settled: 2 });
  });
  test('does not bring in what only it has', async () => {
    const { told } = await compared(a, a, [a, b]);
    expect(told).toEqual([]);
  });
  test('that could not be looked at refutes nothing', async () => {
    const cut = a.split('\n').slice(0, 2).join('\n');
    expect(places((await compared(a, b, [a, cut])).told)).toEqual([
      'ends-differ user.fred 2',
      'only-at-a user.fred 3',
    ]);
    const closed = textOf([header, troubled('user.fred'), endOf(0, false)]);
    expect((await compared(a, b, [a, closed])).told).toHaveLength(3);
    expect((await compared(a, b, [a, closed])).outcome.complete).toBe(false);
  });
  test('agrees with the first in what only an exact repetition can', async () => {
    const first = await compared(a, b);
    expect((await compared(a, b, [a, b])).told).toEqual(first.told);
  });
});

test('a record without a file is told and counted', async () => {
  const { told, outcome } = await compared(manifestOf([missing()]), manifestOf(uids(1)));
  expect(places(told)).toEqual(['only-at-b user.fred 1']);
  expect(outcome.totals.filesMissing).toBe(1);
});
