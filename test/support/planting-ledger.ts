/** What is planted in a composed spool, and the list of it. */
import type { MessageRef } from '../../src/model/finding.ts';
import type { ComposedMessage } from './composed-message.ts';
import type { RecordSettings, SpoolComposer } from './spool-composer.ts';

/**
 * foreign: a whole other message. truncated: a beginning of its own. empty: 0 bytes of its own.
 * laundered: cut, and its record made to agree; only the stage name knows. partial: a beginning of another message.
 */
export type PlantedKind = 'foreign' | 'truncated' | 'empty' | 'laundered' | 'partial';

export interface Planted extends MessageRef {
  readonly kind: PlantedKind;
  /** Of the message file, absolute. */
  readonly path: string;
  /** As many bytes as the record says. */
  readonly isSameSize: boolean;
  readonly donor?: MessageRef;
  /** Where the right bytes still lie, under another inode. */
  readonly goodCopy?: MessageRef;
  /** A stage file that is still a name of it. */
  readonly stage?: string;
}

export interface ComposedSpool {
  /** Absolute; of the data root, of the metadata root if there is one, of an imapd.conf that names them. */
  readonly spool: string;
  readonly meta?: string;
  readonly config: string;
  readonly planted: readonly Planted[];
  /** Records whose files are what they say, told by digest or envelope. */
  readonly intact: readonly MessageRef[];
  /** Healthy, and nothing can prove it. */
  readonly unprovable: readonly MessageRef[];
  /** Records that lack a file and should have one. */
  readonly missing: readonly MessageRef[];
  /** Records whose file is rightly gone. */
  readonly gone: readonly MessageRef[];
  /** Files without a record. */
  readonly unindexed: readonly MessageRef[];
  /** Stage files that are left, absolute. */
  readonly stageFiles: readonly string[];
}

export interface Stored {
  readonly ref: MessageRef;
  /** Below the top. */
  readonly path: string;
  readonly message: ComposedMessage;
}

/** Stores messages and notes what a true audit must say of each. */
export class PlantingLedger {
  readonly composer: SpoolComposer;
  readonly planted: Planted[] = [];
  readonly intact: MessageRef[] = [];
  readonly unprovable: MessageRef[] = [];
  readonly missing: MessageRef[] = [];
  readonly gone: MessageRef[] = [];
  readonly unindexed: MessageRef[] = [];
  readonly stageFiles: string[] = [];
  readonly #counts = new Map<string, number>();
  #uuids = 0xa11ce000;

  constructor(composer: SpoolComposer) {
    this.composer = composer;
  }

  store(mailbox: string, message: ComposedMessage, settings: RecordSettings = {}): Stored {
    const messageUid = (this.#counts.get(mailbox) ?? 0) + 1;
    this.#counts.set(mailbox, messageUid);
    const path = this.composer.store(mailbox, message, settings);
    return { ref: { mailbox, messageUid }, path, message };
  }

  /** A new one, as delivery assigns. */
  uuid(): string {
    this.#uuids += 1;
    return this.#uuids.toString(16).padStart(24, '0');
  }

  /** Stored and left alone. */
  healthy(mailbox: string, message: ComposedMessage, settings: RecordSettings = {}): Stored {
    const stored = this.store(mailbox, message, settings);
    this.intact.push(stored.ref);
    return stored;
  }

  plant(victim: Stored, kind: PlantedKind, now: number, more: Partial<Planted> = {}): void {
    this.planted.push({
      ...victim.ref,
      kind,
      path: this.composer.at(victim.path),
      isSameSize: now === victim.message.bytes.length,
      ...more,
    });
  }

  stays(staged: string): string {
    const path = this.composer.at(staged);
    this.stageFiles.push(path);
    return path;
  }

  finish(): ComposedSpool {
    const { composer, planted, intact, unprovable, missing, gone, unindexed, stageFiles } = this;
    const config = composer.finish();
    return {
      spool: composer.at('spool'),
      ...(composer.shape.metapartition ? { meta: composer.at('meta') } : {}),
      config,
      ...{ planted, intact, unprovable, missing, gone, unindexed, stageFiles },
    };
  }
}
