import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
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

  test('that another process writes to is refused, and one that is only read is not', async ({
    dir,
  }) => {
    const path = join(dir, 'state');
    writeFileSync(path, '');
    const opened = async (mode: 'a' | 'r'): Promise<ChildProcess> => {
      const script = `require('fs').openSync(process.argv[1], '${mode}'); console.log('open'); setInterval(() => {}, 1e6);`;
      const child = spawn(process.execPath, ['-e', script, path], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      return child;
    };
    const end = async (child: ChildProcess): Promise<void> => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    };
    const reader = await opened('r');
    openStateFile(path).close();
    const writer = await opened('a');
    expect(() => openStateFile(path)).toThrow(`process ${writer.pid} writes to it`);
    await end(writer);
    openStateFile(path).close();
    await end(reader);
  });

  test('that somebody else has written to is not written to again', ({ dir }) => {
    const path = join(dir, 'state');
    const [one, other] = [openStateFile(path), openStateFile(path)];
    one.append('["one"]\n');
    expect(() => {
      other.append('["other"]\n');
    }).toThrow(UsageError);
    expect(readFileSync(path, 'utf8')).toBe('["one"]\n');
    one.close();
    other.close();
  });

  test('that cannot be made is told in one sentence', ({ dir }) => {
    expect(() => openStateFile(join(dir, 'no/such/state'))).toThrow('its directory does not exist');
  });
});
