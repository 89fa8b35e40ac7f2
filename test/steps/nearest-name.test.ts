import { describe, expect, test } from 'vitest';
import { nearestName } from '../../src/steps/nearest-name.ts';

describe('the name that was meant', () => {
  test('is the one with the fewest letters changed', () => {
    expect(nearestName('defualt', ['users', 'default', 'news'])).toBe('default');
  });

  test('is none when all are far', () => {
    expect(nearestName('archive', ['users', 'default'])).toBeUndefined();
  });
});
