import { expect, it } from 'vitest';
import { isRebuilt } from '../../src/decide/is-rebuilt.ts';
import { fileStat } from '../support/file-stat.ts';

const suspect = fileStat({ changedNs: 500n });

it('an index born after the suspect changed may have been rebuilt from it', () => {
  expect(isRebuilt(fileStat({ bornNs: 600n, changedNs: 700n }), suspect)).toBe(true);
});

it('an index that only got new flags since was not rebuilt', () => {
  expect(isRebuilt(fileStat({ bornNs: 400n, changedNs: 700n }), suspect)).toBe(false);
});

it('without a birth time the last change of the index has to do', () => {
  expect(isRebuilt(fileStat({ bornNs: 0n, changedNs: 700n }), suspect)).toBe(true);
  expect(isRebuilt(fileStat({ bornNs: 0n, changedNs: 400n }), suspect)).toBe(false);
});
