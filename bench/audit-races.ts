/** Races of the audit: every byte, or every size, against the tools that read as much. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answerOf, type ItemsOf } from './answer.ts';
import { mustSay, stagesweep, type Contestant } from './contestant.ts';
import type { Spool } from './generate-spool.ts';
import { contentOf } from './message-content.ts';
import { digestContestants } from './phase-races.ts';
import type { Race } from './race.ts';
import {
  mailboxCount,
  mailboxPath,
  messagePath,
  messageSize,
  nameOf,
  realCount,
} from './spool-shape.ts';
import { ourName } from './targets.ts';

export function auditDigestRace(id: string, spool: Spool, scratch: string): Race {
  const paths = ofAll(spool, (message) => join(spool.root, messagePath(spool, message)));
  const expected = answerOf(ofAll(spool, (message) => contentOf(spool, message).sha1));
  const peers = digestContestants([...paths], scratch, expected);
  return {
    id,
    title: 'audit by digest',
    spool: nameOf(spool),
    files: spool.files,
    amount: spool.files,
    cache: 'warm',
    contestants: [ours(spool, 'digest'), ...peers],
    pairs: peers.map(({ name }) => [ourName, name] as const),
  };
}

export function auditSizeRace(id: string, spool: Spool, scratch: string): Race {
  const sizes = answerOf(ofAll(spool, (message) => String(messageSize(spool, message))));
  const indexes = join(scratch, 'indexes');
  const paths = Array.from({ length: mailboxCount(spool) }, (_, mailbox) =>
    join(spool.root, mailboxPath(spool, mailbox), 'cyrus.index'),
  );
  writeFileSync(indexes, paths.map((path) => `${path}\0`).join(''));
  const peer = 'find -printf %s, cat indexes';
  const script = `find "$1" -xdev -printf '%s %p\\n' && xargs -0 cat <"$2" >/dev/null`;
  return {
    id,
    title: 'audit by size',
    spool: nameOf(spool),
    files: spool.files,
    amount: spool.files,
    cache: 'warm',
    contestants: [
      ours(spool, 'size'),
      {
        name: peer,
        command: { argv: ['sh', '-c', script, 'sh', spool.root, indexes] },
        check: mustSay(sizes, sizeOfMessage),
      },
    ],
    pairs: [[ourName, peer]],
  };
}

function* ofAll(spool: Spool, tell: (message: number) => string): Generator<string> {
  for (let message = 0; message < spool.files; message += 1) yield tell(message);
}

/**
 * An audit of messages of which hardly one has the digest of its record, since most of this spool's files are holes:
 * what a damaged message costs in memory.
 */
export function damagedAuditRace(id: string, spool: Spool): Race {
  const damaged = spool.files - realCount(spool);
  return {
    id,
    title: 'audit where nearly every message is damaged',
    spool: nameOf(spool),
    files: spool.files,
    amount: damaged,
    cache: 'warm',
    contestants: [
      {
        name: ourName,
        command: stagesweep(auditWords(spool.root, 'digest', 'jsonl')),
        async check(_output, { status }) {
          return Promise.resolve(
            status === (damaged > 0 ? 1 : 0) ? undefined : `it ended with status ${status}`,
          );
        },
      },
    ],
    pairs: [],
    runsAtMost: 1,
  };
}

function ours(spool: Spool, check: 'digest' | 'size'): Contestant {
  return {
    name: ourName,
    command: stagesweep(auditWords(spool.root, check, 'json')),
    async check(output, { status }) {
      if (status !== 0) return `it ended with status ${status}`;
      // Without a digest nothing is called intact: a message is damaged, or cannot be told.
      const { checked, intact, damaged } = messagesOf(readFileSync(output, 'utf8'));
      const good = check === 'digest' ? intact : Number(checked) - Number(damaged);
      const isRight = checked === spool.files && good === spool.files;
      return Promise.resolve(
        isRight ? undefined : `${String(good)} of ${String(checked)} are good, of ${spool.files}`,
      );
    },
  };
}

function auditWords(root: string, check: string, format: string): readonly string[] {
  return ['audit', root, '--check', check, '--offline', '--format', format, '--no-progress'];
}

function messagesOf(text: string): Readonly<Record<string, unknown>> {
  const report: unknown = JSON.parse(text);
  if (typeof report === 'object' && report !== null && 'messages' in report) {
    const { messages } = report;
    if (typeof messages === 'object' && messages !== null) return { ...messages };
  }
  throw new Error('a report without messages');
}

/** Of `find -printf '%s %p'`, those of messages. */
const sizeOfMessage: ItemsOf = (line) => {
  const size = /^(\d+) .*\/\d+\.$/.exec(line)?.[1];
  return size === undefined ? [] : [size];
};
