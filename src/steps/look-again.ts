/**
 * A mismatch is looked at again before it is told: on a server in use an index lags behind its files, and a file
 * behind its index, for moments. Each look opens the index anew and reads the file whole, with every witness.
 */
import { isRebuilt } from '../decide/is-rebuilt.ts';
import { judgeMessage } from '../decide/judge-message.ts';
import { judgeSharedInode, type Claim } from '../decide/judge-shared-inode.ts';
import type { Suspect } from '../model/audit.ts';
import { join, type BytePath } from '../model/byte-path.ts';
import type { MessageRef } from '../model/finding.ts';
import { inodeKey, type FileStat, type InodeKey } from '../model/inode.ts';
import type { MessageRecord } from '../model/mailbox.ts';
import type { Mailbox, MessageFacts, MessageJudgement } from '../model/message.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import type { Inspection, InspectRequest, Os } from '../system/os.ts';
import { factsOf, requestOf, type Gaze } from './message-facts.ts';
import { isWorthALook } from './open-audit.ts';
import { isUnsettled, lookUntilSettled, type Patience } from './patience.ts';

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

/** A Trouble: its index cannot be read, or not in one piece. */
export type OpenAgain = (directory: BytePath) => Mailbox | Trouble | undefined;

export interface LookPlan extends Patience {
  readonly gaze: Gaze;
}

/**
 * Suspects that every look found to be as they should not be, and those of which the last look says something else.
 *
 * @param suspects  names of one inode that records dispute must all be among them
 */
export async function lookAgain(
  os: Os,
  open: OpenAgain,
  suspects: readonly Suspect[],
  { gaze, ...patience }: LookPlan,
): Promise<Map<Suspect, Look>> {
  const last = new Map<Suspect, Look>();
  await lookUntilSettled(os.clock, patience, suspects, async (left) => {
    const seen = await lookOnce(os, open, left, gaze);
    for (const [suspect, what] of seen) last.set(suspect, what);
    // Disputed inodes are judged by all their names, so the healthy ones stay with them to the end.
    const disputed = inodesInDoubt(seen);
    return left.filter((suspect) => isInDoubt(seen.get(suspect), disputed));
  });
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
  open: OpenAgain,
  suspects: readonly Suspect[],
  gaze: Gaze,
): Promise<Map<Suspect, Look>> {
  const looks = new Map<Suspect, Look>();
  const asked = new Map<number, Asked>();
  const found: Found[] = [];
  async function* requests(): AsyncGenerator<InspectRequest, void, undefined> {
    let number = 0;
    for (const one of opened(open, suspects)) {
      if ('look' in one) {
        looks.set(one.suspect, one.look);
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
  open: OpenAgain,
  suspects: readonly Suspect[],
): Generator<Asked | { readonly suspect: Suspect; readonly look: Trouble | 'gone' }> {
  const recent = new Map<BytePath, Mailbox | Trouble | undefined>();
  for (const suspect of suspects) {
    const { directory, messageUid, path } = suspect;
    if (!recent.has(directory)) {
      // Names of one inode lie in a few mailboxes, in turns.
      if (recent.size >= mailboxesHeld) recent.clear();
      recent.set(directory, open(directory));
    }
    const mailbox = recent.get(directory);
    if (mailbox === undefined || isTrouble(mailbox)) {
      yield { suspect, look: mailbox ?? 'gone' };
      continue;
    }
    const record = mailbox.recordOf(messageUid);
    if (record === undefined && isUnsettled(mailbox.findings)) {
      // Cut off before its record, or without it: that nothing is there must not be concluded from such an index.
      const index = join(mailbox.directory, 'cyrus.index');
      yield { suspect, look: { path: index, syscall: 'read', errno: 'ESTALE' } };
    } else if (path !== undefined) {
      // It has got its record: it was on its way.
      yield record === undefined ? { suspect, mailbox, path } : { suspect, look: 'gone' };
    } else if (record === undefined || record.isUnlinked) yield { suspect, look: 'gone' };
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
