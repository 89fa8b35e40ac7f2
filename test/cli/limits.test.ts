/** What is scarce or huge: descriptors, memory, links of one inode, entries of one directory. Counted in the output. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { composeMessage } from '../support/composed-message.ts';
import { program } from '../support/run-cli.ts';
import { SpoolComposer } from '../support/spool-composer.ts';
import { buildSpool, test } from '../support/spool.ts';

const isRoot = process.getuid?.() === 0;
/** Nobody has this uid, so no process of its user can veto what the files are. */
const nobody = 54_321;
const offline = ['scan', '--offline', '--min-age', '0s', '--json'];

interface Told {
  complete: boolean;
  messages: { checked: number; damaged: number };
  coverage: { entries: number; pinned: number; unpinned: number };
  stageFiles: {
    path: string;
    verdict: string;
    links: { found: number; expected: number; complete: boolean };
  }[];
}

/** @param shell  what comes before the program: limits, `exec` */
function told(
  dir: string,
  words: readonly string[],
  shell: string,
  more: readonly string[] = [],
): Told {
  if (isRoot) execFileSync('chown', ['-hR', String(nobody), dir]);
  const { stdout, stderr, status } = spawnSync(
    'sh',
    ['-c', `${shell} exec "$@"`, 'sh', process.execPath, ...more, program, ...words],
    { encoding: 'utf8', maxBuffer: 1 << 30, env: { PATH: process.env['PATH'], TZ: 'UTC' } },
  );
  if (status === null || status > 2 || stdout === '') throw new Error(`${status}: ${stderr}`);
  return JSON.parse(stdout) as Told;
}

/** `count` leftovers of one dead process, each with a name in a mailbox. */
function crashed(dir: string, count: number): string {
  const spool = join(dir, 'spool');
  buildSpool(spool, { 'sync./29594/': '', 'user/glad/': '' });
  for (let n = 0; n < count; n++) {
    const message = join(spool, `user/glad/${n + 1}.`);
    writeFileSync(message, `From: a\r\n\r\n${n}\r\n`);
    linkSync(message, join(spool, `sync./29594/${n}.`));
  }
  return spool;
}

describe('under a limit of 64 descriptors', () => {
  test.for(['native', 'node'])(
    'a scan finds and proves the same as without, with the %s walker',
    (walker, { dir }) => {
      const spool = crashed(dir, 300);
      const words = [...offline, '--walker', walker, spool];
      const few = told(dir, words, 'ulimit -n 64;');
      const many = told(dir, words, '');
      expect(few.stageFiles.map(({ path, verdict, links }) => [path, verdict, links])).toEqual(
        many.stageFiles.map(({ path, verdict, links }) => [path, verdict, links]),
      );
      expect([few.complete, few.stageFiles.length]).toEqual([true, 300]);
      expect(few.coverage.unpinned).toBeGreaterThan(0);
    },
  );
});

test('a heap of 48 MB is enough for five thousand leftovers', ({ dir }) => {
  const spool = crashed(dir, 5_000);
  const report = told(dir, [...offline, spool], '', ['--max-old-space-size=48']);
  expect([report.complete, report.stageFiles.length]).toEqual([true, 5_000]);
});

/** A hundred thousand messages in mailboxes of a thousand, and the imapd.conf of their spool. */
function hundredThousand(dir: string): string {
  const spool = new SpoolComposer(dir, { version: 12, hashed: false, metapartition: false });
  const message = composeMessage({ from: 'anna', messageId: 'rent', day: 3 });
  for (let uid = 1; uid <= 1_000; uid++) spool.store('user.u1', message);
  const config = spool.finish();
  const first = spool.at('spool/user/u1');
  for (let n = 2; n <= 100; n++) execFileSync('cp', ['-r', first, spool.at(`spool/user/u${n}`)]);
  return config;
}

/** As much as a thousand need: a few bytes kept of each of the others would be more. */
test('a heap of 12 MB is enough to audit a hundred thousand messages', { timeout: 300_000 }, () => {
  const dir = mkdtempSync('/dev/shm/stagesweep-limits-');
  try {
    const config = hundredThousand(dir);
    for (const check of ['size', 'digest']) {
      const words = ['audit', '--offline', '--check', check, '-C', config, '--json'];
      const { complete, messages } = told(dir, words, '', ['--max-old-space-size=12']);
      expect(complete).toBe(true);
      expect(messages).toMatchObject({ checked: 100_000, damaged: 0 });
    }
    console.info('a heap of 12 MB: 100,000 messages audited by size and by digest');
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test('an inode with the most names that ext4 allows, 65,000, is found by all of them', ({
  dir,
}) => {
  const spool = crashed(dir, 1);
  const message = join(spool, 'user/glad/1.');
  const most = 65_000;
  let names = 2;
  // Filesystems with a lower limit end sooner, and what is there must be found there too.
  try {
    for (; names < most; names++) linkSync(message, join(spool, `user/glad/${names}.`));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EMLINK') throw error;
  }
  const [file] = told(dir, [...offline, spool], '').stageFiles;
  expect(file?.links).toMatchObject({ expected: names, found: names, complete: true });
  console.info(`links of one inode: ${names}, all found`);
});

const memory = '/dev/shm';
const ours = 'stagesweep-limits-';

/** What a run left that was killed takes the room of this one: two million names are 400 MB of memory. */
function removeAbandoned(): void {
  for (const name of readdirSync(memory)) {
    const pid = name.startsWith(ours) ? name.slice(ours.length).split('-', 1)[0] : undefined;
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) {
      rmSync(join(memory, name), { recursive: true });
    }
  }
}

/** On tmpfs: two million names are made there in 20 s, and an inode has as many as it likes. */
test(
  'in a directory of two million entries the one that matters is found',
  { timeout: 300_000 },
  () => {
    removeAbandoned();
    const dir = mkdtempSync(join(memory, `${ours}${process.pid}-`));
    try {
      const spool = crashed(dir, 1);
      const entries = 2_000_000;
      const huge = join(spool, 'user/huge');
      mkdirSync(huge);
      // Its name is among the others, and only that one is of the leftover's inode.
      linkSync(join(spool, 'user/glad/1.'), join(huge, 'x.'));
      const seed = join(dir, 'seed');
      writeFileSync(seed, '');
      const made = spawnSync(
        process.execPath,
        [
          '-e',
          `process.chdir(process.argv[1]);
         const { linkSync } = require('node:fs');
         for (let n = 1; n < ${entries}; n++) linkSync(process.argv[2], n + '.');`,
          huge,
          seed,
        ],
        { encoding: 'utf8' },
      );
      expect(made.stderr).toBe('');
      for (const walker of ['native', 'node']) {
        const report = told(join(spool, 'sync.'), [...offline, '--walker', walker, spool], '');
        expect(report.stageFiles[0]?.links).toMatchObject({
          expected: 3,
          found: 3,
          complete: true,
        });
        console.info(
          `${walker} walker: ${report.coverage.entries} entries, one directory of ${entries}`,
        );
      }
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  },
);
