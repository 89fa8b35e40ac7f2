/** Mailboxes for audits: such as are in order, and such as are not, by what is the matter. */
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
import { composeIndex, type RecordValues } from './index-writer.ts';
import { composeDlistHeader } from './mailbox-writer.ts';
import { flag, indexOf, sha1, writeMailbox, type PlainMessage } from './plain-mailbox.ts';

export const three: readonly PlainMessage[] = [1, 2, 7].map((uid) => ({
  uid,
  text: `message ${uid}`,
}));
export const odd = (over: Partial<PlainMessage>): PlainMessage[] => [
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
export const good: Readonly<Record<string, Plant>> = {
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

export const known = { ...good, ...strange };
