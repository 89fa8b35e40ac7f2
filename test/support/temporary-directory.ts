/**
 * Before all tests: where they make their spools. On overlayfs, a container's /tmp, a hard link may lie in a layer below
 * and no account of links is ever complete: there the tests that prove accounts would fail, rightly.
 */
import { existsSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** Source: statfs(2). */
const overlayfs = 0x794c7630;
const elsewhere = '/dev/shm';

export default function setUp(): void {
  if (statfsSync(tmpdir()).type === overlayfs && existsSync(elsewhere)) {
    process.env['TMPDIR'] = elsewhere;
  }
}
