/** The audit against Cyrus's own check of digests, on a spool that Cyrus made. */
import { existsSync } from 'node:fs';
import { missingRequirements } from '../test/support/cyrus/requirements.ts';
import { readReconstruction } from '../test/support/cyrus/cyrus-checks.ts';
import { answerOf, type ItemsOf } from './answer.ts';
import { mustSay, stagesweep } from './contestant.ts';
import type { CyrusSpool } from './cyrus-spool.ts';
import type { Race } from './race.ts';
import { ourName } from './targets.ts';

const reconstruct = '/usr/lib/cyrus/bin/reconstruct';
const peer = 'reconstruct -n -G';

/** Why there is no such race here; empty when there is one. */
export function missingCyrus(): readonly string[] {
  return [...missingRequirements(), ...(existsSync(reconstruct) ? [] : ['cyrus-common'])];
}

export function cyrusRace({ configFile, messages, damaged }: CyrusSpool): Race {
  const expected = answerOf(damaged);
  const words = ['-C', configFile, '-n', '-G', 'user/*'];
  return {
    id: 'reconstruct',
    title: 'audit of a spool that Cyrus made',
    spool: `cyrus-${messages}`,
    files: messages,
    amount: messages,
    cache: 'warm',
    contestants: [
      {
        name: ourName,
        command: stagesweep(['audit', '-C', configFile, '--offline', '--format', 'jsonl']),
        check: mustSay(expected, damagedOfAudit, [1]),
      },
      {
        name: peer,
        // No Cyrus program runs as root.
        command: {
          argv: [
            'setpriv',
            '--reuid',
            'cyrus',
            '--regid',
            'mail',
            '--init-groups',
            reconstruct,
            ...words,
          ],
        },
        check: mustSay(expected, damagedOfReconstruct),
      },
    ],
    pairs: [[ourName, peer]],
  };
}

const damagedOfReconstruct: ItemsOf = (line) =>
  readReconstruction(line).map(({ mailbox, messageUid }) => `${mailbox} ${messageUid}`);

const damagedOfAudit: ItemsOf = (line) => {
  const found: unknown = JSON.parse(line);
  if (typeof found !== 'object' || found === null) return [];
  if (!('severity' in found) || found.severity !== 'critical') return [];
  if (!('mailbox' in found) || !('messageUid' in found)) return [];
  return [`${String(found.mailbox)} ${String(found.messageUid)}`];
};
