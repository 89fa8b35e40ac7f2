/**
 * The plain walker: opendir, and lstat of everything that could be a file. It defines what is correct, since
 * st_ino is the inode on every filesystem, while the d_ino of the native walker is not (overlayfs, some FUSE).
 *
 * A directory is known by the lstat before it is opened. Should another take its place in between, its names are
 * told under the wrong directory; the caller's last look at every name and its directory finds that out.
 */
import { join, type BytePath } from '../../model/byte-path.ts';
import { inodeKey, type InodeKey } from '../../model/inode.ts';
import type { Directory } from '../../model/link.ts';
import { isTrouble, type Trouble } from '../../model/trouble.ts';
import { nodeClock } from '../clock.ts';
import { DirectoryEntries, type Entry } from '../directory-entries.ts';
import { attempt } from '../attempt.ts';
import { nodeFiles } from '../files.ts';
import { withShortPath } from '../long-path.ts';
import type { Walk, WalkRequest, WalkSink } from './port.ts';
import type { CensusTally } from './census-tally.ts';
import { mountLeaves, type MountLeaves } from './mount-leaves.ts';

/** Signals and progress wait no longer than this. */
const sliceMs = 20;
/** An lstat costs some 2 µs, so this many entries stay far below a slice, and asking the time costs nothing. */
const entriesBetweenLooks = 256;

export const plainWalk: Walk = {
  name: 'node',
  async run(request, sink) {
    const walk = new PlainWalk(request, sink);
    for (const root of request.roots) {
      sink.begins(root);
      await walk.tree(root);
    }
    walk.tell();
  },
};

export class PlainWalk {
  readonly #request: WalkRequest;
  readonly #sink: WalkSink;
  readonly #roots: ReadonlySet<BytePath>;
  readonly #mounts: MountLeaves;
  readonly #tables: ReadonlyMap<bigint, number>;
  readonly #tally: CensusTally | undefined;
  /** Filled only when mount points are entered: without them a tree has no two ways to one directory. */
  readonly #visited = new Set<InodeKey>();
  #entries = 0;
  #directories = 0;
  #sliceEnd = performance.now() + sliceMs;
  #tellAt = performance.now();

  /** @param tally counts the names instead of telling hits */
  constructor(request: WalkRequest, sink: WalkSink, tally?: CensusTally) {
    this.#tally = tally;
    this.#request = request;
    this.#sink = sink;
    this.#roots = new Set(request.roots);
    this.#mounts = mountLeaves(request);
    this.#tables = new Map(request.wanted.map((table, position) => [table.dev, position]));
  }

  async tree(root: BytePath): Promise<void> {
    const stack: BytePath[] = [root];
    let device: bigint | undefined;
    for (let path = stack.pop(); path !== undefined; path = stack.pop()) {
      if (this.#request.signal.aborted) return;
      const directory = this.#enter(path, device);
      if (directory === undefined) continue;
      device ??= directory.dev;
      await this.#read(directory, stack);
    }
  }

  tell(): void {
    if (this.#entries + this.#directories > 0)
      this.#sink.progress(this.#entries, this.#directories, 0);
    this.#entries = 0;
    this.#directories = 0;
  }

  /** @param device that of the root; undefined for the root itself */
  #enter(path: BytePath, device: bigint | undefined): Directory | undefined {
    const stat = lookAt(path);
    if (isTrouble(stat)) {
      this.#refused(stat, device === undefined);
      return undefined;
    }
    if (stat.kind !== 'directory') {
      // What was a directory a moment ago is none now: renamed away, which the account finds out.
      this.#refused({ path, syscall: 'opendir', errno: 'ENOTDIR' }, device === undefined);
      return undefined;
    }
    if (device !== undefined && stat.dev !== device) {
      if (!this.#request.enterMounts || !this.#tables.has(stat.dev)) {
        this.#sink.notEntered({ path, reason: 'other device' });
        return undefined;
      }
    }
    const key = inodeKey(stat);
    if (this.#request.known.has(key)) return undefined;
    const entered = this.#tally?.devices[this.#tables.get(stat.dev) ?? -1]?.entered;
    if (entered?.addNumber(stat.ino) === false) return undefined;
    if (this.#request.enterMounts) {
      if (this.#visited.has(key)) return undefined;
      this.#visited.add(key);
    }
    return { path, dev: stat.dev, ino: stat.ino };
  }

  async #read(directory: Directory, stack: BytePath[]): Promise<void> {
    this.#directories++;
    const { path } = directory;
    const entries = attempt(path, 'opendir', () => DirectoryEntries.open(path));
    if (isTrouble(entries)) {
      this.#refused(entries, false);
      return;
    }
    const mounted = this.#mounts.get(path);
    try {
      for (;;) {
        const entry = attempt(path, 'readdir', () => entries.read());
        if (entry === undefined) break;
        if (isTrouble(entry)) {
          this.#refused(entry, false);
          break;
        }
        this.#entry(directory, entry, mounted, stack);
        if (++this.#entries % entriesBetweenLooks === 0) {
          await this.#breathe();
          if (this.#request.signal.aborted) break;
        }
      }
    } finally {
      entries.close();
    }
    await this.#breathe();
  }

  #entry(
    directory: Directory,
    { leaf, kind }: Entry,
    mounted: ReadonlySet<BytePath> | undefined,
    stack: BytePath[],
  ): void {
    const path = join(directory.path, leaf);
    const isMounted = mounted?.has(leaf) === true;
    const isEntered = this.#request.enterMounts && (kind === 'directory' || kind === 'unknown');
    if (isMounted && !isEntered) {
      this.#sink.notEntered({ path, reason: 'mount point' });
      return;
    }
    if (kind === 'directory') {
      if (!this.#roots.has(path)) stack.push(path);
      return;
    }
    if (kind !== 'file' && kind !== 'unknown') return;
    const stat = lookAt(path);
    if (isTrouble(stat)) {
      this.#refused(stat, false);
    } else if (stat.kind === 'directory') {
      if (!this.#roots.has(path)) stack.push(path);
    } else if (isMounted) {
      this.#sink.notEntered({ path, reason: 'mount point' });
    } else if (stat.kind === 'file') {
      const table = this.#tables.get(stat.dev);
      if (table === undefined) return;
      if (this.#tally) {
        // The link count spares memory here, not time: one of two names may lie outside, so names are counted all the same.
        if (stat.linkCount > 1) this.#tally.devices[table]?.find(stat.ino);
        return;
      }
      const index = this.#request.wanted[table]?.find(stat.ino) ?? -1;
      if (index >= 0) this.#sink.hit(table, index, directory, leaf);
    }
  }

  /** Only a root must be there: what was met on the way may go away again. */
  #refused(trouble: Trouble, isRoot: boolean): void {
    const isGone = trouble.errno === 'ENOENT' || trouble.errno === 'ENOTDIR';
    if (isGone && !isRoot) this.#sink.vanished(trouble.path);
    else this.#sink.trouble(trouble);
  }

  async #breathe(): Promise<void> {
    const now = performance.now();
    if (now < this.#sliceEnd) return;
    if (now >= this.#tellAt) {
      this.tell();
      this.#tellAt = now + 250;
    }
    await nodeClock().breathe();
    this.#sliceEnd = performance.now() + sliceMs;
  }
}

function lookAt(path: BytePath): ReturnType<typeof nodeFiles.lstat> {
  if (path.length < 4096) return nodeFiles.lstat(path);
  const stat = attempt(path, 'lstat', () => withShortPath(path, (short) => nodeFiles.lstat(short)));
  return isTrouble(stat) ? { ...stat, path } : stat;
}
