/** Options of a scan from the command line to the answer. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { mounted, whyNoMount } from '../support/mount-permission.ts';
import { run } from '../support/run-cli.ts';
import { buildSpool, test } from '../support/spool.ts';

const isRoot = process.getuid?.() === 0;
/** Nobody has this uid, so no process of its user can veto what the files are. */
const nobody = 54_321;

interface Told {
  complete: boolean;
  stageFiles: {
    path: string;
    verdict: string;
    owner: { state: string; evidence: string };
    links: { found: number; expected: number };
  }[];
  coverage: { notEntered: { path: string; reason: string }[] };
}

function told(args: readonly string[]): Told {
  const { stdout, stderr } = run([...args, '--json']);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Told;
}

function give(dir: string): void {
  if (isRoot) execFileSync('chown', ['-hR', String(nobody), dir]);
}

const twoNames = {
  'spool/sync./29594/65.': 'From: a\r\n\r\nb\r\n',
  'spool/user/glad/1.': { link: 'spool/sync./29594/65.' },
} as const;

describe('a scan', () => {
  test.skipIf(whyNoMount !== undefined)(
    'names a mount point inside a partition, and searches it with --enter-mounts (needs mount)',
    async ({ dir }) => {
      buildSpool(dir, { ...twoNames, 'spool/other/': '' });
      buildSpool(dir, { 'elsewhere/9.': { link: 'spool/sync./29594/65.' } });
      give(dir);
      const spool = join(dir, 'spool');
      const words = ['scan', '--offline', '--min-age', '0s', spool];
      await mounted(['--bind', join(dir, 'elsewhere'), join(spool, 'other')], async () => {
        const without = told(words);
        expect(without.coverage.notEntered.map(({ path }) => path)).toEqual([join(spool, 'other')]);
        expect(without.stageFiles[0]?.links).toMatchObject({ expected: 3, found: 2 });
        expect(told([...words, '--enter-mounts']).stageFiles[0]?.links).toMatchObject({
          expected: 3,
          found: 3,
        });
        await Promise.resolve();
      });
    },
  );

  test('asks the procfs that --proc names, and decides nothing by one that is none', ({ dir }) => {
    buildSpool(dir, twoNames);
    give(dir);
    const empty = join(dir, 'proc');
    mkdirSync(empty);
    const report = told(['scan', '--min-age', '0s', '--proc', empty, join(dir, 'spool')]);
    expect(report.stageFiles.map(({ verdict }) => verdict)).toEqual(['undecided']);
    expect(report.stageFiles[0]?.owner.state).toBe('unknown');
  });

  test('takes in every configuration that --cyrus-conf names', ({ dir }) => {
    buildSpool(dir, { ...twoNames, 'second/stage./4242-1171500000-0': 'x' });
    for (const [name, root] of [
      ['one', 'spool'],
      ['two', 'second'],
    ] as const) {
      const text = `configdirectory: ${dir}/conf\npartition-${name}: ${dir}/${root}\ndefaultpartition: ${name}\n`;
      writeFileSync(join(dir, `${name}.conf`), text);
    }
    const services = `SERVICES {\n  imap cmd="imapd -C ${dir}/one.conf" listen="imap"\n  imap2 cmd="imapd -C ${dir}/two.conf" listen="2143"\n}\n`;
    writeFileSync(join(dir, 'cyrus.conf'), services);
    give(dir);
    const words = ['scan', '--min-age', '0s', '--cyrus-conf', join(dir, 'cyrus.conf')];
    const report = told([...words, '-C', join(dir, 'one.conf')]);
    expect(report.stageFiles.map(({ path }) => path.slice(dir.length + 1))).toEqual([
      'second/stage./4242-1171500000-0',
      'spool/sync./29594/65.',
    ]);
  });

  test('takes one leaf on two partitions for two stage files, of one inode where they share a filesystem', ({
    dir,
  }) => {
    const leaf = 'stage./4242-1171500000-0';
    buildSpool(dir, { [`spool/${leaf}`]: 'x', [`second/${leaf}`]: { link: `spool/${leaf}` } });
    give(dir);
    const words = ['scan', '--offline', '--min-age', '0s', join(dir, 'spool'), join(dir, 'second')];
    const { stageFiles } = told(words);
    expect(stageFiles.map(({ path, links }) => [path.slice(dir.length + 1), links.found])).toEqual([
      [`second/${leaf}`, 2],
      [`spool/${leaf}`, 2],
    ]);
  });

  test('believes the process table, not {configdirectory}/proc, which a kill leaves behind', ({
    dir,
  }) => {
    const gone = '4194200';
    const file = `sync./${gone}/0.`;
    buildSpool(dir, {
      [`spool/${file}`]: 'From: a\r\n\r\nb\r\n',
      [`conf/proc/${gone}`]: 'sync_server\thost\tuser\tmailbox\tcmd\n',
      'imapd.conf': `configdirectory: ${dir}/conf\npartition-default: ${dir}/spool\ndefaultpartition: default\n`,
    });
    give(dir);
    const [row] = told(['scan', '--min-age', '0s', '-C', join(dir, 'imapd.conf')]).stageFiles;
    expect(row?.owner.state).toBe('dead');
  });
});
