/** A spool with one leftover and its message, to see an installed program work on. */
import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export function makeProbeSpool(home: string): string {
  const spool = join(home, 'spool');
  for (const directory of ['stage.', 'user/fred']) {
    mkdirSync(join(spool, directory), { recursive: true });
  }
  writeFileSync(join(spool, 'stage./4242-1171500000-0'), 'Subject: left behind\r\n\r\n');
  linkSync(join(spool, 'stage./4242-1171500000-0'), join(spool, 'user/fred/1.'));
  return spool;
}

/** Arguments for a scan of it that answers in JSON. */
export function probeArguments(spool: string): readonly string[] {
  return ['scan', spool, '--offline', '--min-age', '0s', '--json'];
}
