/**
 * A mismatch is looked at again before it is told: on a server in use an index lags behind its files, and a file
 * behind its index, for moments. Each look opens the index anew and reads the file whole, with every witness.
 */
import { isRebuilt } from '../decide/is-rebuilt.ts';
import { judgeMessage } from '../decide/judge-message.ts';
import { judgeSharedInode, type Claim } from '../decide/judge-shared-inode.ts';
import type { Suspect } from '../model/audit.ts';
import type { BytePath } from '../model/byte-path.ts';
import type { MessageRef } from '../model/finding.ts';
import { inodeKey, type FileStat, type InodeKey } from '../model/inode.ts';
import type { MessageRecord } from '../model/mailbox.ts';
import type { Mailbox, MessageFacts, MessageJudgement } from '../model/message.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import type { Inspection, InspectRequest, Os } from '../system/os.ts';
import { factsOf, requestOf, type Gaze } from './message-facts.ts';
import { isWorthALook } from './open-audit.ts';

/** What the last look saw of a suspect. */
export interface Seen {
  readonly mailbox: string;
  readonly minorVersion: number;
  readonly path: BytePath;
  /** Absent for a file without a record. */
  readonly record?: MessageRecord;
  readonly file?: FileStat;
  readonly sha1?: string;
  readonly messageIds?: readonly string[];
  readonly judgement: MessageJudgement;
  /** By an inode that is shared. */
  readonly donor?: MessageRef;
  /** The index was written after the file last changed. */
  readonly isRebuilt: boolean;
  /** The uid is above the last one that the index has given out. */
  readonly isAboveLast: boolean;
}

/** 'gone': the message or its mailbox is there no more. A Trouble: it could not be looked at. */
export type Look = Seen | Trouble | 'gone';

export interface LookPlan {
  readonly gaze: Gaze;
  /** At least 1. */
  readonly looks: number;
  /** Before each look; 0 for a spool that nobody uses. */
  readonly pauseMs: number;
}

/**
 * Suspects that every look found to be as they should not be, and those of which the last look says something else.
 *
 * @param suspects  names of one inode that records dispute must all be among them
 */
export async function lookAgain(
  os: Os,
  open: (directory: BytePath) => Mailbox | undefined,
  suspects: readonly Suspect[],
  { gaze, looks, pauseMs }: LookPlan,
): Promise<Map<Suspect, Look>> {
  const last = new Map<Suspect, Look>();
  let left = suspects;
  for (let look = 1; look <= looks && left.length > 0; look++) {
    if (pauseMs > 0) await os.clock.pause(pauseMs);
    const seen = await lookOnce(os, open, left, gaze);
    for (const [suspect, what] of seen) last.set(suspect, what);
    // Disputed inodes are judged by all their names, so the healthy ones stay with them to the end.
    const disputed = inodesInDoubt(seen);
    left = left.filter((suspect) => isInDoubt(seen.get(suspect), disputed));
  }
  return last;
}

function isInDoubt(look: Look | undefined, disputed: ReadonlySet<InodeKey>): boolean {
  if (look === undefined || look === 'gone') return false;
  if (isTrouble(look) || isWorthALook(look.judgement)) return true;
  return look.file !== undefined && disputed.has(inodeKey(look.file));
}

function inodesInDoubt(looks: ReadonlyMap<Suspect, Look>): Set<InodeKey> {
  const inodes = new Set<InodeKey>();
  for (const look of looks.values()) {
    if (look === 'gone' || isTrouble(look) || look.file === undefined) continue;
    if (isWorthALook(look.judgement)) inodes.add(inodeKey(look.file));
  }
  return inodes;
}

interface Asked {
  readonly suspect: Suspect;
  readonly mailbox: Mailbox;
  readonly record?: MessageRecord;
  readonly path: BytePath;
}

/** Without its mailbox, which holds a whole index: fifty thousand suspects can lie in as many mailboxes. */
interface Found {
  readonly suspect: Suspect;
  readonly mailbox: Pick<Mailbox, 'name' | 'minorVersion' | 'index'>;
  readonly record: MessageRecord;
  readonly path: BytePath;
  readonly facts: MessageFacts;
}

async function lookOnce(
  os: Os,
  open: (directory: BytePath) => Mailbox | undefined,
  suspects: readonly Suspect[],
  gaze: Gaze,
): Promise<Map<Suspect, Look>> {
  const looks = new Map<Suspect, Look>();
  const asked = new Map<number, Asked>();
  const found: Found[] = [];
  async function* requests(): AsyncGenerator<InspectRequest, void, undefined> {
    let number = 0;
    for (const one of opened(open, suspects)) {
      if ('gone' in one) {
        looks.set(one.gone, 'gone');
        continue;
      }
      asked.set(number++, one);
      const { mailbox, record, path } = one;
      yield record === undefined
        ? { path, wantsSha1: false, wantsHead: false, expectedBytes: 0 }
        : requestOf({ mailbox, record }, gaze);
    }
    await os.clock.breathe();
  }
  await os.inspector.inspect(requests(), (index, answer) => {
    const question = asked.get(index);
    if (question === undefined) throw new Error('an answer to what was not asked');
    asked.delete(index);
    const { suspect, mailbox, record, path } = question;
    if (record === undefined) looks.set(suspect, unindexed(question, answer));
    else {
      const facts = factsOf({ mailbox, record }, gaze, answer);
      if (isTrouble(facts)) looks.set(suspect, facts);
      else {
        const { name, minorVersion, index: stat } = mailbox;
        found.push({ suspect, mailbox: { name, minorVersion, index: stat }, record, path, facts });
      }
    }
  });
  for (const [suspect, look] of judged(found)) looks.set(suspect, look);
  return looks;
}

/** The mailboxes of the suspects, each opened once when its suspects stand together. */
function* opened(
  open: (directory: BytePath) => Mailbox | undefined,
  suspects: readonly Suspect[],
): Generator<Asked | { readonly gone: Suspect }> {
  const recent = new Map<BytePath, Mailbox | undefined>();
  for (const suspect of suspects) {
    const { directory, messageUid, path } = suspect;
    if (!recent.has(directory)) {
      // Names of one inode lie in a few mailboxes, in turns.
      if (recent.size >= mailboxesHeld) recent.clear();
      recent.set(directory, open(directory));
    }
    const mailbox = recent.get(directory);
    const record = mailbox?.recordOf(messageUid);
    if (mailbox === undefined) yield { gone: suspect };
    else if (path !== undefined) {
      // It has got its record: it was on its way.
      yield record === undefined ? { suspect, mailbox, path } : { gone: suspect };
    } else if (record === undefined || record.isUnlinked) yield { gone: suspect };
    else yield { suspect, mailbox, record, path: mailbox.fileOf(record) };
  }
}

const mailboxesHeld = 32;

function unindexed({ mailbox, suspect, path }: Asked, answer: Inspection | Trouble): Look {
  if (isTrouble(answer)) return answer.errno === 'ENOENT' ? 'gone' : answer;
  if (answer.stat.kind !== 'file') return 'gone';
  return {
    mailbox: mailbox.name,
    minorVersion: mailbox.minorVersion,
    path,
    file: answer.stat,
    judgement: { status: 'unindexed', codes: ['message-unindexed'] },
    isRebuilt: false,
    isAboveLast: suspect.messageUid > mailbox.lastUid,
  };
}

/** Each by itself; those of one inode together. */
function* judged(found: readonly Found[]): Generator<[Suspect, Seen]> {
  const byInode = new Map<InodeKey, Found[]>();
  for (const one of found) {
    const { file } = one.facts;
    if (file === undefined || file.linkCount < 2) {
      yield [one.suspect, seenOf(one, judgeMessage(one.facts))];
      continue;
    }
    const key = inodeKey(file);
    const names = byInode.get(key);
    if (names === undefined) byInode.set(key, [one]);
    else names.push(one);
  }
  for (const names of byInode.values()) {
    const claims = names.map(claimFrom);
    const [first] = names;
    if (first === undefined) continue;
    const { judgements } = judgeSharedInode(claims, first.facts);
    for (const [at, one] of names.entries()) {
      const judgement = judgements[at];
      if (judgement === undefined) throw new Error('a claim was not judged');
      yield [one.suspect, seenOf(one, judgement, judgement.donor)];
    }
  }
}

function claimFrom({ mailbox, record, facts }: Found): Claim {
  return {
    mailbox: mailbox.name,
    record,
    minorVersion: mailbox.minorVersion,
    ...(facts.cached === undefined ? {} : { cached: facts.cached }),
  };
}

function seenOf(one: Found, judgement: MessageJudgement, donor?: MessageRef): Seen {
  const { mailbox, record, path, facts } = one;
  const { file, sha1, header } = facts;
  return {
    mailbox: mailbox.name,
    minorVersion: mailbox.minorVersion,
    path,
    record,
    judgement,
    ...(file === undefined ? {} : { file }),
    ...(sha1 === undefined ? {} : { sha1 }),
    ...(header === undefined ? {} : { messageIds: header.fields.messageId }),
    ...(donor === undefined ? {} : { donor }),
    isRebuilt: file !== undefined && isRebuilt(mailbox.index, file),
    isAboveLast: false,
  };
}
