/** A look at a whole mailbox says only that all is well, and is right about it: everything else is said by who opens it. */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { bytePath } from '../../src/model/byte-path.ts';
import type { CheckLevel } from '../../src/model/message.ts';
import type { Report } from '../../src/model/report.ts';
import { loadLookAtMailbox } from '../../src/steps/look-at-mailbox.ts';
import type { Glancer, MailboxSum } from '../../src/system/glance.ts';
import { nodeOs } from '../../src/system/node-os.ts';
import type { Os } from '../../src/system/os.ts';
import { readingMemory } from '../../src/system/reading-memory.ts';
import { runAudit } from '../support/audit-run.ts';
import { composeIndex, type RecordValues } from '../support/index-writer.ts';
import { composeDlistHeader } from '../support/mailbox-writer.ts';
import { flag, indexOf, sha1, writeMailbox, type PlainMessage } from '../support/plain-mailbox.ts';
import { test } from '../support/spool.ts';

const look = await loadLookAtMailbox();
const memory = await readingMemory();
const levels = ['exists', 'size', 'digest'] as const;

const three: readonly PlainMessage[] = [1, 2, 7].map((uid) => ({ uid, text: `message ${uid}` }));
const odd = (over: Partial<PlainMessage>): PlainMessage[] => [
  ...three,
  { uid: 9, text: 'the ninth', ...over },
];

type Plant = (directory: string) => void;

const index = (at: string): string => join(at, 'cyrus.index');

function recordsOf(version: number, over: RecordValues): Plant {
  return (at) => {
    writeMailbox(at, three, { version });
    const records = three.map(({ uid, text }, nth): RecordValues => ({
      uid,
      size: text.length,
      guid: sha1(text),
      ...(nth === 1 ? over : {}),
    }));
    writeFileSync(index(at), composeIndex(version, { generation: 1, lastUid: 7 }, records));
  };
}

function changed(change: (at: string) => void): Plant {
  return (at) => {
    writeMailbox(at, three);
    change(at);
  };
}

/** Changes bytes of the index, from `offset` on; from its end when it is negative. */
function scribbled(offset: number, bytes: readonly number[]): Plant {
  return changed((at) => {
    const all = readFileSync(index(at));
    all.set(bytes, offset < 0 ? all.length + offset : offset);
    writeFileSync(index(at), all);
  });
}

/** In which there is nothing to tell, on any level. */
const good: Readonly<Record<string, Plant>> = {
  plain: (at) => {
    writeMailbox(at, three);
  },
  'without messages': (at) => {
    writeMailbox(at, []);
  },
  'with an expunged message': (at) => {
    writeMailbox(at, odd({ flags: flag.expunged }));
  },
  'with a record whose file Cyrus has removed': (at) => {
    writeMailbox(at, odd({ flags: flag.expunged + flag.unlinked, onDisk: null }));
  },
  'with a record whose file Cyrus will remove': (at) => {
    writeMailbox(at, odd({ flags: flag.expunged + flag.unlinked }));
  },
  'with an archived message and no archive': (at) => {
    writeMailbox(at, odd({ flags: flag.archived }));
  },
  'with the largest uid': (at) => {
    writeMailbox(at, [...three, { uid: 4_294_967_295, text: 'last' }]);
  },
  'with bytes behind its records': changed((at) => {
    appendFileSync(index(at), Buffer.alloc(50));
  }),
  'of version 20, with times to the nanosecond': (at) => {
    writeMailbox(at, three, { version: 20 });
    const records = three.map(({ uid, text }): RecordValues => {
      const internalDate = 1_000_500_000_000n;
      return { uid, size: text.length, guid: sha1(text), internalDate };
    });
    writeFileSync(index(at), composeIndex(20, { generation: 1, lastUid: 7 }, records));
    for (const { uid } of three) utimesSync(join(at, `${uid}.`), 1000.5, 1000.5);
  },
  'with a header of 3.6': changed((at) => {
    const values = { type: 'e', name: 'user.x', uniqueId: 'id', quotaRoot: '', flags: [], acl: [] };
    writeFileSync(join(at, 'cyrus.header'), composeDlistHeader(values));
  }),
  'with times that agree': (at) => {
    recordsOf(17, { internalDate: 1000 })(at);
    utimesSync(join(at, '2.'), 1000, 1000);
  },
};

/** In which a look on some level has to tell something, or does not understand. */
const strange: Readonly<Record<string, Plant>> = {
  'whose message is missing': (at) => {
    writeMailbox(at, odd({ onDisk: null }));
  },
  'with a file that has no record': changed((at) => {
    writeFileSync(join(at, '5.'), 'stranger');
  }),
  'with a file above all records': changed((at) => {
    writeFileSync(join(at, '70.'), 'stranger');
  }),
  'with another size': (at) => {
    writeMailbox(at, odd({ onDisk: 'longer than the ninth' }));
  },
  'with other bytes of the same size': (at) => {
    writeMailbox(at, odd({ onDisk: 'the tenth' }));
  },
  'with an empty file': (at) => {
    writeMailbox(at, odd({ onDisk: '' }));
  },
  'with times that differ': (at) => {
    recordsOf(17, { internalDate: 1000 })(at);
    utimesSync(join(at, '2.'), 2000, 2000);
  },
  'with a record that has no digest': recordsOf(17, { guid: '' }),
  'with a record that has no size': recordsOf(17, { size: 0 }),
  'with a file that has another name': changed((at) => {
    linkSync(join(at, '1.'), join(at, 'other'));
  }),
  'with a file that two records claim': (at) => {
    writeMailbox(at, odd({ onDisk: null, text: 'message 1' }));
    linkSync(join(at, '1.'), join(at, '9.'));
  },
  'with a symbolic link as a message': (at) => {
    writeMailbox(at, odd({ onDisk: null }));
    symlinkSync('1.', join(at, '9.'));
  },
  'with a FIFO as a message': (at) => {
    writeMailbox(at, odd({ onDisk: null }));
    execFileSync('mkfifo', [join(at, '9.')]);
  },
  'with a directory as a message': (at) => {
    writeMailbox(at, odd({ onDisk: null }));
    mkdirSync(join(at, '9.'));
  },
  'with a record of a wrong CRC': scribbled(-1, [0xff]),
  'with an index header of a wrong CRC': scribbled(40, [1, 2, 3]),
  'with a torn index': changed((at) => {
    truncateSync(index(at), readFileSync(index(at)).length - 30);
  }),
  'with an empty index': changed((at) => {
    truncateSync(index(at), 0);
  }),
  'with an index of an unknown version': scribbled(8, [0, 0, 0, 99]),
  'with an index of anything': changed((at) => {
    writeFileSync(index(at), 'no index '.repeat(40));
  }),
  'with uids that do not ascend': recordsOf(17, { uid: 1 }),
  'with uid 0': recordsOf(17, { uid: 0 }),
  'with a symbolic link as its index': changed((at) => {
    renameSync(index(at), join(at, 'elsewhere'));
    symlinkSync('elsewhere', index(at));
  }),
  'with a FIFO as its index': changed((at) => {
    rmSync(index(at));
    execFileSync('mkfifo', [index(at)]);
  }),
  'with a directory as its index': changed((at) => {
    rmSync(index(at));
    mkdirSync(index(at));
  }),
  'without a header': changed((at) => {
    rmSync(join(at, 'cyrus.header'));
  }),
  'with a header of anything': changed((at) => {
    writeFileSync(join(at, 'cyrus.header'), 'no header');
  }),
  'with a FIFO as its header': changed((at) => {
    rmSync(join(at, 'cyrus.header'));
    execFileSync('mkfifo', [join(at, 'cyrus.header')]);
  }),
  'of 2.3, with an expunge file': (at) => {
    writeMailbox(at, three, { version: 9 });
    writeFileSync(join(at, '9.'), 'expunged');
    writeFileSync(join(at, 'cyrus.expunge'), indexOf(9, [{ uid: 9, text: 'expunged' }]));
  },
};

const known = { ...good, ...strange };

function lookAt(
  directory: string,
  level: CheckLevel,
  uids: readonly number[],
  isNamed = true,
): MailboxSum | undefined {
  const request = {
    directory: bytePath(directory),
    level,
    isNamed,
    seenUids: new Uint32Array(uids),
  };
  return look?.(request, memory);
}

/** The same spool as an audit sees it that opens every mailbox, and as one sees it that looks at them as a whole. */
async function bothSay(dir: string, check: CheckLevel, jobs = 2): Promise<unknown[]> {
  const said: unknown[] = [];
  for (const os of [nodeOs({ jobs: 1 }), nodeOs({ jobs })]) {
    const report = await runAudit(undefined, { os, paths: [dir], check });
    said.push(JSON.parse(JSON.stringify({ ...report, header: undefined }, noBigints)));
  }
  return said;
}

function noBigints(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

/** How many mailboxes were looked at as a whole, and how many of those are well. */
function watched(real: Os): { readonly os: Os; readonly looks: { all: number; well: number } } {
  const looks = { all: 0, well: 0 };
  const glancer: Glancer = {
    takesMailboxes: true,
    async glance(requests, onGlance, mailboxes) {
      await real.glancer.glance(
        requests,
        onGlance,
        mailboxes && {
          ...mailboxes,
          onLook(request, sum) {
            looks.all += 1;
            if (sum !== undefined) looks.well += 1;
            return mailboxes.onLook(request, sum);
          },
        },
      );
    },
  };
  return { os: { ...real, glancer }, looks };
}

describe('a look at a whole mailbox', () => {
  for (const [words, plant] of Object.entries(good)) {
    test(`finds one ${words} in order`, ({ dir }) => {
      const at = join(dir, 'user/x');
      plant(at);
      const uids = words === 'without messages' ? [] : [7, 1, 2];
      for (const level of levels) expect(lookAt(at, level, uids)).toBeDefined();
    });
  }

  test('counts its messages and the bytes that it read', ({ dir }) => {
    writeMailbox(join(dir, 'x'), odd({ flags: flag.unlinked, onDisk: null }));
    const bytes = three.reduce((sum, { text }) => sum + text.length, 0);
    expect(lookAt(join(dir, 'x'), 'size', [1, 2, 7])).toEqual({ messages: 3, readBytes: 0 });
    expect(lookAt(join(dir, 'x'), 'digest', [1, 2, 7])).toEqual({ messages: 3, readBytes: bytes });
  });

  test('says nothing of a directory that is gone, or was replaced by a symbolic link', ({
    dir,
  }) => {
    writeMailbox(join(dir, 'x'), three);
    symlinkSync('x', join(dir, 'link'));
    expect(lookAt(join(dir, 'gone'), 'size', [])).toBeUndefined();
    expect(lookAt(join(dir, 'link'), 'size', [])).toBeUndefined();
  });

  test('says nothing of one that neither its path nor its header names', ({ dir }) => {
    writeMailbox(join(dir, 'x'), three);
    expect(lookAt(join(dir, 'x'), 'size', [], false)).toBeUndefined();
    good['with a header of 3.6']?.(join(dir, 'y'));
    expect(lookAt(join(dir, 'y'), 'size', [], false)).toBeDefined();
  });

  test('reads no message where one is longer than what is read at once', ({ dir }) => {
    const long = 'x'.repeat(memory.length + 1);
    writeMailbox(join(dir, 'x'), odd({ text: long }));
    expect(lookAt(join(dir, 'x'), 'size', [])).toEqual({ messages: 4, readBytes: 0 });
    expect(lookAt(join(dir, 'x'), 'digest', [])).toBeUndefined();
  });
});

describe('an audit that looks at whole mailboxes says what one says that opens them', () => {
  for (const [words, plant] of Object.entries(known)) {
    test.for(levels)(`of one ${words}, by %s`, async (check, { dir }) => {
      plant(join(dir, 'user/x'));
      const [opened, looked] = await bothSay(dir, check);
      expect(looked).toEqual(opened);
    });
  }

  test.for(levels)('of all of them together, in threads, by %s', async (check, { dir }) => {
    for (const [nth, plant] of Object.values(known).entries()) {
      plant(join(dir, `user/${nth % 2 === 0 ? 'a' : 'z'}${nth}`));
      plant(join(dir, `user/middle/${nth}`));
    }
    // Past what the caller's thread does by itself.
    for (let nth = 0; nth < 700; nth += 1) writeMailbox(join(dir, `user/m${nth}`), three);
    const [opened, looked] = await bothSay(dir, check, 3);
    expect(looked).toEqual(opened);
  });

  test('opens none of which all is well, and only those', async ({ dir }) => {
    for (const [words, plant] of Object.entries(good)) plant(join(dir, 'user/g', words));
    writeMailbox(join(dir, 'user/b'), odd({ onDisk: null }));
    const { os, looks } = watched(nodeOs({ jobs: 2 }));
    const { messages, findings }: Report = await runAudit(undefined, { os, paths: [dir] });
    const count = Object.keys(good).length;
    expect(looks).toEqual({ all: count + 1, well: count });
    expect(findings.map(({ code }) => code)).toEqual(['message-file-missing']);
    expect(messages?.damaged).toBe(0);
  });

  test('opens every mailbox of a partition that has files elsewhere', async ({ dir }) => {
    writeMailbox(join(dir, 'spool/user/x'), three);
    mkdirSync(join(dir, 'archive'));
    const config = join(dir, 'imapd.conf');
    writeFileSync(
      config,
      `defaultpartition: default\npartition-default: ${dir}/spool\narchivepartition-default: ${dir}/archive\n`,
    );
    const { os, looks } = watched(nodeOs({ jobs: 2 }));
    const { messages } = await runAudit(config, { os });
    expect(messages?.intact).toBe(3);
    expect(looks.all).toBe(0);
  });

  test('opens every mailbox of a sample', async ({ dir }) => {
    writeMailbox(join(dir, 'user/x'), three);
    const { os, looks } = watched(nodeOs({ jobs: 2 }));
    await runAudit(undefined, { os, paths: [dir], sample: { share: 0.5, seed: 'a' } });
    expect(looks.all).toBe(0);
  });
});
