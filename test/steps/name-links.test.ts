import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { leafOf, parentOf } from '../../src/model/byte-path.ts';
import type { Link } from '../../src/model/link.ts';
import { LinkNamer } from '../../src/steps/name-links.ts';
import { nodeFiles } from '../../src/system/files.ts';
import { composeDlistHeader } from '../support/mailbox-writer.ts';
import { MailboxSpool } from '../support/mailbox-spool.ts';
import { test } from '../support/spool.ts';

const header = (name: string): Buffer =>
  composeDlistHeader({ type: 'e', name, uniqueId: 'x', quotaRoot: '', flags: [], acl: [] });

function namerOf(spool: MailboxSpool): { namer: LinkNamer; link: (path: string) => Link } {
  const namer = new LinkNamer(nodeFiles, spool.roots(), spool.partitions);
  const link = (relative: string): Link => {
    const path = spool.path(relative);
    return namer.link({
      directory: { path: parentOf(path), dev: 1n, ino: 1n },
      leaf: leafOf(path),
    });
  };
  return { namer, link };
}

describe('a found name', () => {
  test('in a mailbox directory is the message of its mailbox', ({ dir }) => {
    const { link } = namerOf(new MailboxSpool(dir).partition('spool'));
    expect(link('spool/user/glad/71229.')).toMatchObject({
      kind: 'mailbox',
      mailbox: 'user.glad',
      messageUid: 71229,
    });
  });

  test('in the archive has its name from the header in the data root', ({ dir }) => {
    const spool = new MailboxSpool(dir).partition('spool', { archive: 'archive' });
    spool.write('spool/uuid/a/b/abc/cyrus.header', header('user.glad'));
    expect(namerOf(spool).link('archive/uuid/a/b/abc/7.')).toMatchObject({
      kind: 'archive',
      mailbox: 'user.glad',
    });
  });

  test('in a uuid directory has its name from a metadata root behind a symbolic link', ({
    dir,
  }) => {
    mkdirSync(join(dir, 'meta'));
    symlinkSync(join(dir, 'meta'), join(dir, 'link'));
    const spool = new MailboxSpool(dir).partition('spool', { metadata: { header: 'link' } });
    spool.write('meta/uuid/a/b/abc/cyrus.header', header('user.glad'));
    expect(namerOf(spool).link('spool/uuid/a/b/abc/7.').mailbox).toBe('user.glad');
  });

  test('in a directory whose header is damaged has no mailbox, and that is told once', ({
    dir,
  }) => {
    const spool = new MailboxSpool(dir).partition('spool');
    spool.write('spool/uuid/a/b/abc/cyrus.header', 'nonsense');
    const { namer, link } = namerOf(spool);
    expect([link('spool/uuid/a/b/abc/7.').mailbox, link('spool/uuid/a/b/abc/8.').mailbox]).toEqual([
      undefined,
      undefined,
    ]);
    expect(namer.findings.map(({ code }) => code)).toEqual(['unreadable']);
  });

  test.for([
    ['spool/sync./88/1.', 'stage'],
    ['spool/stagesweep./run/1.', 'quarantine'],
    ['spool/user/glad/notes', 'other'],
    ['elsewhere/1.', 'other'],
  ] as const)('%s is of the kind %s', ([path, kind], { dir }) => {
    expect(namerOf(new MailboxSpool(dir).partition('spool')).link(path).kind).toBe(kind);
  });
});
