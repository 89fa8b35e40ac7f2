import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/model/errors.ts';
import type { ChildOrder } from '../../src/model/child-talk.ts';
import { asBytes, join } from '../../src/model/byte-path.ts';
import { parseChildMessage } from '../../src/parse/child-message.ts';
import { formatChildOrder, parseChildOrder } from '../../src/parse/child-order.ts';
import { aStat, spool } from '../support/report-builder.ts';

const rootId = { dev: 65_024n, ino: 2n ** 60n + 1n };

describe('orders', () => {
  test.each<ChildOrder>([
    {
      type: 'check',
      root: spool,
      rootId,
      uid: 96,
      directories: [asBytes('/var/spool/imap/sync./\xff')],
      journalBytes: 4096,
      journalDirectory: spool,
    },
    {
      type: 'begin',
      order: {
        root: spool,
        rootId,
        partition: 'default',
        uid: 96,
        gid: 12,
        run: '20261124T034800Z-1f2e3d4c',
        version: '0.1.0',
        host: 'mx1',
        journal: { directory: spool, leaf: asBytes('x.jsonl') },
      },
    },
    {
      type: 'step',
      step: {
        kind: 'directory',
        components: [asBytes('sync.'), asBytes('7')],
        ownerPid: 7,
        seen: aStat({ kind: 'directory', ino: 2n ** 63n }),
      },
    },
    { type: 'go' },
    { type: 'rechecked', refused: [{ sequence: 3, why: 'it is in-use now' }], kept: [1, 2] },
  ])('come over the pipe as they were given: $type', (order) => {
    expect(parseChildOrder(formatChildOrder(order))).toEqual(order);
  });
});

describe('safety 1: what the process of the hostile owner says is input', () => {
  const say = (value: unknown): unknown => parseChildMessage(JSON.stringify(value), 10);
  test('a result within the plan is taken', () => {
    const result = { type: 'result', sequence: 9, outcome: 'unlinked' };
    expect(say(result)).toEqual(result);
  });
  test.each([
    'no JSON',
    '[]',
    '{"type":"order"}',
    '{"type":"result","sequence":10,"outcome":"unlinked"}',
    '{"type":"result","sequence":-1,"outcome":"unlinked"}',
    '{"type":"result","sequence":1,"outcome":"constructor"}',
    '{"type":"recheck","first":5,"end":4}',
    '{"type":"recheck","first":0,"end":11}',
    '{"type":"end","isInterrupted":"no"}',
    `{"type":"end","isInterrupted":false,"journal":"${join(spool, '../x')}"}`,
    `{"type":"unfit","why":"${'x'.repeat(20_000)}"}`,
  ])('%.60s is refused', (line) => {
    expect(() => parseChildMessage(line, 10)).toThrow(FormatError);
  });
});
