import { expect, test } from 'vitest';
import { flsMode } from '../../src/report/fls-mode.ts';

test.each([
  ['file', 0o600, 'r/rrw-------'],
  ['file', 0o4755, 'r/rrwsr-xr-x'],
  ['file', 0o7000, 'r/r--S--S--T'],
  ['directory', 0o3771, 'd/drwxrws--t'],
  ['symlink', 0o777, 'l/lrwxrwxrwx'],
  ['fifo', 0o640, 'p/prw-r-----'],
  ['socket', 0o700, 's/hrwx------'],
  ['block device', 0o660, 'b/brw-rw----'],
  ['character device', 0o006, 'c/c------rw-'],
] as const)('a %s of mode %o is %s', (kind, mode, shown) => {
  expect(flsMode({ kind, mode })).toBe(shown);
});
