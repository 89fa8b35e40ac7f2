/** A partition in a temporary directory, and what reads its mailboxes. */
import { cpSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bytePath, relativeTo, type BytePath } from '../../src/model/byte-path.ts';
import type { Layout, MetaFile, Partition, Root } from '../../src/model/partition.ts';
import { findRoots } from '../../src/steps/find-roots.ts';
import { listMailboxes, type MailboxSelection } from '../../src/steps/list-mailboxes.ts';
import { MailboxReader } from '../../src/steps/mailbox-reader.ts';
import type { MailboxSink } from '../../src/steps/mailbox-tree.ts';
import { nodeClock } from '../../src/system/clock.ts';
import { nodeFiles } from '../../src/system/files.ts';
import type { Files } from '../../src/system/os.ts';

export interface SpoolPlaces {
  readonly name?: string;
  readonly archive?: string;
  /** Metadata root by file; the names are relative to the directory. */
  readonly metadata?: Partial<Record<MetaFile, string>>;
  readonly layout?: Layout;
}

export const fixtures = new URL('../../fixtures/index/', import.meta.url).pathname;
export const goldUuid = 'uuid/8/2/82061087-429d-423a-b28c-d20fb404dfc6';

export class MailboxSpool {
  readonly base: string;
  readonly #partitions: Partition[] = [];

  constructor(dir: string) {
    this.base = realpathSync(dir);
  }

  /** Makes the roots of a partition whose data root is `data`. */
  partition(data: string, places: SpoolPlaces = {}): this {
    const { name = 'default', archive, metadata = {}, layout } = places;
    const roots = [data, archive, ...Object.values(metadata)];
    for (const root of roots)
      if (root !== undefined) mkdirSync(join(this.base, root), { recursive: true });
    const files = Object.entries(metadata) as [MetaFile, string][];
    this.#partitions.push({
      name,
      data: this.path(data),
      ...(archive === undefined ? {} : { archive: this.path(archive) }),
      metadata: new Map(files.map(([file, root]) => [file, this.path(root)])),
      ...(layout === undefined ? {} : { layout }),
    });
    return this;
  }

  path(relative: string): BytePath {
    return bytePath(join(this.base, relative));
  }

  write(relative: string, bytes: Uint8Array | string): this {
    const path = join(this.base, relative);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    return this;
  }

  /** Copies a file or tree of fixtures/index. */
  copy(fixture: string, relative: string): this {
    mkdirSync(dirname(join(this.base, relative)), { recursive: true });
    cpSync(join(fixtures, fixture), join(this.base, relative), { recursive: true });
    return this;
  }

  get partitions(): readonly Partition[] {
    return this.#partitions;
  }

  roots(): readonly Root[] {
    return findRoots(nodeFiles, this.#partitions).roots;
  }

  reader(files: Files = nodeFiles): MailboxReader {
    return new MailboxReader(files, this.roots(), this.#partitions);
  }

  /** Directories relative to the base, and everything else that was told. */
  async list(
    selection: MailboxSelection = {},
    files: Files = nodeFiles,
  ): Promise<{ readonly mailboxes: string[]; readonly told: string[] }> {
    const told: string[] = [];
    const short = (path: BytePath): string => relativeTo(path, bytePath(this.base)) ?? path;
    const sink: MailboxSink = {
      trouble: ({ path, errno }) => told.push(`${errno} ${short(path)}`),
      vanished: (path) => told.push(`vanished ${short(path)}`),
      notEntered: ({ path, reason }) => told.push(`${reason} ${short(path)}`),
      finding: ({ code, path }) => told.push(`${code} ${short(path)}`),
    };
    const mailboxes: string[] = [];
    const clock = nodeClock();
    const listed = listMailboxes(files, clock, this.roots(), this.#partitions, selection, sink);
    for await (const directory of listed) mailboxes.push(short(directory));
    return { mailboxes, told };
  }
}
