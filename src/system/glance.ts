/**
 * The part of the port for the messages of whole mailboxes: nearly all are as expected, and of those no more is told
 * than how many they are.
 */
import type { BytePath } from '../model/byte-path.ts';
import type { ExpectedFiles } from '../model/expected-files.ts';
import type { CheckLevel } from '../model/message.ts';
import type { Trouble } from '../model/trouble.ts';
import type { Inspection } from './os.ts';

export interface Glancer {
  /**
   * lstat of the messages of many mailbox directories and, where digests are expected, a reading; several directories
   * at once, answers in no order. An inode with several names is read once, as by an Inspector.
   *
   * @param requests   pulled as threads become free, as those of an Inspector
   * @param onGlance   perhaps several times for a request, with a part of its messages each; of a request without
   *                   messages once
   * @param mailboxes  where whole mailboxes are among the requests: how they are looked at
   */
  glance(
    requests: AsyncIterable<GlanceRequest | MailboxRequest>,
    onGlance: (request: GlanceRequest, glance: Glance) => void,
    mailboxes?: MailboxLooks,
  ): Promise<void>;
  /** Does it gain by whole mailboxes? */
  readonly takesMailboxes?: boolean;
}

/** A mailbox that is looked at by its own index, in one go. */
export interface MailboxRequest {
  readonly directory: BytePath;
  readonly level: CheckLevel;
  /** Its path tells its name, and cyrus.header need not. */
  readonly isNamed: boolean;
  /** Of the message files that were seen in it. */
  readonly seenUids: Uint32Array<ArrayBuffer>;
}

/** Of a mailbox in which there is nothing to tell of anything: how many messages it has, and bytes that were read. */
export interface MailboxSum {
  readonly messages: number;
  readonly readBytes: number;
}

/**
 * @param memory  of pieceBytes, for what is read
 * @returns       undefined where anything is out of the ordinary, or cannot be seen in this way
 */
export type LookAtMailbox = (request: MailboxRequest, memory: Buffer) => MailboxSum | undefined;

export interface MailboxLooks {
  readonly look: LookAtMailbox;
  /** A module whose code is that of answerGlances(), with the same look. */
  readonly thread: URL;
  /** @returns what is to be asked of it now, where `sum` is undefined */
  onLook(request: MailboxRequest, sum: MailboxSum | undefined): Iterable<GlanceRequest>;
}

export interface GlanceRequest {
  readonly directory: BytePath;
  readonly expected: ExpectedFiles;
  /** Also tell which message files lie there beside these. */
  readonly lists: boolean;
}

export interface Glance {
  /** How many are as expected; of those there is nothing more to say. */
  readonly asExpected: number;
  /** Bytes that were read of them. */
  readonly readBytes: number;
  /** The others, with their positions in the request. */
  readonly others: readonly Other[];
  readonly listing?: MessageListing;
}

export interface Other {
  readonly at: number;
  readonly answer: Inspection | Trouble;
}

export interface MessageListing {
  /** Names in the directory, of any kind. */
  readonly entries: number;
  /** Uids of message files that were not asked for. */
  readonly strangers: readonly number[];
  /** Why the directory could not be read, or not to its end. */
  readonly trouble?: Trouble;
}
