/**
 * Scans of a spool that never holds still. Whatever a scan misses then, an account that says `complete` must be true:
 * its names, and no others, were the names of the inode at one moment of the scan.
 *
 * CHURN_SCANS=5000 npx vitest run test/churn    runs that many for each case (default 40)
 */
import { describe, expect } from 'vitest';
import type { BytePath } from '../../src/model/byte-path.ts';
import type { Report } from '../../src/model/report.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { loadSpools } from '../../src/steps/load-config.ts';
import { silent } from '../../src/steps/scan-progress.ts';
import { scan } from '../../src/steps/scan.ts';
import { nodeOs } from '../../src/system/node-os.ts';
import type { Os } from '../../src/system/os.ts';
import type { WalkerName } from '../../src/system/walk/port.ts';
import { churned, nameSet } from '../support/churn.ts';
import { test } from '../support/spool.ts';

const scans = Number(process.env['CHURN_SCANS'] ?? 40);

const real = nodeOs({ jobs: 2 });
/** No process of this machine has to do with the spool, and asking them all takes longer than the scan. */
const alone: Os = {
  ...real,
  processes: {
    ...real.processes,
    openFiles: () => ({ holders: new Map(), uninspectable: [] }),
  },
};

/** Until Linux 6.13 a ctime was that of the last tick of the kernel, 1 to 10 ms ago: two changes in one tick have one ctime. */
function coarse(os: Os): Os {
  const tick = 4_000_000n;
  const round = <T extends { changedNs: bigint }>(stat: T): T => ({
    ...stat,
    changedNs: stat.changedNs - (stat.changedNs % tick),
  });
  return {
    ...os,
    files: {
      ...os.files,
      pinLimit: os.files.pinLimit,
      lstat(path) {
        const stat = os.files.lstat(path);
        return 'changedNs' in stat ? round(stat) : stat;
      },
      pin(path) {
        const pin = os.files.pin(path);
        if ('errno' in pin) return pin;
        return {
          stat: () => round(pin.stat()),
          release: () => {
            pin.release();
          },
        };
      },
    },
  };
}

function scanOnce(os: Os, spool: string, walker: WalkerName): Promise<Report> {
  const spools = loadSpools(os.files, {
    partitions: [spool],
    configFiles: [],
    archive: [],
    meta: [],
    cwd: '/',
    defaultConfig: '/nonexistent',
  });
  const settings = {
    linksIn: [],
    wholeFilesystem: false,
    enterMounts: false,
    minAgeSeconds: 0,
    offline: true,
    proc: '/proc',
    defaultConfig: '/nonexistent',
    walker,
    jobs: 2,
    header: { version: 'test', host: 'test', command: [] },
  };
  return scan(os, spools, settings, silent);
}

/** The stage files that one scan told of. */
interface Listing {
  readonly inodes: ReadonlySet<bigint>;
  readonly start: bigint;
  readonly end: bigint;
}

/** Of design.md 6: a scan is complete when the accounts of these are. */
const mustBeWhole: ReadonlySet<Verdict> = new Set<Verdict>(['orphan', 'undecided']);

/** What one account told, with the times of its scan. */
interface Claim {
  readonly ino: bigint;
  readonly names: string;
  readonly places: readonly { readonly directory: bigint; readonly path: BytePath }[];
  readonly start: bigint;
  readonly end: bigint;
}

/** How many files change now and then, and how many not at all. */
const few = { slow: 0, steady: 4 };
/**
 * More than are looked at one by one: what the threads of a walk saw of each decides then, if it had not changed for a while
 * before.
 */
const thousands = { slow: 1000, steady: 2200 };

const cases: readonly (readonly [WalkerName, string, Os, typeof few])[] = [
  ['native', 'a ctime of its own for each change', alone, few],
  ['node', 'a ctime of its own for each change', alone, few],
  ['native', 'one ctime for all changes of 4 ms', coarse(alone), few],
  ['node', 'one ctime for all changes of 4 ms', coarse(alone), few],
  ['native', 'thousands of files beside those that change', alone, thousands],
];

describe.each(cases)(
  'the %s walker in a spool that never holds still, with %s',
  (walker, what, os, files) => {
    test(`tells no account of ${scans} scans as complete that was not`, async ({ dir }) => {
      const claims: Claim[] = [];
      const listings: Listing[] = [];
      let overstated = 0;
      let toldIncomplete = 0;
      let incomplete = 0;
      let missing = 0;
      const truth = await churned(dir, { seed: 7, ...files }, async (spool) => {
        for (let turn = 0; turn < scans; turn += 1) {
          const start = process.hrtime.bigint();
          const report = await scanOnce(os, spool, walker);
          const end = process.hrtime.bigint();
          const inodes = new Set(report.stageFiles.map(({ file }) => file.stat.ino));
          listings.push({ inodes, start, end });
          // Files in use or too young to judge may move their names as they like: `complete` is about the others.
          const owed = report.stageFiles.filter(({ verdict }) => mustBeWhole.has(verdict));
          const isEach = owed.every(({ account }) => account.complete);
          if (report.complete && !isEach) overstated += 1;
          if (!isEach) toldIncomplete += 1;
          for (const { file, account } of report.stageFiles) {
            missing += account.expected - account.links.length;
            if (!account.complete) {
              incomplete += 1;
              continue;
            }
            claims.push({
              ino: file.stat.ino,
              names: nameSet(account.links.map((link) => `${link.directory.ino}/${link.leaf}`)),
              places: account.links.map((link) => ({
                directory: link.directory.ino,
                path: link.directory.path,
              })),
              start,
              end,
            });
          }
        }
      });
      const wrong = claims.filter(
        (claim) => !truth.hadNames(claim.ino, claim.names, claim.start, claim.end),
      );
      const misplaced = claims.flatMap((claim) =>
        claim.places.filter(
          ({ directory, path }) => !truth.hadPath(directory, path, claim.start, claim.end),
        ),
      );
      let standing = 0;
      const unlisted = listings.flatMap(({ inodes, start, end }, turn) => {
        const stood = truth.stagedThroughout(start, end);
        standing += stood.length;
        return stood.filter((ino) => !inodes.has(ino)).map((ino) => ({ turn, ino }));
      });
      console.info(
        `${walker} walker, ${what}: ${scans} scans beside ${truth.operations} operations, ` +
          `${claims.length} accounts complete and ${wrong.length} of them wrong, ${incomplete} incomplete (${missing} names unseen); ${standing} stage files stood still and ${unlisted.length} of them were not listed; ${toldIncomplete} scans owed a name, ${overstated} of them told as complete`,
      );
      expect({ wrong, misplaced, unlisted, overstated }).toEqual({
        wrong: [],
        misplaced: [],
        unlisted: [],
        overstated: 0,
      });
      // Both must happen, or the claim was not tried.
      expect(claims.length).toBeGreaterThan(scans);
      expect(incomplete).toBeGreaterThan(0);
      expect(standing).toBeGreaterThan(scans);
    });
  },
);
