import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/**
 * They run programs that are called as Cyrus calls its own, which no other scan on this machine may take for one, or
 * race against a program at work beside them, which needs a processor of its own.
 */
const alone = [
  'test/cyrus/**/*.test.ts',
  'test/churn/**/*.test.ts',
  'test/cli/undo.test.ts',
  'test/system/processes.test.ts',
];

export default defineConfig({
  test: {
    globalSetup: ['test/support/temporary-directory.ts'],
    // The real server and the random trees need longer than the default 5 s on a busy machine.
    testTimeout: 180_000,
    hookTimeout: 240_000,
    coverage: { provider: 'v8', include: ['src/**/*.ts'], reporter: ['text-summary', 'html'] },
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: alone,
          // Most of them wait for programs that they have started, so that three keep two processors busy.
          maxWorkers: Math.max(3, Math.min(4, availableParallelism())),
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'alone', include: alone, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
