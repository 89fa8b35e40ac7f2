/** The directories of one partition, data and metadata tree as one, in byte order of their paths. */
import { asBytes, compareBytes, join, leafOf, type BytePath } from '../model/byte-path.ts';
import type { Finding } from '../model/finding.ts';
import { messageUidOf } from '../model/mailbox-name.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import { parseMailboxPath } from '../parse/mailbox-path.ts';
import type { Clock, EntryKind, Files } from '../system/os.ts';
import type { WalkSink } from '../system/walk/port.ts';
import { MailboxLocation, type MailboxLocator, type PartitionRoots } from './locate-mailbox.ts';
import { nameOfPlace } from './name-mailbox.ts';
import { isNameSettled, type NameSelection } from './select-mailboxes.ts';

/** Names at a root that end in a dot are areas: Cyrus's and our own (design.md, quarantine). */
const areas: ReadonlySet<string> = new Set(['sync.', 'stage.', 'stagesweep.']);
/** Directory entries between two breaths: some tens of milliseconds. */
const entriesPerBreath = 20_000;
/** An lstat and an opendir cost as much as a hundred entries. */
const entriesPerDirectory = 100;
/** Of directories that have lost their index, told one by one: without --meta they are all that there are. */
const headlessAtMost = 20;

/** Is the path, relative to a root, in no place for mailboxes? */
export function isNoMailbox(relative: string): boolean {
  return areas.has(relative.split('/', 1)[0] ?? '');
}

/** What the walk tells beside the mailboxes; "could not look" must never read as "nothing found". */
export interface MailboxSink extends Pick<WalkSink, 'trouble' | 'vanished' | 'notEntered'> {
  /** A mailbox that may have been meant, and does not say its name. */
  finding(finding: Finding): void;
  /** Every name that is no directory, in every directory of the trees; one of unknown kind may be one. */
  entry?(directory: BytePath, leaf: BytePath): void;
  /** Before a mailbox that lies there: how many names a directory of the first tree has, and the uids of its messages. */
  listed?(directory: BytePath, entries: number, messageUids: readonly number[]): void;
  /** At the end: an option, as it was typed, that names no mailbox of those that were gone through. */
  unmatched?(option: string): void;
}

/** Positions in #tops: the trees in which a directory was seen. */
type Trees = readonly number[];

/**
 * One thing to do next. A directory is looked at in the order of its path, and gone into in the order of its path
 * with a slash: `a-b` sorts between `a` and `a/b`.
 */
interface Task {
  readonly key: string;
  readonly relative: BytePath;
  readonly trees: Trees;
  /** Known once it was looked at. */
  readonly children?: ReadonlyMap<BytePath, Trees>;
}

interface Listing {
  readonly exists: Trees;
  /** Of whatever kind: that it cannot be opened is told by who opens it. */
  readonly hasIndex: boolean;
  /** One file that only a mailbox has: a message, or cyrus.header. */
  readonly sign?: BytePath;
  readonly children: ReadonlyMap<BytePath, Trees>;
}

export class MailboxTree {
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #locator: MailboxLocator;
  readonly #roots: PartitionRoots;
  readonly #names: NameSelection | undefined;
  readonly #sink: MailboxSink;
  /** The data root first. */
  readonly #tops: readonly BytePath[];
  /** Device of each; undefined for a top that cannot be looked at. */
  readonly #devices: readonly (bigint | undefined)[];
  readonly #mountPoints: ReadonlySet<BytePath>;
  #entries = 0;
  #headless = 0;

  /** @param names  undefined for all mailboxes */
  constructor(
    files: Files,
    clock: Clock,
    locator: MailboxLocator,
    roots: PartitionRoots,
    names: NameSelection | undefined,
    sink: MailboxSink,
  ) {
    this.#files = files;
    this.#clock = clock;
    this.#locator = locator;
    this.#roots = roots;
    this.#names = names;
    this.#sink = sink;
    const tops = [roots.data, roots.metadata.get('index')];
    this.#tops = [...new Set(tops.filter((top) => top !== undefined))];
    this.#devices = this.#tops.map((top) => {
      const stat = files.lstat(top);
      return isTrouble(stat) ? undefined : stat.dev;
    });
    this.#mountPoints = new Set(files.mounts().map((mount) => mount.point));
  }

  /** @param start  relative to the roots; '' for all of the partition */
  async *from(start: BytePath): AsyncGenerator<BytePath, void, undefined> {
    const everywhere = this.#tops.map((_, tree) => tree);
    const stack: Task[] = [{ key: start, relative: start, trees: everywhere }];
    for (let task = stack.pop(); task !== undefined; task = stack.pop()) {
      const { relative, children } = task;
      if (children !== undefined) {
        stack.push(...this.#below(relative, children));
        continue;
      }
      const listing = this.#look(task, relative === start);
      const isMailbox = relative !== '' && (listing.hasIndex || listing.sign !== undefined);
      if (isMailbox && this.#isMeant(relative, listing)) {
        if (listing.hasIndex) yield this.#directoryOf(relative);
        else this.#tellHeadless(relative, listing);
      }
      if (listing.children.size > 0) {
        const key = relative === '' ? '' : `${relative}/`;
        insert(stack, { key, relative, trees: listing.exists, children: listing.children });
      }
      await this.#breathe();
    }
    const more = this.#headless - headlessAtMost;
    if (more > 0) {
      const detail = `${more} more directories below it have messages and no cyrus.index`;
      this.#sink.finding({ code: 'unreadable', path: this.#directoryOf(start), detail });
    }
  }

  /** Without its index nothing is known of the mailbox (cyrus-imapd keeps it beside the messages or in a metadata root). */
  #tellHeadless(relative: BytePath, { sign }: Listing): void {
    // It may be on its way out.
    if (sign === undefined || isTrouble(this.#files.lstat(sign))) return;
    this.#headless += 1;
    if (this.#headless > headlessAtMost) return;
    const detail = `${leafOf(sign)} lies here and no cyrus.index does, nor in a metadata root that is known (--meta)`;
    this.#sink.finding({ code: 'unreadable', path: this.#directoryOf(relative), detail });
  }

  /** The least path last, since the stack ends there. */
  #below(relative: BytePath, children: ReadonlyMap<BytePath, Trees>): Task[] {
    const tasks: Task[] = [];
    for (const [leaf, trees] of [...children].sort(([a], [b]) => compareBytes(b, a))) {
      const child = relative === '' ? leaf : join(relative, leaf);
      if (isNoMailbox(child) || !this.#mayHold(child)) continue;
      tasks.push({ key: child, relative: child, trees });
    }
    return tasks;
  }

  #look(task: Task, isStart: boolean): Listing {
    const children = new Map<BytePath, number[]>();
    const exists: number[] = [];
    let hasIndex = false;
    let sign: BytePath | undefined;
    for (const tree of task.trees) {
      const path = this.#pathIn(tree, task.relative);
      if (path === undefined || !this.#mayEnter(tree, path, isStart)) continue;
      exists.push(tree);
      const messageUids: number[] = [];
      const before = this.#entries;
      const onMessage = (messageUid: number): void => {
        this.#entries += 1;
        this.#sink.entry?.(path, asBytes(`${messageUid}.`));
        messageUids.push(messageUid);
        sign ??= join(path, `${messageUid}.`);
      };
      const onEntry = (leaf: BytePath, kind: EntryKind): void => {
        this.#entries += 1;
        if (kind !== 'directory') this.#sink.entry?.(path, leaf);
        if (leaf === 'cyrus.index') hasIndex = true;
        else if (leaf === 'cyrus.header' || messageUidOf(leaf) !== undefined) {
          if (kind === 'file' || kind === 'unknown') sign ??= join(path, leaf);
          else if (kind === 'directory') addTo(children, leaf, tree);
        } else if (kind === 'symlink') this.#meetSymlink(join(path, leaf));
        else if (kind === 'directory' || kind === 'unknown') addTo(children, leaf, tree);
      };
      const trouble = this.#files.list(path, onEntry, onMessage);
      if (trouble !== undefined) this.#refused(trouble);
      else if (tree === 0) this.#sink.listed?.(path, this.#entries - before, messageUids);
    }
    if (sign === undefined) return { exists, hasIndex, children };
    // A listing can miss a name that is renamed over meanwhile, as Cyrus up to 2.3 does with every new index.
    hasIndex ||= exists.some((tree) => this.#hasIndexNow(tree, task.relative));
    return { exists, hasIndex, children, sign };
  }

  #hasIndexNow(tree: number, relative: BytePath): boolean {
    const path = this.#pathIn(tree, relative);
    return path !== undefined && !isTrouble(this.#files.lstat(join(path, 'cyrus.index')));
  }

  /** Cyrus follows it, and what lies behind it may be mailboxes; within the roots they are met at their own place. */
  #meetSymlink(path: BytePath): void {
    const target = this.#files.canonical(path);
    if (isTrouble(target) || this.#locator.rootOf(target) !== undefined) return;
    const stat = this.#files.lstat(target);
    if (isTrouble(stat) || stat.kind !== 'directory') return;
    this.#sink.notEntered({ path, reason: 'symbolic link' });
  }

  /** @param isStart  what was named is entered though it be a mount point, and may be missing in one of the trees */
  #mayEnter(tree: number, path: BytePath, isStart: boolean): boolean {
    this.#entries += entriesPerDirectory;
    const stat = this.#files.lstat(path);
    if (isTrouble(stat)) {
      // A root must be there; of a named directory it was seen that one of the trees has it.
      if (path === this.#tops[tree]) this.#sink.trouble(stat);
      else if (!isStart || !isGone(stat)) this.#refused(stat);
      return false;
    }
    if (stat.kind === 'symlink') this.#meetSymlink(path);
    // What was a directory a moment ago was renamed away.
    if (stat.kind !== 'directory') return false;
    if (isStart) return true;
    // Its own walk comes to what it holds: an archive or metadata tree inside the spool holds no mailbox of its own.
    if (this.#locator.rootOf(path)?.path === path) return false;
    if (this.#mountPoints.has(path)) {
      this.#sink.notEntered({ path, reason: 'mount point' });
      return false;
    }
    if (this.#devices[tree] !== stat.dev) {
      this.#sink.notEntered({ path, reason: 'other device' });
      return false;
    }
    return true;
  }

  #isMeant(relative: BytePath, { exists }: Listing): boolean {
    const location = new MailboxLocation(this.#roots, relative);
    if (!exists.includes(0) && !this.#isOurs(location)) return false;
    if (this.#names === undefined) return true;
    const findings: Finding[] = [];
    const name = nameOfPlace(this.#files, location, findings);
    for (const finding of findings) this.#sink.finding(finding);
    if (name !== undefined) return this.#names.take(name);
    if (findings.length === 0) {
      const detail = 'its cyrus.header does not tell the name of the mailbox';
      this.#sink.finding({ code: 'unreadable', path: this.#directoryOf(relative), detail });
    }
    return false;
  }

  /**
   * Partitions can share a metadata directory. An index there without messages beside it belongs to the partition
   * that has the messages, or to the first one when none has.
   */
  #isOurs(location: MailboxLocation): boolean {
    const top = this.#roots.metadata.get('index');
    const sharers = this.#locator.partitions.filter((each) => each.metadata.get('index') === top);
    if (sharers.length < 2) return true;
    const hasMessages = sharers.some(({ data }) => {
      return data !== undefined && !isTrouble(this.#files.lstat(join(data, location.relative)));
    });
    return !hasMessages && sharers[0] === this.#roots;
  }

  #mayHold(relative: BytePath): boolean {
    const { layout } = this.#roots.partition;
    if (this.#names === undefined || !isNameSettled(relative, layout)) return true;
    const place = parseMailboxPath(relative, layout);
    return place?.kind !== 'name' || this.#names.mayHoldBelow(place.mailbox);
  }

  #directoryOf(relative: BytePath): BytePath {
    return this.#pathIn(0, relative) ?? relative;
  }

  #pathIn(tree: number, relative: BytePath): BytePath | undefined {
    const top = this.#tops[tree];
    if (top === undefined) return undefined;
    return relative === '' ? top : join(top, relative);
  }

  #refused(trouble: Trouble): void {
    if (isGone(trouble)) this.#sink.vanished(trouble.path);
    else this.#sink.trouble(trouble);
  }

  async #breathe(): Promise<void> {
    if (this.#entries < entriesPerBreath) return;
    this.#entries = 0;
    await this.#clock.breathe();
  }
}

function addTo(children: Map<BytePath, number[]>, leaf: BytePath, tree: number): void {
  const seen = children.get(leaf);
  if (seen === undefined) children.set(leaf, [tree]);
  else seen.push(tree);
}

/** At its place in the order; what goes before it are only siblings whose names begin with its own. */
function insert(stack: Task[], task: Task): void {
  let at = stack.length;
  while (at > 0 && (stack[at - 1]?.key ?? '') < task.key) at -= 1;
  stack.splice(at, 0, task);
}

function isGone({ errno }: Trouble): boolean {
  return errno === 'ENOENT' || errno === 'ENOTDIR';
}
