/** Says of every found name what it is: a message of which mailbox, a stage file, or something else. */
import { compareBytes, relativeTo, type BytePath } from '../model/byte-path.ts';
import type { Finding } from '../model/finding.ts';
import { linkPath, type FoundName, type Link, type LinkKind } from '../model/link.ts';
import { messageUidOf } from '../model/mailbox-name.ts';
import type { Partition, Root } from '../model/partition.ts';
import type { Files } from '../system/os.ts';
import { MailboxLocator } from './locate-mailbox.ts';
import { nameOfPlace } from './name-mailbox.ts';

/** What one directory makes of the names in it. */
interface Setting {
  readonly kind: LinkKind;
  readonly mailbox?: string;
}

export class LinkNamer {
  readonly findings: Finding[] = [];
  readonly #files: Files;
  readonly #locator: MailboxLocator;
  readonly #settings = new Map<BytePath, Setting>();

  constructor(files: Files, roots: readonly Root[], partitions: readonly Partition[]) {
    this.#files = files;
    this.#locator = new MailboxLocator(files, roots, partitions);
  }

  link(name: FoundName): Link {
    const setting = this.#settingOf(name.directory.path);
    const isMessage = setting.kind === 'mailbox' || setting.kind === 'archive';
    const messageUid = isMessage ? messageUidOf(name.leaf) : undefined;
    const { directory, leaf } = name;
    const { kind, mailbox } = setting;
    // Whole at once: an object that grows by spreading takes half as much again, and there are two for every orphan.
    if (messageUid !== undefined) {
      const status = 'unverifiable';
      return mailbox === undefined
        ? { directory, leaf, kind, messageUid, status, codes: noCodes }
        : { directory, leaf, kind, mailbox, messageUid, status, codes: noCodes };
    }
    // A name that is no <uid>. in a mailbox directory is nothing that Cyrus made.
    return { directory, leaf, kind: isMessage ? 'other' : kind, codes: noCodes };
  }

  /** Of a mailbox, by its name. */
  isMessage(name: FoundName): boolean {
    const { kind } = this.#settingOf(name.directory.path);
    return (kind === 'mailbox' || kind === 'archive') && messageUidOf(name.leaf) !== undefined;
  }

  #settingOf(directory: BytePath): Setting {
    const known = this.#settings.get(directory);
    if (known !== undefined) return known;
    const setting = this.#lookAt(directory);
    this.#settings.set(directory, setting);
    return setting;
  }

  #lookAt(directory: BytePath): Setting {
    const root = this.#locator.rootOf(directory);
    const relative = root === undefined ? undefined : relativeTo(directory, root.path);
    if (root === undefined || relative === undefined) return { kind: 'other' };
    const [top] = relative.split('/', 1);
    if (top === 'sync.' || top === 'stage.') return { kind: 'stage' };
    if (top === 'stagesweep.') return { kind: 'quarantine' };
    if (root.kind === 'backup') return { kind: 'other' };
    const [location] = this.#locator.locate(directory);
    const mailbox =
      location === undefined ? undefined : nameOfPlace(this.#files, location, this.findings);
    const kind = root.kind === 'archive' ? 'archive' : 'mailbox';
    return mailbox === undefined ? { kind } : { kind, mailbox };
  }
}

const noCodes: readonly [] = [];

/** Byte order of the whole path, so that reports of one disk are alike whichever walker ran. */
export function sortedLinks(links: readonly Link[]): readonly Link[] {
  const [one, other] = links;
  // Nearly always: the name in the stage area and that in a mailbox.
  if (links.length === 2 && one !== undefined && other !== undefined) {
    return compareBytes(linkPath(one), linkPath(other)) <= 0 ? links : [other, one];
  }
  return links
    .map((link) => ({ link, path: linkPath(link) }))
    .sort((a, b) => compareBytes(a.path, b.path))
    .map(({ link }) => link);
}
