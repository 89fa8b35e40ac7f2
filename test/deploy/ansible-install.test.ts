/** The other ways in which the role installs: from npm, and with a Node of its own. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkoutRoot } from '../support/checkout-copy.ts';
import { Fleet, type Played } from '../support/fleet.ts';
import {
  openLocalRegistry,
  productionDirectories,
  type LocalRegistry,
} from '../support/local-registry.ts';
import { neededPrograms } from '../support/needed-programs.ts';

const { missing, title } = neededPrograms('a role that installs', {
  'ansible-playbook': 'ansible-core',
});
const { version } = JSON.parse(readFileSync(join(checkoutRoot, 'package.json'), 'utf8')) as {
  version: string;
};

describe.runIf(missing.length === 0)(title, () => {
  let fleet: Fleet;
  let registry: LocalRegistry;
  let played: Played;
  beforeAll(async () => {
    fleet = new Fleet(3);
    await fleet.packRelease();
    registry = await openLocalRegistry([fleet.package, ...productionDirectories(checkoutRoot)]);
    fleet.env['npm_config_registry'] = registry.url;
    fleet.env['npm_config_cache'] = join(fleet.top, 'npm');
    fleet.vary('mx01', `stagesweep_tarball='' stagesweep_version=${version}`);
    // The layout of the official tarballs, as far as it matters.
    const node = join(fleet.top, 'node-v0-linux');
    mkdirSync(join(node, 'bin'), { recursive: true });
    copyFileSync(process.execPath, join(node, 'bin/node'));
    const tarball = `${node}.tar`;
    await fleet.run('tar', ['-cf', tarball, '-C', fleet.top, 'node-v0-linux']);
    fleet.vary('mx02', `stagesweep_node=/none/node stagesweep_node_tarball=${tarball}`);
    fleet.vary('mx03', 'stagesweep_tarball=/none/release.tar.gz');
    played = await fleet.play('scan.yml');
  }, 600_000);
  afterAll(async () => {
    await registry.close();
    fleet.remove();
  });
  const command = (host: string): string => fleet.at(host, 'stagesweep');
  const versionOf = (host: string): string =>
    spawnSync(command(host), ['--version'], { encoding: 'utf8', env: {} }).stdout;

  test('from npm, in the version that was asked for', () => {
    expect(versionOf('mx01')).toBe(`${version}\n`);
    expect(readFileSync(command('mx01'), 'utf8')).toContain(`/npm-${version}/`);
  });
  test('with a Node that no other program uses', () => {
    expect(versionOf('mx02')).toBe(`${version}\n`);
    expect(readFileSync(command('mx02'), 'utf8')).toMatch(/opt\/node-[0-9a-f]{12}\/bin\/node/);
  });
  test('and says which file is missing on the control host', () => {
    expect(played.output).toContain(
      'mx03: Tarball is on the control host: /none/release.tar.gz: there is no such file',
    );
  });
  test('a second time without a change', async () => {
    const again = await fleet.play('scan.yml', '--limit', 'mx01:mx02');
    expect([...again.recap.values()].map(({ changed }) => changed)).toEqual([0, 0]);
  }, 120_000);
});
