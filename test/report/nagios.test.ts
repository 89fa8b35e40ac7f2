import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asBytes, bytePath } from '../../src/model/byte-path.ts';
import { checkItemNames, type CheckItem, type CheckResult } from '../../src/model/check.ts';
import { itemWords } from '../../src/report/check-words.ts';
import { performanceLabel, renderNagios } from '../../src/report/nagios.ts';
import { unknownLine } from '../../src/report/unknown-line.ts';
import { aReport } from '../support/report-builder.ts';

function anItem(changes: Partial<CheckItem> = {}): CheckItem {
  return {
    name: 'orphans',
    state: 'OK',
    value: 0,
    isAtLeast: false,
    thresholds: {},
    parts: [],
    examples: [],
    matters: [],
    ...changes,
  };
}

function aCheck(changes: Partial<CheckResult> = {}): CheckResult {
  return { status: 'OK', items: [anItem()], doubts: [], notLookedAt: [], ...changes };
}

function rendered(check: CheckResult | undefined, verbose = 0): string {
  const report = aReport(check === undefined ? {} : { check });
  return [...renderNagios(report, { columns: 80, color: false, verbose })].join('');
}

/** As Nagios takes plugin output apart: text, a bar, performance data. */
function takenApart(output: string): { text: string; performance: string[] } {
  const [first = ''] = output.split('\n');
  const [text = '', performance = ''] = first.split('|');
  return { text, performance: performance.split(' ') };
}

const warning = { from: 0, to: 0, isInverted: false };

describe('the line of a plugin', () => {
  test('says the state, what is wrong, and the numbers with their thresholds', () => {
    const items = [
      anItem({
        state: 'WARNING',
        value: 12,
        thresholds: { warning },
        parts: [
          { partition: 'default', area: 'sync', value: 11 },
          { partition: 'default', area: 'stage', value: 1 },
        ],
      }),
      anItem({ name: 'age', value: 864_000 }),
      anItem({ name: 'bytes', value: 2048 }),
      anItem({ name: 'mailboxes', value: 7 }),
    ];
    expect(rendered(aCheck({ status: 'WARNING', items }))).toBe(
      'STAGESWEEP WARNING - 12 orphans (11 in default sync., 1 in default stage.), oldest orphan 10 d' +
        '|orphans=12;0;;0 age=864000s;;;0 bytes=2048B;;;0 mailboxes=7;;;0\n',
    );
  });

  test('has no performance data of what was not looked at whole', () => {
    const items = [anItem({ value: 3, isAtLeast: true }), anItem({ name: 'mailboxes', value: 7 })];
    expect(rendered(aCheck({ items }))).toBe(
      'STAGESWEEP OK - at least 3 orphans, 7 mailboxes|mailboxes=7;;;0\n',
    );
  });

  test('says what it looked at where all is well', () => {
    const items = [anItem(), anItem({ name: 'mailboxes', value: 1000 })];
    expect(takenApart(rendered(aCheck({ items }))).text).toBe(
      'STAGESWEEP OK - no orphans, 1,000 mailboxes',
    );
  });

  test('says why nobody can know, before all else', () => {
    const check = aCheck({ status: 'UNKNOWN', doubts: ['the report is 27 h old'] });
    expect(takenApart(rendered(check)).text).toMatch(
      /^STAGESWEEP UNKNOWN - the report is 27 h old/,
    );
  });

  test('puts the gravest first, whatever their order', () => {
    const items = [
      anItem({ state: 'WARNING', value: 3 }),
      anItem({ name: 'damaged', state: 'CRITICAL', value: 1 }),
    ];
    const { text } = takenApart(rendered(aCheck({ status: 'CRITICAL', items })));
    expect(text.indexOf('damaged')).toBeLessThan(text.indexOf('orphans'));
  });

  test('is one line without -v', () => {
    const items = [anItem({ examples: [bytePath('/spool/sync./5/0.')], value: 1 })];
    expect(rendered(aCheck({ items })).split('\n')).toHaveLength(2);
  });

  test('is UNKNOWN of a report that nobody judged', () => {
    expect(rendered(undefined)).toMatch(/^STAGESWEEP UNKNOWN - /);
  });

  test('of a check that failed has neither a bar nor a second line', () => {
    expect(unknownLine('--from a|b\nc: no')).toBe(
      'STAGESWEEP UNKNOWN - --from a\\x7cb\\x0ac: no\n',
    );
  });
});

describe('with -v', () => {
  test('every item has a line with its state, and its examples below', () => {
    const items = [
      anItem({ state: 'WARNING', value: 7, examples: [bytePath('/spool/sync./5/0.')] }),
    ];
    const lines = rendered(aCheck({ status: 'WARNING', items }), 1).split('\n');
    expect(lines.slice(1)).toEqual([
      'WARNING orphans: 7 orphans',
      '    /spool/sync./5/0.',
      '    and 6 more',
      '',
    ]);
  });

  test('what was not looked at is said', () => {
    const lines = rendered(aCheck({ notLookedAt: ['messages: --deep looks'] }), 1);
    expect(lines).toContain('not looked at: messages: --deep looks\n');
  });

  test('no name can forge a line or performance data', () => {
    const hostile = asBytes('/spool/sync./5/0.\nCRITICAL x|orphans=0\x1b[31m');
    const output = rendered(aCheck({ items: [anItem({ value: 1, examples: [hostile] })] }), 1);
    expect(output.split('\n')).toHaveLength(4);
    expect(output.split('|')).toHaveLength(2);
    expect(output).not.toContain('\x1b');
  });
});

describe('with --upgrade-to', () => {
  const matters = [{ why: 'its messages are deleted', source: 'imap/mailbox.c' }];

  test('what matters is said without -v too, with its source', () => {
    const items = [
      anItem({ name: 'old_expunges', state: 'CRITICAL', value: 1, matters }),
      anItem(),
    ];
    expect(rendered(aCheck({ status: 'CRITICAL', items, upgradeTo: '3.8' }))).toContain(
      '\n    for 3.8: its messages are deleted [imap/mailbox.c]\n',
    );
  });

  test('it is said when nothing matters', () => {
    expect(rendered(aCheck({ upgradeTo: '3.8' }))).toContain(
      '\nfor 3.8: nothing of what was looked at matters\n',
    );
  });
});

describe('performance data', () => {
  test('can be taken apart by the form of the guidelines, whatever the numbers', () => {
    const end = fc.integer({ min: 0, max: 1_000_000 });
    const item = fc
      .record({ name: fc.constantFrom(...checkItemNames), value: fc.nat(), end })
      .map(({ name, value, end: to }) =>
        anItem({
          name,
          value,
          thresholds: { critical: { from: -Infinity, to, isInverted: true } },
        }),
      );
    fc.assert(
      fc.property(fc.array(item, { minLength: 1 }), (items) => {
        const { performance } = takenApart(rendered(aCheck({ items })));
        expect(performance).toHaveLength(items.length);
        for (const one of performance) expect(one).toMatch(/^[a-z_]+=\d+(?:s|B)?;;@~:\d+;0$/);
      }),
    );
  });

  test.each([
    ['orphans', 'orphans'],
    ['two words', "'two words'"],
    ["it's", "'it''s'"],
    ['a=b', "'a=b'"],
    ['a|b', 'a\\x7cb'],
  ])('the label of %s is %s', (name, label) => {
    expect(performanceLabel(name)).toBe(label);
  });
});

test('every item has words for none, one and several', () => {
  for (const name of checkItemNames) {
    for (const value of [0, 1, 2000]) {
      const words = itemWords(anItem({ name, value }));
      expect(words).not.toMatch(/undefined|NaN|\.$/);
      expect(words.length).toBeLessThan(100);
    }
  }
});

test('a number that may be larger says so', () => {
  expect(itemWords(anItem({ name: 'without_guid', value: 7, isAtLeast: true }))).toBe(
    'at least 7 records without a digest',
  );
  expect(itemWords(anItem({ name: 'age', value: 7, isAtLeast: true }))).toBe(
    'oldest orphan at least 7 s',
  );
});
