/** The surveys of a saved check, read back: the renderers are the judges. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asBytes } from '../../src/model/byte-path.ts';
import type { CheckSurveys, Counted } from '../../src/model/check.ts';
import { FormatError } from '../../src/model/errors.ts';
import { readReport } from '../../src/parse/read-report.ts';
import { renderJson } from '../../src/report/json.ts';
import { renderJsonl } from '../../src/report/jsonl.ts';
import { aMailboxSurvey, aQuarantineSurvey } from '../support/check-surveys.ts';
import { aReport } from '../support/report-builder.ts';

const path = fc
  .string({ unit: fc.integer({ min: 1, max: 255 }).map((byte) => String.fromCharCode(byte)) })
  .map((leaf) => asBytes(`/spool/${leaf}`));
const counted: fc.Arbitrary<Counted> = fc.record({
  count: fc.nat(),
  examples: fc.array(path, { maxLength: 3 }),
});
const surveys: fc.Arbitrary<CheckSurveys> = fc.record(
  {
    mailboxes: fc
      .record({
        versions: fc
          .uniqueArray(fc.tuple(fc.integer({ min: 3, max: 20 }), fc.nat()), {
            selector: ([version]) => version,
          })
          .map((all) => new Map(all.sort(([a], [b]) => a - b))),
        oldExpunges: counted,
        leftoverNew: counted,
        corrupt: counted,
        unreadable: counted,
        withoutGuid: fc.nat(),
        unknownGuid: fc.nat(),
        byUniqueId: fc.nat(),
        barren: fc.array(path, { maxLength: 2 }),
      })
      .map(aMailboxSurvey),
    quarantines: fc
      .record({ runs: fc.nat(), files: fc.nat(), bytes: fc.nat(), examples: fc.array(path) })
      .map((one) => aQuarantineSurvey({ ...one, refusals: ['/spool: is a symlink'] })),
    messages: fc.record({
      checked: fc.nat(),
      intact: fc.nat(),
      damaged: fc.nat(),
      unverifiable: fc.nat(),
      unindexed: fc.nat(),
    }),
  },
  { requiredKeys: [] },
);

describe.each([
  ['json', renderJson],
  ['jsonl', renderJsonl],
] as const)('a check saved as %s', (_, render) => {
  test('is read back with all that it looked at beside the stage files', () => {
    fc.assert(
      fc.property(surveys, (made) => {
        const text = [...render(aReport({ surveys: made }))].join('');
        expect(readReport(text.split('\n')).surveys).toEqual(made);
      }),
    );
  });

  test('is refused when a number of it is none', () => {
    const text = [...render(aReport({ surveys: { mailboxes: aMailboxSurvey() } }))].join('');
    const forged = text.replace('"withoutGuid":0', '"withoutGuid":-1');
    expect(forged).not.toBe(text);
    expect(() => readReport(forged.split('\n'))).toThrow(FormatError);
  });
});
