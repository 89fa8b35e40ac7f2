/** Runs a program to its end for its output; it must succeed. Not for what is measured. */
import { execFile } from 'node:child_process';

export function capture(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { maxBuffer: 1 << 28 }, (error, stdout) => {
      if (error) reject(new Error(`${program}: ${error.message}`, { cause: error }));
      else resolve(stdout);
    });
  });
}
