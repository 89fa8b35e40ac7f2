/**
 * Cyrus 2.3.7: index version 9, no digests, zero and other UUIDs, hashed directories, a metapartition and
 * cyrus.expunge. Sync servers died, their pids came back, and the next upload was written through the old names.
 */
import { composeMessage, type MessageWords } from './composed-message.ts';
import {
  PlantingLedger,
  type ComposedSpool,
  type Planted,
  type Stored,
} from './planting-ledger.ts';
import { SpoolComposer, type RecordSettings } from './spool-composer.ts';

/** A size that every message here can be padded to, so that overwriter and victim have the same. */
const roomy = 900;
const stalePid = 4711;

/** @param top  an existing empty directory */
export function composeIncidentSpool(top: string): ComposedSpool {
  const spool = new PlantingLedger(
    new SpoolComposer(top, { version: 9, hashed: true, metapartition: true }),
  );
  storeLawfulLinks(spool);
  overwriteKnownById(spool);
  overwriteWithoutId(spool);
  overwriteSharedAndGone(spool);
  cutShort(spool);
  storeOddities(spool);
  spool.stays(spool.composer.stageCache(stalePid));
  return spool.finish();
}

/** Sharing an inode is no conflict: delivery to many, COPY, RESERVE with its stage file left behind. */
function storeLawfulLinks(spool: PlantingLedger): void {
  const uuid = spool.uuid();
  const post = composeMessage({ from: 'list', subject: 'Post', messageId: 'post', day: 1 });
  const first = spool.healthy('user.alice', post, { uuid });
  for (const mailbox of ['user.bob', 'user.carol']) {
    spool.healthy(mailbox, post, { uuid, linkedTo: first.path });
  }
  spool.healthy('user.alice.Sent', post, { uuid, linkedTo: first.path });
  spool.stays(spool.composer.stage(first.path, 4800, '0.'));
  // SIMPLE uploads store a zero UUID: one known and one unknown are no contradiction.
  const simple = composeMessage({ from: 'dora', subject: 'Simple', messageId: 'simple', day: 2 });
  const unknown = spool.healthy('user.alice', simple);
  spool.healthy('user.carol', simple, { uuid: spool.uuid(), linkedTo: unknown.path });
}

function overwriteKnownById(spool: PlantingLedger): void {
  const pair = { sizeBytes: roomy, day: 3 };
  overwritten(spool, 'user.alice', 'user.bob', {
    right: { ...pair, from: 'anna', subject: 'Rent', messageId: 'rent' },
    wrong: { ...pair, from: 'boris', subject: 'Lab results', messageId: 'results' },
  });
  overwritten(spool, 'user.alice', 'user.carol.Incoming', {
    right: { from: 'anna', subject: 'Longer', messageId: 'long', day: 4, sizeBytes: 1400 },
    wrong: { from: 'boris', subject: 'Shorter', messageId: 'short', day: 4 },
  });
  // The next server was killed too: its stage file is still there.
  overwritten(
    spool,
    'user.carol',
    'user.bob',
    {
      right: { from: 'anna', subject: 'Short', messageId: 'brief', day: 5 },
      wrong: { from: 'boris', subject: 'Longer', messageId: 'wordy', day: 5, sizeBytes: 1500 },
    },
    { stageStays: true },
  );
  // Zero UUIDs on both sides: nothing in the records contradicts.
  overwritten(
    spool,
    'user.dave',
    'user.carol',
    {
      right: { ...pair, from: 'anna', subject: 'Zero', messageId: 'zero-right' },
      wrong: { ...pair, from: 'boris', subject: 'Zero', messageId: 'zero-wrong' },
    },
    { zero: true },
  );
}

/** Without a Message-ID, Subject, From and Date have to do. No donor can be found by a Message-ID either. */
function overwriteWithoutId(spool: PlantingLedger): void {
  const pair = { sizeBytes: roomy, day: 6, subject: 'Cron report' };
  overwritten(spool, 'user.bob', 'user.dave', {
    right: { ...pair, from: 'cron' },
    wrong: { ...pair, from: 'cron', day: 7 },
  });
  overwritten(spool, 'user.bob', 'user.alice', {
    right: { ...pair, from: 'cron', day: 8 },
    wrong: { ...pair, from: 'daemon', subject: 'Another report', day: 8 },
  });
}

function overwriteSharedAndGone(spool: PlantingLedger): void {
  // The victim had been copied: both of its names are damaged.
  const uuid = spool.uuid();
  const right = composeMessage({ from: 'anna', subject: 'Twice', messageId: 'twice', day: 9 });
  const victim = spool.store('user.alice', right, { uuid });
  const copy = spool.store('user.alice.Sent', right, { uuid, linkedTo: victim.path });
  const wrong = composeMessage({
    from: 'boris',
    subject: 'Once',
    messageId: 'once',
    day: 9,
    sizeBytes: right.bytes.length,
    body: '',
  });
  const owner = writeThrough(spool, victim, wrong, 'user.carol', { uuid: spool.uuid() });
  for (const name of [victim, copy]) {
    spool.plant(name, 'foreign', wrong.bytes.length, { donor: owner.ref });
  }

  // The rightful copy was expunged, and its record is in cyrus.expunge.
  overwritten(
    spool,
    'user.alice',
    'user.carol.Incoming',
    {
      right: { from: 'anna', subject: 'Kept', messageId: 'kept', day: 10, sizeBytes: roomy },
      wrong: { from: 'boris', subject: 'Gone', messageId: 'gone', day: 10, sizeBytes: roomy },
    },
    { owner: { expunged: true } },
  );
}

function cutShort(spool: PlantingLedger): void {
  const words = { from: 'anna', day: 11, sizeBytes: 9000 };
  const emptied = spool.store(
    'user.dave',
    composeMessage({ ...words, subject: 'E', messageId: 'e' }),
    {
      uuid: spool.uuid(),
    },
  );
  spool.composer.overwrite(emptied.path, Buffer.alloc(0));
  spool.plant(emptied, 'empty', 0);
  // The buffer of the overwriter reached the disk in part, and its own record never did.
  const torn = spool.store(
    'user.dave',
    composeMessage({ ...words, subject: 'T', messageId: 't' }),
    {
      uuid: spool.uuid(),
    },
  );
  const other = composeMessage({
    from: 'boris',
    subject: 'O',
    messageId: 'o',
    day: 11,
    sizeBytes: 9000,
  });
  spool.composer.overwrite(torn.path, other.bytes.subarray(0, 4096));
  spool.plant(torn, 'partial', 4096);
}

function storeOddities(spool: PlantingLedger): void {
  const words = { from: 'anna', day: 12 };
  spool.healthy('user.dave', composeMessage({ ...words, subject: 'Expunged', messageId: 'x' }), {
    uuid: spool.uuid(),
    expunged: true,
  });
  // Neither Message-ID nor Date nor Subject: nothing to compare.
  const bare = spool.store('user.dave', composeMessage({ from: 'anna' }), { uuid: spool.uuid() });
  spool.unprovable.push(bare.ref);
  const lost = spool.store('user.dave', composeMessage({ ...words, messageId: 'lost' }), {
    uuid: spool.uuid(),
    noFile: true,
  });
  spool.missing.push(lost.ref);
  // Linked, and the server died before the record was written.
  spool.composer.storeUnindexed('user.dave', 90, bare.path);
  spool.unindexed.push({ mailbox: 'user.dave', messageUid: 90 });
  spool.healthy('shared.news', composeMessage({ ...words, subject: 'News', messageId: 'news' }), {
    uuid: spool.uuid(),
  });
}

/** The victim's message, and the one that was written over it on its way to another mailbox. */
interface Pair {
  readonly right: MessageWords;
  readonly wrong: MessageWords;
}

interface Circumstances {
  readonly zero?: boolean;
  readonly stageStays?: boolean;
  readonly owner?: RecordSettings;
}

function overwritten(
  spool: PlantingLedger,
  mailbox: string,
  ownerMailbox: string,
  { right, wrong }: Pair,
  { zero = false, stageStays = false, owner = {} }: Circumstances = {},
): void {
  const identity = (): RecordSettings => (zero ? {} : { uuid: spool.uuid() });
  const victim = spool.store(mailbox, composeMessage(right), identity());
  const message = composeMessage(wrong);
  const more: { -readonly [Key in keyof Planted]?: Planted[Key] } = {};
  const settings = { ...identity(), ...owner };
  const rightful = writeThrough(spool, victim, message, ownerMailbox, settings, (staged) => {
    if (stageStays) more.stage = spool.stays(staged);
    else spool.composer.unlink(staged);
  });
  spool.plant(victim, 'foreign', message.bytes.length, { donor: rightful.ref, ...more });
}

/** What sync_server 2.3.0 to 2.3.8 does with a stage name that is there: open with w+, write, link, unlink. */
function writeThrough(
  spool: PlantingLedger,
  victim: Stored,
  message: Stored['message'],
  ownerMailbox: string,
  settings: RecordSettings,
  afterwards: (staged: string) => void = (staged) => {
    spool.composer.unlink(staged);
  },
): Stored {
  // Slots are numbered per connection and freed with it; a number of our own keeps those that stay apart.
  const staged = spool.composer.stage(victim.path, stalePid, `${spool.planted.length}.`);
  spool.composer.overwrite(staged, message.bytes);
  const owner = spool.healthy(ownerMailbox, message, { ...settings, linkedTo: victim.path });
  afterwards(staged);
  return owner;
}
