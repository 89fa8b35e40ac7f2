import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, lstatSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { flag, indexOf, sha1, writeMailbox } from '../support/plain-mailbox.ts';
import { program, run } from '../support/run-cli.ts';
import { test } from '../support/spool.ts';

interface Line {
  readonly type?: string;
  readonly mailbox?: string;
  readonly mailboxBase64?: string;
  readonly messageUid?: number;
  readonly sha1?: string;
  readonly size?: number;
  readonly complete?: boolean;
}

const fixture = new URL('../../fixtures/index/cyrus-3.13.7/', import.meta.url).pathname;

function manifest(...args: string[]): {
  readonly messages: Line[];
  readonly troubles: Line[];
  readonly end: Line | undefined;
  readonly status: number | null;
} {
  const { stdout, stderr, status } = run(['manifest', ...args]);
  if (stdout === '') throw new Error(stderr);
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  expect(lines[0]).toMatchObject({ type: 'header', schema: 'stagesweep.manifest/1' });
  return {
    messages: lines.filter(({ type }) => type === undefined),
    troubles: lines.filter(({ type }) => type === 'trouble'),
    end: lines.find(({ type }) => type === 'end'),
    status,
  };
}

const told = ({ mailbox = '', messageUid }: Line): string => `${mailbox} ${String(messageUid)}`;

describe('the manifest of a real spool', () => {
  test('has the digest of sha1sum for every message, archived ones too', ({ dir }) => {
    cpSync(fixture, dir, { recursive: true });
    const [spool, archive] = [join(dir, 'spool'), join(dir, 'archive')];
    const { messages, end, status } = manifest(spool, '--archive', archive);
    const sums = execFileSync(
      'find',
      [spool, archive, '-name', '*.', '-exec', 'sha1sum', '{}', '+'],
      {
        encoding: 'utf8',
      },
    );
    const bySum = new Map(
      [...sums.matchAll(/^([0-9a-f]{40}) .*\/(\d+)\.$/gm)].map(([, sum, uid]) => [
        Number(uid),
        sum,
      ]),
    );
    expect(messages.map(({ messageUid, sha1: sum }) => [messageUid, sum])).toEqual(
      [...bySum].sort(([a], [b]) => a - b),
    );
    expect([end, status]).toMatchObject([{ complete: true, messages: 9, mailboxes: 1 }, 0]);
  });

  test('cannot know of archived messages when it is not told where the archive is', ({ dir }) => {
    cpSync(fixture, dir, { recursive: true });
    const { messages, end, status } = manifest(join(dir, 'spool'));
    expect(messages.filter((line) => 'missing' in line)).toEqual([]);
    expect(messages[0]).toMatchObject({ messageUid: 1, errno: 'ENOENT' });
    expect([end?.complete, status]).toEqual([false, 2]);
  });
});

describe('the messages of a manifest', () => {
  test('are sorted by the bytes of the name and by uid, whatever the directories are', ({
    dir,
  }) => {
    // Hash directories put user.b.x below x/ and user.a.y below y/; '-' sorts before '.'.
    for (const path of [
      'a/user/a',
      'b/user/b',
      'a/user/a/y',
      'a/user/a-b',
      'z/user/Z',
      'p/public/p',
    ]) {
      writeMailbox(join(dir, path), [
        { uid: 2, text: `${path} two` },
        { uid: 10, text: `${path} ten` },
      ]);
    }
    const names = ['public.p', 'user.Z', 'user.a', 'user.a-b', 'user.a.y', 'user.b'];
    expect(manifest(dir).messages.map(told)).toEqual(
      names.flatMap((name) => [`${name} 2`, `${name} 10`]),
    );
  });

  test('keep their order when threads read them', ({ dir }) => {
    for (const name of ['a', 'b', 'c']) {
      writeMailbox(
        join(dir, 'user', name),
        Array.from({ length: 900 }, (_, at) => ({
          uid: at + 1,
          text: 'x'.repeat((at * 7919) % 5000),
        })),
      );
    }
    const { messages, end } = manifest(dir, '--jobs', '3');
    const expected = ['a', 'b', 'c'].flatMap((name) =>
      Array.from({ length: 900 }, (_, at) => `user.${name} ${at + 1}`),
    );
    expect(messages.map(told)).toEqual(expected);
    expect(
      messages.every(
        ({ sha1: sum, messageUid = 1 }) =>
          sum === sha1('x'.repeat(((messageUid - 1) * 7919) % 5000)),
      ),
    ).toBe(true);
    expect(end).toMatchObject({ complete: true, messages: 2700, mailboxes: 3 });
  });

  test('include expunged ones, whose files are there, and no unlinked ones', ({ dir }) => {
    writeMailbox(join(dir, 'user/a'), [
      { uid: 1, text: 'one', flags: flag.expunged },
      { uid: 2, text: 'two', flags: flag.expunged + flag.unlinked },
      { uid: 3, text: 'three' },
    ]);
    expect(manifest(dir).messages).toMatchObject([
      { messageUid: 1, expunged: true, sha1: sha1('one') },
      { messageUid: 3 },
    ]);
  });

  test('include those of cyrus.expunge, at their place', ({ dir }) => {
    writeMailbox(
      join(dir, 'user/a'),
      [
        { uid: 1, text: 'one' },
        { uid: 9, text: 'nine' },
      ],
      { version: 9 },
    );
    writeFileSync(join(dir, 'user/a/cyrus.expunge'), indexOf(9, [{ uid: 4, text: 'four' }]));
    writeFileSync(join(dir, 'user/a/4.'), 'four');
    const { messages } = manifest(dir);
    expect(messages.map(({ messageUid }) => messageUid)).toEqual([1, 4, 9]);
    expect(messages[1]).toMatchObject({ expunged: true, size: 4, sha1: sha1('four') });
    expect(messages[1]).not.toHaveProperty('recordGuid');
  });

  test('say that a file is missing, and what its record is', ({ dir }) => {
    writeMailbox(join(dir, 'user/a'), [{ uid: 1, text: 'one', onDisk: null }]);
    const { messages, status } = manifest(dir);
    expect(messages).toEqual([
      {
        mailbox: 'user.a',
        uniqueId: 'id',
        messageUid: 1,
        recordSize: 3,
        recordGuid: sha1('one'),
        missing: true,
      },
    ]);
    expect(status).toBe(0);
  });

  test('say of a file that is none why it was not read', ({ dir }) => {
    writeMailbox(join(dir, 'user/a'), [{ uid: 1, text: 'one', onDisk: null }]);
    mkdirSync(join(dir, 'user/a/1.'));
    const { messages, end, status } = manifest(dir);
    expect(messages).toMatchObject([{ messageUid: 1, errno: 'EINVAL' }]);
    expect([end?.complete, status]).toEqual([false, 2]);
  });

  test('show bytes that are not those of the record', ({ dir }) => {
    writeMailbox(join(dir, 'user/a'), [{ uid: 1, text: 'one', onDisk: 'foreign' }]);
    expect(manifest(dir).messages).toMatchObject([
      { recordSize: 3, recordGuid: sha1('one'), size: 7, sha1: sha1('foreign') },
    ]);
  });

  test('have their mailbox in base64 beside it when its name is no UTF-8', ({ dir }) => {
    writeMailbox(join(dir, 'user/a\xff\n'), [{ uid: 1, text: 'one' }]);
    expect(manifest(dir).messages).toMatchObject([
      {
        mailbox: 'user.a\ufffd\n',
        mailboxBase64: Buffer.from('user.a\xff\n', 'latin1').toString('base64'),
      },
    ]);
  });
});

describe('what could not be looked at', () => {
  test('is a line at the place of its mailbox, and the manifest is not complete', ({ dir }) => {
    for (const name of ['a', 'b', 'c'])
      writeMailbox(join(dir, 'user', name), [{ uid: 1, text: name }]);
    writeFileSync(
      join(dir, 'user/b/cyrus.index'),
      'no index at all, and longer than a header could be',
    );
    const { messages, troubles, end, status } = manifest(dir);
    expect(messages.map(told)).toEqual(['user.a 1', 'user.c 1']);
    expect(troubles).toMatchObject([{ mailbox: 'user.b' }]);
    expect([end?.complete, status]).toEqual([false, 2]);
  });

  test('is a second directory of one mailbox, which a move cut in half leaves', ({ dir }) => {
    const [one, two] = [join(dir, 'one'), join(dir, 'two')];
    for (const spool of [one, two]) writeMailbox(join(spool, 'user/a'), [{ uid: 1, text: 'one' }]);
    const { messages, troubles, status } = manifest(two, one);
    expect(messages.map(told)).toEqual(['user.a 1']);
    expect(troubles).toMatchObject([{ mailbox: 'user.a', path: join(two, 'user/a') }]);
    expect(status).toBe(2);
  });
});

describe('the mailboxes of a manifest', () => {
  const three = (dir: string): void => {
    for (const path of ['user/a', 'user/a/Sent', 'user/b'])
      writeMailbox(join(dir, 'spool', path), [{ uid: 1, text: path }]);
    writeFileSync(
      join(dir, 'imapd.conf'),
      `configdirectory: ${dir}\npartition-default: ${dir}/spool\n`,
    );
  };
  test.for([
    [
      ['--user', 'a'],
      ['user.a 1', 'user.a.Sent 1'],
    ],
    [
      ['--mailbox', 'user/a/Sent', '--mailbox', 'user.b'],
      ['user.a.Sent 1', 'user.b 1'],
    ],
  ] as const)('are those of %j', ([args, names], { dir }) => {
    three(dir);
    expect(manifest(join(dir, 'spool'), ...args).messages.map(told)).toEqual(names);
  });
  test('are those below a directory of the configuration', ({ dir }) => {
    three(dir);
    const { messages } = manifest('-C', join(dir, 'imapd.conf'), join(dir, 'spool/user/a'));
    expect(messages.map(told)).toEqual(['user.a 1', 'user.a.Sent 1']);
  });
  test('are all of the configuration when none is named', ({ dir }) => {
    three(dir);
    expect(manifest('-C', join(dir, 'imapd.conf')).messages).toHaveLength(3);
  });
});

describe('the text of a manifest', () => {
  test('goes to a file that only its owner may read, and to no other', ({ dir }) => {
    writeMailbox(join(dir, 'spool/user/a'), [{ uid: 1, text: 'one' }]);
    mkdirSync(join(dir, 'out'));
    const file = join(dir, 'out/m.jsonl');
    const { stdout, status } = run(['manifest', join(dir, 'spool'), '-o', file]);
    expect([stdout, status, readdirSync(join(dir, 'out'))]).toEqual(['', 0, ['m.jsonl']]);
    expect(lstatSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(3);
  });

  test('may be cut by its reader without a word, and is not whole then', ({ dir }) => {
    writeMailbox(
      join(dir, 'user/a'),
      Array.from({ length: 5000 }, (_, at) => ({ uid: at + 1, text: `${at}` })),
    );
    const command = `"${process.execPath}" "${program}" manifest "${dir}" | head -n 1; echo "\${PIPESTATUS[0]}" >&2`;
    const { stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
    expect(stdout.split('\n')).toHaveLength(2);
    expect(stderr).toBe('2\n');
  });

  test.for(['500', '0M', '20X'])('is not written at a rate of %s', (rate) => {
    const { stderr, status } = run(['manifest', '/tmp', '--bwlimit', rate]);
    expect([status, stderr]).toEqual([64, expect.stringContaining('not a rate')]);
  });
});
