/** Runs a program to its end as the user cyrus, without standard input. */
import { spawn } from 'node:child_process';
import { cyrusUser } from './cyrus-user.ts';

export interface Outcome {
  readonly status: number | null;
  readonly output: string;
}

const binaries = '/usr/lib/cyrus/bin';

/** @param program a name below Cyrus's directory of programs */
export function runCyrus(program: string, args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(`${binaries}/${program}`, args, {
      ...cyrusUser(),
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
      // A sync_client that finds nobody tries again for ever.
      timeout: 30_000,
      killSignal: 'SIGKILL',
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', (status) => {
      resolve({ status, output: Buffer.concat(chunks).toString('latin1') });
    });
  });
}

/** The same, for a program whose failure is a failure of the lab. */
export async function mustRunCyrus(program: string, args: readonly string[]): Promise<string> {
  const { status, output } = await runCyrus(program, args);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${status}: ${output}`);
  return output;
}
