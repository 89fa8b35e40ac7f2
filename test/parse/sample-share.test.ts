import { describe, expect, test } from 'vitest';
import { parseShare } from '../../src/parse/sample-share.ts';

describe('a share', () => {
  test.for([
    ['1%', 0.01],
    ['0.5%', 0.005],
    ['100%', 1],
    ['1/100', 0.01],
    ['1/1', 1],
  ] as const)('%s is %f', ([text, share]) => {
    expect(parseShare(text, '--sample')).toBeCloseTo(share, 12);
  });

  test.for(['0%', '101%', '5', '0.01', '1/0', '0/5', '3/2', '%', '-1%', '1%%'])(
    'is not %s',
    (text) => {
      expect(() => parseShare(text, '--sample')).toThrow(`--sample ${text}: not a share`);
    },
  );
});
