import { describe, expect, test } from 'vitest';
import { tokenBucket } from '../../src/system/pace.ts';
import type { Clock } from '../../src/system/os.ts';

/** Time passes only in pauses. */
function clockAt(startNs = 0n): Clock & { nowMs: () => number; set: (ms: number) => void } {
  let ns = startNs;
  return {
    nowNs: () => ns,
    breathe: () => Promise.resolve(),
    pause: (milliseconds) => {
      ns += BigInt(Math.ceil(milliseconds)) * 1_000_000n;
      return Promise.resolve();
    },
    nowMs: () => Number(ns / 1_000_000n),
    set: (ms) => {
      ns = BigInt(ms) * 1_000_000n;
    },
  };
}

describe('a pace of 1000 bytes a second', () => {
  test('lets ten thousand bytes take ten seconds', async () => {
    const clock = clockAt();
    const pace = tokenBucket(1000, clock);
    for (let piece = 0; piece <= 100; piece++) await pace.take(100);
    expect(clock.nowMs()).toBeGreaterThanOrEqual(9_800);
    expect(clock.nowMs()).toBeLessThanOrEqual(10_100);
  });

  test('reads a file larger than a second at once, and lets the next one wait', async () => {
    const clock = clockAt();
    const pace = tokenBucket(1000, clock);
    await pace.take(5000);
    expect(clock.nowMs()).toBe(0);
    await pace.take(1);
    expect(clock.nowMs()).toBeGreaterThanOrEqual(4_800);
  });

  test('does not save up what an idle minute left', async () => {
    const clock = clockAt();
    const pace = tokenBucket(1000, clock);
    clock.set(60_000);
    for (let piece = 0; piece <= 20; piece++) await pace.take(100);
    expect(clock.nowMs()).toBeGreaterThanOrEqual(61_700);
  });

  test('gives back what was not read', async () => {
    const clock = clockAt();
    const pace = tokenBucket(1000, clock);
    await pace.take(5000);
    pace.settle(-5000);
    await pace.take(1);
    expect(clock.nowMs()).toBe(0);
  });

  test('goes on when the clock is set back', async () => {
    const clock = clockAt(3_600_000_000_000n);
    const pace = tokenBucket(1000, clock);
    await pace.take(1000);
    clock.set(0);
    await pace.take(1);
    expect(clock.nowMs()).toBeLessThanOrEqual(1_100);
  });
});
