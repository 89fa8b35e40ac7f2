/** A copy of this checkout in a temporary directory, in which npm may build, pack and install without disturbing anybody. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const checkoutRoot = fileURLToPath(new URL('../..', import.meta.url));

/** All that is committed and takes part in a build or a package; dist is made anew. */
const parts = [
  ...['src', 'bin', 'docs', 'package.json', 'package-lock.json', 'tsconfig.json'],
  ...['README.md', 'LICENSE', 'CHANGELOG.md'],
];

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class CheckoutCopy {
  /** For whatever else a test makes; removed with the copy. */
  readonly home = mkdtempSync(join(tmpdir(), 'stagesweep-package-'));
  readonly path = join(this.home, 'checkout');

  constructor() {
    for (const part of parts) {
      cpSync(join(checkoutRoot, part), join(this.path, part), { recursive: true });
    }
    symlinkSync(join(checkoutRoot, 'node_modules'), join(this.path, 'node_modules'));
    this.#forgetChecksums();
  }

  /** Not in this thread, which may have to answer as the registry meanwhile. */
  run(
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Ran> {
    return runElsewhere(command, args, {
      cwd: this.path,
      env: {
        PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
        HOME: this.home,
        npm_config_cache: join(this.home, 'npm-cache'),
        npm_config_update_notifier: 'false',
        ...env,
      },
    });
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }

  /** What a local registry packs has the same files as the original, and another checksum. */
  #forgetChecksums(): void {
    const file = join(this.path, 'package-lock.json');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/^ *"(integrity|resolved)": "[^"]*",?\n/gm, ''));
  }
}

export interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly uid?: number;
}

export function runElsewhere(
  command: string,
  args: readonly string[],
  surroundings: Surroundings,
): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(
      command,
      [...args],
      { ...surroundings, encoding: 'utf8', maxBuffer: 1 << 28 },
      (error, stdout, stderr) => {
        // What could not be started at all has no exit code.
        const unstarted = child.exitCode === null && error !== null ? error.message : '';
        resolve({ status: child.exitCode, stdout, stderr: stderr + unstarted });
      },
    );
  });
}
