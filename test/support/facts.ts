/** Facts about one stage file with defaults: a dead owner's upload that a mailbox shares. */
import type { Facts } from '../../src/decide/weigh-evidence.ts';
import { asBytes } from '../../src/model/byte-path.ts';
import type { Link, LinkAccount } from '../../src/model/link.ts';
import type { StageFile } from '../../src/model/stage.ts';
import { fileStat } from './file-stat.ts';

export const sha = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';

export function stageFile(over: Partial<StageFile> = {}): StageFile {
  return {
    directory: {
      path: asBytes('/spool/sync./4711'),
      dev: 1n,
      ino: 50n,
      area: 'sync',
      partition: 'default',
      rootKind: 'data',
      root: asBytes('/spool'),
      pid: 4711,
    },
    leaf: asBytes(sha),
    grammar: 'sync-2.4',
    ownerPid: 4711,
    stat: fileStat({ linkCount: 2 }),
    ...over,
  };
}

export function link(over: Partial<Link> = {}): Link {
  return {
    directory: { path: asBytes('/spool/user/glad'), dev: 1n, ino: 51n },
    leaf: asBytes('1.'),
    kind: 'mailbox',
    mailbox: 'user.glad',
    messageUid: 1,
    status: 'intact',
    codes: [],
    ...over,
  };
}

export const ownName: Link = {
  directory: { path: asBytes('/spool/sync./4711'), dev: 1n, ino: 50n },
  leaf: asBytes(sha),
  kind: 'stage',
  codes: [],
};

export function accountOf(...others: Link[]): LinkAccount {
  return { expected: others.length + 1, links: [ownName, ...others], complete: true, reasons: [] };
}

export function facts(over: Partial<Facts> = {}): Facts {
  return {
    file: stageFile(),
    owner: { state: 'dead', evidence: 'no such process' },
    judgement: { verdict: 'orphan', reasons: ['owner-dead'] },
    account: accountOf(link()),
    content: { sha1: sha, nameMatches: true },
    ageSeconds: 864_000,
    ...over,
  };
}
