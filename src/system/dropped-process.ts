/**
 * A process of this program that gives up root's rights for good and becomes the user who owns the stage directories
 * (safety.md 1), first of all: drop-rights.ts. It works on what the spool's owner made, so what it says is input.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export interface Ids {
  readonly uid: number;
  readonly gid: number;
}

export interface ProcessEnd {
  /** In words: "status 1", "signal SIGKILL". */
  readonly how: string;
  /** The last of what it wrote to standard error. */
  readonly stderr: string;
}

export interface DroppedProcess {
  readonly pid: number;
  /** Takes a line, and waits when the pipe is full. */
  send(line: string): Promise<void>;
  /** What it says, line by line, until it ends. */
  readonly lines: AsyncIterable<string>;
  interrupt(): void;
  /** No more will be sent; without an order it ends by itself. */
  finish(): void;
  readonly ended: Promise<ProcessEnd>;
}

/** A sentence of ours and a path fit in; a line without an end is an attack on our memory. */
const lineCharactersAtMost = 1 << 20;
const stderrKept = 4096;

/**
 * @param script   built JavaScript that calls dropRights() with these ids, and exits when that fails
 * @returns        why it could not be started, in words
 */
export async function startDropped(
  script: URL,
  { uid, gid }: Ids,
): Promise<DroppedProcess | { readonly why: string }> {
  const child = spawn(process.execPath, [fileURLToPath(script), String(uid), String(gid)], {
    // NODE_OPTIONS and LD_PRELOAD are root's business; the working directory may be closed to the user.
    env: {},
    cwd: '/',
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const started = await new Promise<undefined | Error>((resolve) => {
    child.once('spawn', () => {
      resolve(undefined);
    });
    child.once('error', resolve);
  });
  if (started !== undefined || child.pid === undefined) {
    return { why: `${process.execPath} cannot be run (${started?.message ?? ''})` };
  }
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-stderrKept);
  });
  // A child that is gone makes the next write fail; that it is gone is told by `ended`.
  child.stdin.on('error', () => undefined);
  const ended = once(child, 'close').then(([code, signal]: unknown[]): ProcessEnd => ({
    how: typeof signal === 'string' ? `signal ${signal}` : `status ${String(code)}`,
    stderr: stderr.trim(),
  }));
  return {
    pid: child.pid,
    async send(line) {
      if (child.stdin.destroyed || child.stdin.write(`${line}\n`)) return;
      await Promise.race([once(child.stdin, 'drain'), ended]);
    },
    lines: linesOf(child.stdout, () => child.kill('SIGKILL')),
    interrupt: () => {
      child.kill('SIGINT');
    },
    finish: () => {
      child.stdin.end();
    },
    ended,
  };
}

async function* linesOf(stream: Readable, onFlood: () => void): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of stream.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > lineCharactersAtMost) {
      onFlood();
      return;
    }
    yield* lines;
  }
}
