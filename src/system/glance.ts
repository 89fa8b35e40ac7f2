/**
 * The part of the port for the messages of whole mailboxes: nearly all are as expected, and of those no more is told
 * than how many they are.
 */
import type { BytePath } from '../model/byte-path.ts';
import type { ExpectedFiles } from '../model/expected-files.ts';
import type { Trouble } from '../model/trouble.ts';
import type { Inspection } from './os.ts';

export interface Glancer {
  /**
   * lstat of the messages of many mailbox directories and, where digests are expected, a reading; several directories
   * at once, answers in no order. An inode with several names is read once, as by an Inspector.
   *
   * @param requests  pulled as threads become free, as those of an Inspector
   * @param onGlance  perhaps several times for a request, with a part of its messages each; of a request without
   *                  messages once
   */
  glance(
    requests: AsyncIterable<GlanceRequest>,
    onGlance: (index: number, glance: Glance) => void,
  ): Promise<void>;
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
