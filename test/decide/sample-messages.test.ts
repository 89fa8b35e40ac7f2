import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sampler } from '../../src/decide/sample-messages.ts';

describe('a sample', () => {
  test('takes about its share of every mailbox', () => {
    for (const mailbox of ['user.alice', 'user.bob', 'user.bob.Sent']) {
      const sampled = sampler(0.1, 'seed')(mailbox);
      const taken = Array.from({ length: 20_000 }, (_, uid) => uid + 1).filter(sampled).length;
      expect(taken).toBeGreaterThan(1800);
      expect(taken).toBeLessThan(2200);
    }
  });

  test('of everything takes everything', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.integer({ min: 1, max: 0xffff_ffff }),
        (seed, name, uid) => sampler(1, seed)(name)(uid),
      ),
    );
  });

  test('of a smaller share is part of a larger one with the same seed', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 0xffff_ffff }), (name, uid) => {
        const small = sampler(0.1, 's')(name)(uid);
        return !small || sampler(0.5, 's')(name)(uid);
      }),
    );
  });
});
