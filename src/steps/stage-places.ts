/** The directories of stage names while a run is undone: opened one component at a time, made where one is missing. */
import { asBytes, type BytePath } from '../model/byte-path.ts';
import type { FileStat } from '../model/inode.ts';
import type { DirectoryStep } from '../model/plan.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import type { Anchor } from '../system/os.ts';

/** What Cyrus makes them with: mkdir 0755 under a umask of 077. Source: cyrus-imapd lib/util.c, cyrus_mkdir. */
const usualMode = 0o700;

export class StagePlaces {
  readonly #root: Anchor;
  /** Of pid directories, by the pid, as the journal has them. */
  readonly #journalled: ReadonlyMap<BytePath, DirectoryStep>;
  readonly #areas = new Map<BytePath, Anchor>();
  /** Those of one batch. */
  readonly #pids = new Map<BytePath, Anchor>();

  constructor(root: Anchor, journalled: ReadonlyMap<BytePath, DirectoryStep>) {
    this.#root = root;
    this.#journalled = journalled;
  }

  /** As many descriptors as are held now. */
  get openDirectories(): number {
    return this.#areas.size + this.#pids.size;
  }

  /** `sync.` or `stage.`: the first of the components. */
  area([leaf = asBytes('')]: readonly BytePath[]): Anchor | Trouble {
    return this.#open(this.#areas, this.#root, leaf);
  }

  /** The directory of a stage file, from its components. 'missing' is a pid directory that is not there. */
  directoryOf(components: readonly BytePath[]): Anchor | 'missing' | Trouble {
    const area = this.area(components);
    const [, pid, leaf] = components;
    if (isTrouble(area) || leaf === undefined || pid === undefined) return area;
    const opened = this.#open(this.#pids, area, pid);
    return isTrouble(opened) && opened.errno === 'ENOENT' ? 'missing' : opened;
  }

  /** Makes `sync./<pid>` with the mode that the journal has. @returns how it differs from what was, in words */
  makePidDirectory(pid: BytePath): { readonly differs?: string } | Trouble {
    const area = this.area([asBytes('sync.')]);
    if (isTrouble(area)) return area;
    const before = this.#journalled.get(pid)?.seen;
    const mode = before === undefined ? usualMode : before.mode & 0o777;
    const now = area.makeDirectory(pid, mode) ?? area.lstat(pid);
    if (isTrouble(now) || before === undefined) return isTrouble(now) ? now : {};
    const differs = differenceOf(before, now);
    return differs === undefined ? {} : { differs };
  }

  close(): void {
    for (const anchor of [...this.#pids.values(), ...this.#areas.values()]) anchor.close();
    this.#pids.clear();
    this.#areas.clear();
  }

  #open(known: Map<BytePath, Anchor>, parent: Anchor, leaf: BytePath): Anchor | Trouble {
    const opened = known.get(leaf);
    if (opened) return opened;
    const anchor = parent.openDirectory(leaf);
    if (isTrouble(anchor)) return anchor;
    // A mount in the way: no link can be made there.
    if (anchor.id.dev !== this.#root.id.dev) {
      anchor.close();
      return { path: leaf, syscall: 'open', errno: 'EXDEV' };
    }
    known.set(leaf, anchor);
    return anchor;
  }
}

/** Never chown (safety.md 22): what the user we are cannot give is only told. */
function differenceOf(before: FileStat, now: FileStat): string | undefined {
  const parts: string[] = [];
  if (now.mode !== before.mode) parts.push(`mode ${octal(now.mode)}, before ${octal(before.mode)}`);
  if (now.uid !== before.uid) parts.push(`owner ${now.uid}, before ${before.uid}`);
  if (now.gid !== before.gid) parts.push(`group ${now.gid}, before ${before.gid}`);
  return parts.length === 0 ? undefined : parts.join('; ');
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
