/**
 * Runs the program with what stagesweep-check.service leaves to root, and without a systemd: its capabilities, no new
 * privileges, and a file system of which only the given directories can be written.
 */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { program } from './run-cli.ts';

const script = [
  // Nothing of this leaves the mount namespace.
  'set -e; mount --make-rprivate /',
  'for place in $WRITABLE; do mount --bind "$place" "$place"; done',
  'mount -o remount,bind,ro /',
  'umask 0077',
  'exec setpriv --no-new-privs --inh-caps=-all --bounding-set="$BOUNDS" "$@"',
].join('\n');

export interface Confinement {
  /** CAP_…, as in CapabilityBoundingSet=. */
  readonly capabilities: readonly string[];
  /** Directories without blanks in their names. */
  readonly writable: readonly string[];
}

export function runConfined(
  args: readonly string[],
  { capabilities, writable }: Confinement,
  words: readonly string[] = [process.execPath, program],
): SpawnSyncReturns<string> {
  const bounds = capabilities.map((name) => `+${name.replace(/^CAP_/, '').toLowerCase()}`);
  return spawnSync('unshare', ['--mount', 'sh', '-c', script, 'sh', ...words, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: {
      PATH: process.env['PATH'],
      WRITABLE: writable.join(' '),
      BOUNDS: ['-all', ...bounds].join(','),
    },
  });
}
