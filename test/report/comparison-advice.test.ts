import { describe, expect, test } from 'vitest';
import type { EndSummary } from '../../src/model/comparison.ts';
import { ComparisonAdvice } from '../../src/report/comparison-advice.ts';
import { scanTime } from '../support/report-builder.ts';

const unix = 'user/fred.x/Sent';
const plain = 'user.fred^x.Sent';

function adviceOf(a: boolean | undefined, b: boolean | undefined): string {
  const end = (unixHierarchySep: boolean | undefined): EndSummary => ({
    ...{ file: 'a.jsonl', messages: 1, mailboxes: 1, complete: true },
    ...(unixHierarchySep === undefined ? {} : { unixHierarchySep }),
  });
  const header = { version: '0.1.0', host: 'mx', command: [], startedNs: scanTime };
  const advice = new ComparisonAdvice({ ...header, a: end(a), b: end(b) });
  advice.see({ code: 'ends-differ', mailbox: plain, messageUid: 7, damagedEnd: 'b' });
  return advice.steps.join('\n');
}

describe("a mailbox is named for Cyrus's own tools", () => {
  test.for([
    [true, [unix], [plain]],
    [false, [plain], [unix]],
  ] as const)(
    'in the one form that both ends take where unixhierarchysep is %s',
    ([isUnix, told, untold]) => {
      const text = adviceOf(isUnix, isUnix);
      for (const form of told) expect(text).toContain(form);
      for (const form of untold) expect(text).not.toContain(form);
    },
  );

  test.for([
    ['the ends differ', true, false],
    ['one end does not say', true, undefined],
    ['neither end says', undefined, undefined],
  ] as const)('in both forms where %s', ([, a, b]) => {
    expect(adviceOf(a, b)).toContain(unix);
    expect(adviceOf(a, b)).toContain(plain);
  });
});
