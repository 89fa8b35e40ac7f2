/** The suites that define both walkers, and the census of both, on each filesystem that a spool may lie on; GNU find judges there too. */
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  btrfs,
  ext4,
  ext4WithoutTypes,
  overlay,
  possible,
  runOn,
  tmpfs,
  xfs,
  type Filesystem,
} from '../support/filesystems.ts';
import { whyNotNobody } from '../support/mount-permission.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
/** Small: what takes the time is starting one vitest on each, and the big directory. With CI nothing is left out. */
const size = { WALK_TREES: '15', WALK_ENTRIES: '10000', CI: '1' };
/** What a thread reads does not depend on who started it: the caller's own, and the one that comes up ahead, will do here. */
const otherThreads = /\bnative, (?:of threads alone|beside a thread that came up before) /;
/** Four suites, on a machine that others use too. */
const timeoutMs = 240_000;

interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** Runs test files of this checkout with their temporary directories on `filesystem`. */
async function testOn(filesystem: Filesystem, files: readonly string[]): Promise<Results> {
  const script = `
    chmod 1777 "$1"
    export TMPDIR="$1"
    results="$2/results.json"
    shift 2
    cd "$1"
    shift
    "$@" "--outputFile=$results" >&2 || true
    cat "$results"`;
  const { stdout, stderr } = await runOn(
    filesystem,
    script,
    [
      checkout,
      process.execPath,
      vitest,
      'run',
      '--reporter=json',
      `--testNamePattern=^(?!.*${otherThreads.source})`,
      ...files,
    ],
    size,
  );
  const start = stdout.indexOf('{"numTotalTestSuites"');
  if (start < 0) throw new Error(stderr);
  return JSON.parse(stdout.slice(start)) as Results;
}

for (const filesystem of [ext4, ext4WithoutTypes, xfs, btrfs, tmpfs, overlay]) {
  const { title, isSkipped } = await possible(filesystem, `on ${filesystem.name}`);
  describe.skipIf(isSkipped)(title, () => {
    test(
      'both walkers hold the contract, and their census its own',
      async () => {
        const results = await testOn(filesystem, [
          'test/system/walk/walk-native.test.ts',
          'test/system/walk/walk-node.test.ts',
          'test/system/walk/census-native.test.ts',
          'test/system/walk/census-node.test.ts',
        ]);
        const told = results.testResults
          .flatMap((file) => file.assertionResults)
          .filter(({ fullName }) => !otherThreads.test(fullName));
        const failed = told
          .filter((result) => result.status === 'failed')
          .map((result) => [result.fullName, ...result.failureMessages]);
        expect(failed).toEqual([]);
        expect(results.numFailedTests).toBe(0);
        const passedOver = told.filter(
          ({ status, fullName }) =>
            status !== 'passed' && (whyNotNobody === undefined || !fullName.includes(whyNotNobody)),
        );
        expect(passedOver).toEqual([]);
        // Fewer would mean that a file was not found, and nothing was tested.
        expect(told.length).toBeGreaterThanOrEqual(81);
        console.info(
          `${filesystem.name}: ${results.numPassedTests} tests of both walkers and their census passed`,
        );
      },
      timeoutMs,
    );
  });
}
