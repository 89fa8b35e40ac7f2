import { readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { UsageError } from '../../src/model/errors.ts';
import { openStateFile } from '../../src/system/state-file.ts';
import { test } from '../support/spool.ts';

describe('a state file', () => {
  test('is made for its user alone', ({ dir }) => {
    openStateFile(join(dir, 'state')).close();
    expect(statSync(join(dir, 'state')).mode & 0o777).toBe(0o600);
  });

  test('keeps what was appended, beyond ASCII too', ({ dir }) => {
    const path = join(dir, 'state');
    const file = openStateFile(path);
    file.append('["caf\xe9"]\n["\u2603"]\n');
    file.close();
    const again = openStateFile(path);
    expect(again.text).toBe('["caf\xe9"]\n["\u2603"]\n');
    again.keep(9);
    again.append('["end"]\n');
    again.close();
    expect(readFileSync(path, 'utf8')).toBe('["caf\xe9"]\n["end"]\n');
  });

  test('is never another file that a link leads to', ({ dir }) => {
    writeFileSync(join(dir, 'precious'), 'data');
    symlinkSync('precious', join(dir, 'state'));
    expect(() => openStateFile(join(dir, 'state'))).toThrow(UsageError);
    expect(readFileSync(join(dir, 'precious'), 'utf8')).toBe('data');
  });

  test('that cannot be made is told in one sentence', ({ dir }) => {
    expect(() => openStateFile(join(dir, 'no/such/state'))).toThrow('its directory does not exist');
  });
});
