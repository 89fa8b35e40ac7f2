/** The part of the port for looks at the messages of whole mailboxes, of which no byte is read. */
import type { BytePath } from '../model/byte-path.ts';
import type { ExpectedFiles } from '../model/expected-files.ts';
import type { Trouble } from '../model/trouble.ts';
import type { Inspection } from './os.ts';

export interface Glancer {
  /**
   * lstat of the messages of many mailbox directories, without a byte of them being read; several directories at
   * once, answers in no order.
   *
   * @param requests  pulled as threads become free, as those of an Inspector
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
  /** The others, with their positions in the request. */
  readonly others: readonly { readonly at: number; readonly answer: Inspection | Trouble }[];
  readonly listing?: MessageListing;
}

export interface MessageListing {
  /** Names in the directory, of any kind. */
  readonly entries: number;
  /** Uids of message files that were not asked for. */
  readonly strangers: readonly number[];
  /** Why the directory could not be read, or not to its end. */
  readonly trouble?: Trouble;
}
