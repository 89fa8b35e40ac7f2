import { expect, test } from 'vitest';
import { findingCodes, severityOf } from '../../src/model/finding.ts';
import { displayWidth } from '../../src/report/display-width.ts';
import { explain, explainableWords } from '../../src/report/explain.ts';

test.each(findingCodes)('%s is explained: what it means and what to do', (code) => {
  const text = explain(code, 80) ?? '';
  expect(text).toContain(`${code} (${severityOf(code)})`);
  expect(text).toContain('Meaning');
  expect(text).toContain('What to do');
});

test.each(findingCodes.filter((code) => severityOf(code) === 'critical'))(
  '%s warns of the repair that destroys the good copy',
  (code) => {
    expect(explain(code, 1000)).toContain('Never run reconstruct -R or -U');
  },
);

test.each(explainableWords)('%s fits the width', (word) => {
  const lines = (explain(word, 72) ?? 'missing'.repeat(20)).split('\n');
  expect(lines.filter((line) => displayWidth(line) > 72)).toEqual([]);
});

test('a word that no report has is not explained, not even one that objects have', () => {
  expect([explain('nonsense', 80), explain('constructor', 80)]).toEqual([undefined, undefined]);
});
