/** Twenty mail hosts on one machine: inventory names with a spool, a prefix and a command of their own each. */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crashedSpool } from './crashed-spool.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
export const playbooks = join(checkout, 'deploy/ansible');

export interface Played {
  readonly status: number | null;
  readonly output: string;
  /** By host: what the recap counts. */
  readonly recap: ReadonlyMap<string, Readonly<Record<string, number>>>;
}

export class Fleet {
  readonly top = mkdtempSync(join(tmpdir(), 'stagesweep-fleet-'));
  readonly inventory = join(this.top, 'inventory');
  readonly tarball = join(this.top, 'stagesweep-linux.tar.gz');
  readonly names: readonly string[];
  private readonly oddities: string[] = [];
  /** For the playbooks and what they run. */
  readonly env: Record<string, string> = {};

  constructor(count: number) {
    this.names = Array.from({ length: count }, (_, n) => `mx${String(n + 1).padStart(2, '0')}`);
    // Whoever cleans becomes the owner of the spool, and has to get there.
    chmodSync(this.top, 0o711);
    for (const name of this.names) crashedSpool(this.at(name, 'mail'));
    mkdirSync(join(this.top, 'home'));
  }

  at(host: string, path: string): string {
    const place = join(this.top, 'hosts', host, path);
    mkdirSync(dirname(place), { recursive: true });
    return place;
  }

  /** A stage file with one more name than a search of the spool can find: an answer that is not complete. */
  hideLink(host: string): void {
    const [uid] = readdirSync(this.at(host, 'mail/spool/stage.')).filter((leaf) => leaf !== 'odd');
    linkSync(this.at(host, `mail/spool/stage./${uid ?? ''}`), this.at(host, 'elsewhere'));
  }

  /** A line of variables for one host. */
  vary(host: string, words: string): void {
    this.oddities.push(`${host} ${words}`);
  }

  /** The layout of bin/make-release.mjs, with the modules of the checkout. */
  async packRelease(): Promise<void> {
    const library = this.package;
    mkdirSync(library, { recursive: true });
    for (const part of ['bin', 'package.json', 'dist/program']) {
      cpSync(join(checkout, part), join(library, part), {
        recursive: true,
        filter: (file) => !file.endsWith('.v8'),
      });
    }
    symlinkSync(join(checkout, 'node_modules'), join(library, 'node_modules'));
    await this.run('tar', ['-czf', this.tarball, '-C', join(this.top, 'pack'), 'stagesweep-0']);
  }

  /** What npm would unpack, without what it depends on. */
  get package(): string {
    return join(this.top, 'pack/stagesweep-0/lib/stagesweep');
  }

  async play(playbook: string, ...words: readonly string[]): Promise<Played> {
    const control = join(this.top, 'control-stagesweep');
    const program = join(checkout, 'bin/stagesweep.js');
    writeFileSync(control, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
    chmodSync(control, 0o755);
    writeFileSync(
      this.inventory,
      [
        '[mail]',
        ...this.names,
        ...this.oddities,
        '[mail:vars]',
        'ansible_connection=local',
        'ansible_python_interpreter=/usr/bin/python3',
        'stagesweep_become=false',
        `stagesweep_tarball=${this.tarball}`,
        `stagesweep_node=${process.execPath}`,
        `stagesweep_prefix=${this.top}/hosts/{{ inventory_hostname }}/opt`,
        `stagesweep_command=${this.top}/hosts/{{ inventory_hostname }}/stagesweep`,
        `stagesweep_state=${this.top}/hosts/{{ inventory_hostname }}/state`,
        `stagesweep_reports=${this.top}/reports`,
        `stagesweep_control_command=${control}`,
        `stagesweep_arguments=["--offline", "--min-age", "0s", "${this.top}/hosts/{{ inventory_hostname }}/mail/spool"]`,
        '',
      ].join('\n'),
    );
    const { status, output } = await this.run('ansible-playbook', [
      '-i',
      this.inventory,
      join(playbooks, playbook),
      ...words,
    ]);
    return { status, output, recap: recapOf(output) };
  }

  /** Runs of scan.yml, oldest first, as whole paths. */
  runs(): readonly string[] {
    return readdirSync(join(this.top, 'reports'))
      .sort()
      .map((run) => join(this.top, 'reports', run));
  }

  remove(): void {
    rmSync(this.top, { recursive: true, force: true });
  }

  run(
    program: string,
    args: readonly string[],
  ): Promise<{ status: number | null; output: string }> {
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, {
        cwd: this.top,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env['PATH'],
          HOME: process.env['HOME'],
          LC_ALL: 'C.UTF-8',
          ANSIBLE_HOME: join(this.top, 'home'),
          ANSIBLE_FORKS: '4',
          ANSIBLE_PIPELINING: '1',
          ANSIBLE_NOCOLOR: '1',
          ...this.env,
        },
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          output += text;
        });
      }
      child.on('error', reject).on('close', (status) => {
        resolve({ status, output });
      });
    });
  }
}

function recapOf(output: string): Played['recap'] {
  const [, recap = ''] = output.split('PLAY RECAP');
  return new Map(
    [...recap.matchAll(/^(\S+)\s+:((?: +\w+=\d+)+)/gm)].map(([, host = '', counts = '']) => [
      host,
      Object.fromEntries(
        [...counts.matchAll(/(\w+)=(\d+)/g)].map(([, name = '', count]) => [name, Number(count)]),
      ),
    ]),
  );
}
