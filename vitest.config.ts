import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

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

/** They take minutes: begun last, one of them would run when nothing is left to run beside it. */
const slow =
  /test\/(?:deploy\/ansible|package\/release|cli\/limits|system\/walk\/walk-native|filesystems\/contract)/;

class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSlow = ({ moduleId }: TestSpecification): boolean => slow.test(moduleId);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}

export default defineConfig({
  test: {
    globalSetup: ['test/support/temporary-directory.ts'],
    sequence: { sequencer: SlowFirst },
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
          // Most of them wait for programs that they have started: two leave a third of two processors idle.
          maxWorkers: Math.max(3, Math.min(4, availableParallelism())),
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        // First, beside types, lint and format (bin/test.mjs). A single worker of group 0 would come last.
        test: { name: 'alone', include: alone, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
