import { lstatSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../support/run-cli.ts';

test('a page is a whole document in a file that nobody else may read', () => {
  const dir = mkdtempSync(join(tmpdir(), 'stagesweep-page-'));
  try {
    const file = join(dir, 'report.html');
    const { status, stdout } = run(['demo', '--format', 'html', '-o', file]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(lstatSync(file).mode & 0o777).toBe(0o600);
    const page = readFileSync(file, 'utf8');
    expect(page.startsWith('<!DOCTYPE html>')).toBe(true);
    expect(page.endsWith('</html>\n')).toBe(true);
    expect(page).toContain('DAMAGE: 2 messages hold wrong bytes');
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
