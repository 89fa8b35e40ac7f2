/** Both ends of a real replication: what was overwritten at the replica, and nothing else, in another layout. */
import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cyrusUser } from '../support/cyrus/cyrus-user.ts';
import { freePorts } from '../support/cyrus/free-ports.ts';
import { ImapClient } from '../support/cyrus/imap-client.ts';
import { Instance } from '../support/cyrus/instance.ts';
import { createUser, fill, mustReplicate } from '../support/cyrus/replication.ts';
import { missingRequirements } from '../support/cyrus/requirements.ts';
import { run } from '../support/run-cli.ts';

const missing = missingRequirements();
const title = `both ends of a real Cyrus${missing.length === 0 ? '' : ` (skipped, missing here: ${missing.join(', ')})`}`;
const users = ['anna', 'bert.b', 'cora@example.org'];

interface Told {
  readonly complete: boolean;
  readonly findings: readonly {
    readonly code: string;
    readonly mailbox: string;
    readonly messageUid: number;
    readonly damagedEnd: string;
  }[];
  readonly totals: Readonly<Record<string, number>>;
}

describe.skipIf(missing.length > 0)(title, () => {
  const home = mkdtempSync(join(tmpdir(), 'stagesweep-ends-'));
  let [master, replica]: (Instance | undefined)[] = [];

  beforeAll(async () => {
    const user = cyrusUser();
    if (user === undefined) return;
    chownSync(home, user.uid, user.gid);
    chmodSync(home, 0o755);
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = await freePorts(6);
    master = new Instance(join(home, 'master'), { imap: a, lmtp: b, sync: c });
    replica = new Instance(join(home, 'replica'), { imap: d, lmtp: e, sync: f });
    const peer = replica.ports;
    master.configure({ hashed: false, apart: false, legacyDirectories: false, peer });
    replica.configure({ hashed: true, apart: true, legacyDirectories: true });
    await Promise.all([master.start(), replica.start()]);
    for (const name of users) {
      await createUser(master, name);
      await fill(master, name, 6);
      await fill(master, name, 4, { mailbox: 'INBOX/Entw&APw-rfe' });
    }
    const client = await ImapClient.login(master.ports.imap, 'anna');
    await client.command('SELECT INBOX');
    await client.command('UID STORE 2 +FLAGS (\\Deleted)');
    await client.command('EXPUNGE');
    await client.logout();
    for (const name of users) await mustReplicate({ master, replica }, name);
  }, 60_000);

  afterAll(() => {
    master?.kill();
    replica?.kill();
    rmSync(home, { recursive: true, force: true });
  });

  function compare(name: string): Told {
    const [a = '', b = ''] = [master, replica].map((end, at) => {
      const file = join(home, `${name}.${at}`);
      const { status, stderr } = run(['manifest', '-C', end?.configFile ?? '', '-o', file]);
      expect([status, stderr]).toEqual([0, '']);
      return file;
    });
    return JSON.parse(run(['compare', a, b, '--json']).stdout) as Told;
  }

  test('are the same after a replication, an expunged message and another layout included', () => {
    const { complete, findings, totals } = compare('healthy');
    expect([complete, findings]).toEqual([true, []]);
    expect(totals).toMatchObject({ compared: 30, same: 30 });
  });

  test('differ in exactly what was overwritten at the replica, which is the damaged end', () => {
    const inboxes = messagesOf(replica?.home ?? '').filter((path) => path.includes('/spool/'));
    const struck = ['anna/5.', 'bert^b/1.', 'cora/6.'].flatMap((end) =>
      inboxes.filter((path) => path.endsWith(`/user/${end}`)),
    );
    const [one = '', two = '', three = ''] = struck;
    // Longer, of the same size, and emptied.
    writeFileSync(one, `${readFileSync(one, 'latin1')}more\r\n`);
    writeFileSync(two, readFileSync(two, 'latin1').replaceAll('e', 'a'));
    writeFileSync(three, '');
    const { complete, findings, totals } = compare('struck');
    expect(
      findings.map(({ code, mailbox, messageUid, damagedEnd }) => [
        code,
        mailbox,
        messageUid,
        damagedEnd,
      ]),
    ).toEqual([
      ['ends-differ', 'example.org!user.cora', 6, 'b'],
      ['ends-differ', 'user.anna', 5, 'b'],
      ['ends-differ', 'user.bert^b', 1, 'b'],
    ]);
    expect(complete).toBe(true);
    expect(totals).toMatchObject({ compared: 30, same: 27, damagedAtA: 0, damagedAtB: 3 });
  });
});

function messagesOf(top: string): string[] {
  return readdirSync(top, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\/\d+\.$/.test(path))
    .map((path) => join(top, path));
}
