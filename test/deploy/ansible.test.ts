/** The playbooks on twenty hosts that are all here: ansible_connection=local, a spool with real hard links for each. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { namesIn, snapshot } from '../support/clean-run.ts';
import { Fleet, playbooks, type Played } from '../support/fleet.ts';
import { neededPrograms } from '../support/needed-programs.ts';
import { run } from '../support/run-cli.ts';

const { missing, title } = neededPrograms('twenty hosts with Ansible', {
  'ansible-playbook': 'ansible-core',
});
/** What goes wrong where; all other hosts are well. */
const troubled = {
  mx01: 'cannot be reached',
  mx05: 'Node runs the program: ',
  mx13: 'its scan is incomplete (exit status 2)',
} as const;
const minutes = 60_000;

test('every variable that is written about is one that the role knows', () => {
  const read = (path: string): string => readFileSync(join(playbooks, path), 'utf8');
  const known = ['roles/stagesweep/defaults/main.yml', 'scan.yml', 'clean.yml'].map(read).join();
  const written = ['../README.md', 'inventory.example'].map(read).join();
  const names = [...written.matchAll(/\bstagesweep_\w+/g)].map(([name]) => name);
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(known))).toEqual([]);
});

describe.runIf(missing.length === 0)(title, () => {
  let fleet: Fleet;
  let scanned: Played;
  let reports: string;
  beforeAll(async () => {
    fleet = new Fleet(20);
    await fleet.packRelease();
    // Before a module runs Ansible makes a directory, which fails as a connection does.
    fleet.vary('mx01', 'ansible_remote_tmp=/proc/none ansible_pipelining=false');
    fleet.vary('mx05', 'stagesweep_node=/none/node');
    fleet.hideLink('mx13');
    fleet.vary('mx03', 'stagesweep_max_delete=0');
    scanned = await fleet.play('scan.yml');
    [reports = ''] = fleet.runs();
  }, 10 * minutes);
  afterAll(() => {
    fleet.remove();
  });
  const spool = (host: string): string => fleet.at(host, 'mail/spool');

  test.for(['scan.yml', 'clean.yml'])('%s is a playbook', async (playbook) => {
    const example = join(playbooks, 'inventory.example');
    const words = ['--syntax-check', '-i', example, join(playbooks, playbook)];
    expect(await fleet.run('ansible-playbook', words)).toMatchObject({ status: 0 });
  });

  describe('a scan', () => {
    test('fails for the hosts without a complete report, and for no other', () => {
      const failed = [...scanned.recap].filter(([, { failed = 0, unreachable = 0 }]) => {
        return failed + unreachable > 0;
      });
      expect(failed.map(([host]) => host).sort()).toEqual(Object.keys(troubled));
      expect(scanned.status).toBe(2);
    });
    test.for(Object.entries(troubled))('names %s with its reason', ([host, why]) => {
      expect(scanned.output).toContain(`"msg": "${host}: ${why}`);
    });
    test('brings every report there is, the incomplete one too, each by the name in the inventory', () => {
      const files = readdirSync(join(reports, 'hosts')).sort();
      const expected = fleet.names.filter((name) => name !== 'mx01' && name !== 'mx05');
      expect(files).toEqual(expected.map((name) => `${name}.jsonl`));
      const told = files.map((file) => {
        const [header = ''] = readFileSync(join(reports, 'hosts', file), 'utf8').split('\n', 1);
        return (JSON.parse(header) as { host: string }).host;
      });
      expect(told).toEqual(expected);
    });
    test('merges them into a report for programs and one for people', () => {
      const merged = readdirSync(reports).filter((name) => name.startsWith('fleet.'));
      expect(merged.sort()).toEqual(['fleet.html', 'fleet.jsonl', 'fleet.txt']);
    });
    test('shows in the merged report who is missing', () => {
      const table = readFileSync(join(reports, 'fleet.txt'), 'utf8');
      for (const host of Object.keys(troubled)) expect(table).toContain(host);
    });
    test('leaves the spools as they were', () => {
      expect(namesIn(spool('mx20'))).toEqual(namesIn(spool('mx19')));
      expect(existsSync(join(spool('mx20'), 'stagesweep.'))).toBe(false);
    });
  });

  test(
    'a second scan changes nothing on hosts that are installed',
    async () => {
      const { status, recap } = await fleet.play('scan.yml', '--limit', 'mx08:mx09:mx10');
      expect([...recap].map(([host, { changed }]) => [host, changed])).toEqual([
        ['mx08', 0],
        ['mx09', 0],
        ['mx10', 0],
      ]);
      expect(status).toBe(0);
    },
    2 * minutes,
  );

  test(
    'with --check an installation is told and not made',
    async () => {
      const prefix = fleet.at('mx11', 'other');
      const words = ['--check', '--limit', 'mx11', '-e', `stagesweep_prefix=${prefix}`];
      const { status, recap } = await fleet.play('scan.yml', ...words);
      expect(recap.get('mx11')?.['changed']).toBeGreaterThan(0);
      expect([status, existsSync(prefix)]).toEqual([0, false]);
    },
    2 * minutes,
  );

  describe('a clean', () => {
    const clean = (hosts: string, ...words: string[]): Promise<Played> =>
      fleet.play('clean.yml', '--limit', hosts, '-e', `stagesweep_from=${reports}`, ...words);

    test(
      'with --check shows the plan and changes nothing',
      async () => {
        const before = snapshot(spool('mx06'));
        const { status, output } = await clean('mx06', '--check');
        expect(output).toMatch(
          /mx06: nothing was changed: 1 to keep, 3 to quarantine, .*, 1 to unlink;/,
        );
        expect(snapshot(spool('mx06'))).toEqual(before);
        expect(status).toBe(0);
      },
      2 * minutes,
    );
    test(
      'that nobody confirmed changes nothing',
      async () => {
        const before = snapshot(spool('mx07'));
        const { status, output } = await clean('mx07');
        expect(output).toContain('then give -e stagesweep_apply=yes');
        expect(snapshot(spool('mx07'))).toEqual(before);
        expect(status).toBe(2);
      },
      2 * minutes,
    );
    test(
      'of a host that sent no report is refused',
      async () => {
        const { status, output } = await clean('mx05', '-e', 'stagesweep_apply=yes');
        expect(output).toContain('has no report of mx05');
        expect(status).toBe(2);
      },
      2 * minutes,
    );
    test(
      'goes a few hosts at a time, stops where one refuses, and can be undone by the id it printed',
      async () => {
        const twoAtOnce = ['-e', 'stagesweep_apply=yes', '-e', 'stagesweep_serial=2'];
        const [first, , last] = ['mx02', 'mx03', 'mx04'].map((host) => namesIn(spool(host)));
        const { status, output } = await clean('mx02:mx03:mx04', ...twoAtOnce);
        expect(status).toBe(2);
        expect(namesIn(spool('mx02'))).not.toEqual(first);
        expect(output).toContain('mx03: nothing was changed');
        expect(output).not.toMatch(/\[mx04\]|mx04 +:/);
        expect(namesIn(spool('mx04'))).toEqual(last);

        const [, id = ''] = /mx02: run ([0-9TZ]+-[0-9a-f]{8}): /.exec(output) ?? [];
        const place = join(spool('mx02'), 'stagesweep.', id);
        expect(run(['undo', place, '--apply', '--yes', '--offline'])).toMatchObject({ status: 0 });
        expect(namesIn(spool('mx02'))).toEqual(first);
      },
      2 * minutes,
    );
  });
});
