import { describe, expect, test } from 'vitest';
import { asBytes } from '../../src/model/byte-path.ts';
import type { Difference, EndSummary } from '../../src/model/comparison.ts';
import { renderComparisonCsv } from '../../src/report/comparison-csv.ts';
import { message, missing as missingMessage, sha } from '../support/manifest-lines.ts';
import { neededPrograms } from '../support/needed-programs.ts';
import { csvReaders, readCsv, type CsvRecord } from '../support/read-csv.ts';
import { scanTime } from '../support/report-builder.ts';

const end: EndSummary = { file: 'a.jsonl', messages: 2, mailboxes: 1, complete: true };
const totals = {
  compared: 0,
  same: 0,
  endsDiffer: 0,
  onlyAtA: 0,
  onlyAtB: 0,
  damagedAtA: 0,
  damagedAtB: 0,
  filesMissing: 0,
  notCompared: 0,
  purgedAtOneEnd: 0,
  settled: 0,
};

async function told(
  differences: readonly Difference[],
  a: Partial<EndSummary> = {},
): Promise<readonly CsvRecord[]> {
  const header = { version: '0.1.0', host: 'mx', command: [], startedNs: scanTime, a: end, b: end };
  // eslint-disable-next-line @typescript-eslint/require-await -- a comparison is read as it is made
  const stream = async function* (): AsyncGenerator<Difference> {
    yield* differences;
  };
  const first = { ...end, ...a };
  const { complete } = first;
  let text = '';
  for await (const piece of renderComparisonCsv(header, stream(), () => ({
    ...{ a: first, b: end, complete, totals, notes: ['Live.'], finishedNs: scanTime },
  }))) {
    text += piece;
  }
  return readCsv(text);
}

const { missing, title } = neededPrograms('a comparison that another program reads', csvReaders);

describe.skipIf(missing.length > 0)(title, () => {
  test('has a row for a difference, with what both ends have and which one is wrong', async () => {
    const [row] = await told([
      {
        code: 'ends-differ',
        mailbox: 'user.fred',
        uniqueId: 'u1',
        messageUid: 7,
        damagedEnd: 'b',
        a: message({ messageUid: 7 }),
        b: message({ messageUid: 7, size: 3, sha1: sha(9), isExpunged: true }),
      },
    ]);
    expect(row).toMatchObject({
      row: 'finding',
      severity: 'critical',
      code: 'ends-differ',
      mailbox: 'user.fred',
      unique_id: 'u1',
      message_uid: '7',
      damaged_end: 'b',
      a_record_size: '935',
      a_record_guid: sha(1),
      a_sha1: sha(1),
      a_expunged: '',
      b_size: '3',
      b_sha1: sha(9),
      b_expunged: 'true',
    });
  });

  test('leaves empty what an end does not have', async () => {
    const [row] = await told([{ code: 'message-file-missing', b: missingMessage() }]);
    expect(row).toMatchObject({ a_size: '', a_missing: '', b_size: '', b_missing: 'true' });
  });

  test('escapes what a manifest brought: a mailbox, an id, an error', async () => {
    const [row] = await told([
      {
        code: 'unreadable',
        mailbox: '=cmd\n\xff',
        uniqueId: '+1\x1b',
        path: asBytes('/a\r\nfinding,critical'),
        detail: '@x\n',
      },
    ]);
    expect(row).toMatchObject({
      mailbox: "'=cmd\\x0a\\xff",
      mailbox_base64: 'PWNtZAr/',
      unique_id: "'+1\\x1b",
      path: '/a\\x0d\\x0afinding,critical',
      detail: "'@x\\x0a",
    });
  });

  test('ends with what was noted, and whether all was compared', async () => {
    expect(await told([])).toMatchObject([
      { row: 'note', detail: 'Live.' },
      { row: 'report', complete: 'true', detail: '' },
    ]);
    const because = 'it has no last line';
    expect((await told([], { complete: false, incompleteBecause: because })).at(-1)).toMatchObject({
      row: 'report',
      complete: 'false',
      detail: `A: ${because}`,
    });
  });
});
