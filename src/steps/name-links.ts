/** Says of every found name what it is: a message of which mailbox, a stage file, or something else. */
import { join, relativeTo, type BytePath } from '../model/byte-path.ts';
import { FormatError } from '../model/errors.ts';
import type { Finding } from '../model/finding.ts';
import { linkPath, type FoundName, type Link, type LinkKind } from '../model/link.ts';
import { messageUidOf } from '../model/mailbox-name.ts';
import type { Partition, Root } from '../model/partition.ts';
import { isTrouble, isVanished } from '../model/trouble.ts';
import { parseMailboxHeader } from '../parse/mailbox-header.ts';
import { parseMailboxPath } from '../parse/mailbox-path.ts';
import type { Files } from '../system/os.ts';

/** What one directory makes of the names in it. */
interface Setting {
  readonly kind: LinkKind;
  readonly mailbox?: string;
}

/** cyrus.header holds an ACL and flag names; the largest seen on real servers are a few kilobytes. */
const headerAtMost = 1 << 20;

export class LinkNamer {
  readonly findings: Finding[] = [];
  readonly #files: Files;
  /** Longest paths first: an archive may lie inside the spool. */
  readonly #roots: readonly Root[];
  readonly #partitions: ReadonlyMap<string, Partition>;
  readonly #settings = new Map<BytePath, Setting>();

  constructor(files: Files, roots: readonly Root[], partitions: readonly Partition[]) {
    this.#files = files;
    this.#roots = [...roots].sort((a, b) => b.path.length - a.path.length);
    this.#partitions = new Map(partitions.map((partition) => [partition.name, partition]));
  }

  link(name: FoundName): Link {
    const setting = this.#settingOf(name.directory.path);
    const isMessage = setting.kind === 'mailbox' || setting.kind === 'archive';
    const messageUid = isMessage ? messageUidOf(name.leaf) : undefined;
    // A name that is no <uid>. in a mailbox directory is nothing that Cyrus made.
    if (isMessage && messageUid === undefined) return { ...bare(name), kind: 'other' };
    return {
      ...bare(name),
      ...setting,
      ...(messageUid === undefined ? {} : { messageUid, status: 'unverifiable' as const }),
    };
  }

  #settingOf(directory: BytePath): Setting {
    const known = this.#settings.get(directory);
    if (known !== undefined) return known;
    const setting = this.#lookAt(directory);
    this.#settings.set(directory, setting);
    return setting;
  }

  #lookAt(directory: BytePath): Setting {
    for (const root of this.#roots) {
      const relative = relativeTo(directory, root.path);
      if (relative === undefined) continue;
      const [top] = relative.split('/', 1);
      if (top === 'sync.' || top === 'stage.') return { kind: 'stage' };
      if (top === 'stagesweep.') return { kind: 'quarantine' };
      if (root.kind === 'backup') return { kind: 'other' };
      const mailbox = this.#mailboxOf(root, relative);
      const kind = root.kind === 'archive' ? 'archive' : 'mailbox';
      return mailbox === undefined ? { kind } : { kind, mailbox };
    }
    return { kind: 'other' };
  }

  #mailboxOf(root: Root, relative: BytePath): string | undefined {
    const partition = this.#partitions.get(root.partition);
    const place = parseMailboxPath(relative, partition?.layout);
    if (place === undefined) return undefined;
    return place.kind === 'name' ? place.mailbox : this.#nameInHeader(partition, relative);
  }

  /**
   * From 3.6 on the path of a uuid mailbox says nothing; cyrus.header does, and lies beside the messages or on the
   * metapartition, never in the archive.
   */
  #nameInHeader(partition: Partition | undefined, relative: BytePath): string | undefined {
    for (const root of [partition?.metadata.get('header'), partition?.data]) {
      if (root === undefined) continue;
      const path = join(join(root, relative), 'cyrus.header');
      const bytes = this.#files.read(path, headerAtMost);
      if (isTrouble(bytes)) {
        if (!isVanished(bytes)) {
          this.findings.push({
            code: 'unreadable',
            path,
            detail: `${bytes.syscall}: ${bytes.errno}`,
          });
        }
        continue;
      }
      try {
        return parseMailboxHeader(bytes).name;
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        this.findings.push({ code: 'unreadable', path, detail: error.message });
      }
    }
    return undefined;
  }
}

function bare(name: FoundName): FoundName & { readonly codes: readonly [] } {
  return { directory: name.directory, leaf: name.leaf, codes: noCodes };
}

const noCodes: readonly [] = [];

/** Byte order of the whole path, so that reports of one disk are alike whichever walker ran. */
export function sortedLinks(links: readonly Link[]): Link[] {
  return links
    .map((link) => ({ link, path: linkPath(link) }))
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
    .map(({ link }) => link);
}
