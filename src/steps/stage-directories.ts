/** The directories of the stage areas of one root, open while steps come for them: the plan is sorted by path. */
import type { BytePath } from '../model/byte-path.ts';
import { sameInode, type InodeId } from '../model/inode.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import type { Anchor } from '../system/os.ts';

interface Opened {
  readonly leaf: BytePath;
  readonly anchor: Anchor;
}

export class StageDirectories {
  readonly #root: Anchor;
  #area: Opened | undefined;
  #pid: Opened | undefined;

  constructor(root: Anchor) {
    this.#root = root;
  }

  /**
   * @param components  of the directory: the area, or the area and the pid
   * @param expected    its identity; another gives ESTALE
   * @returns           not to be closed
   */
  open(components: readonly BytePath[], expected?: InodeId): Anchor | Trouble {
    const [area, pid] = components;
    if (area === undefined) throw new Error('a stage directory without components');
    if (this.#area?.leaf !== area) {
      this.close();
      const anchor = this.#root.openDirectory(area, pid === undefined ? expected : undefined);
      if (isTrouble(anchor)) return anchor;
      this.#area = { leaf: area, anchor };
    }
    if (pid === undefined) return this.#checked(this.#area, expected);
    if (this.#pid?.leaf !== pid) {
      this.#closePid();
      const anchor = this.#area.anchor.openDirectory(pid, expected);
      if (isTrouble(anchor)) return anchor;
      this.#pid = { leaf: pid, anchor };
    }
    return this.#checked(this.#pid, expected);
  }

  close(): void {
    this.#closePid();
    this.#area?.anchor.close();
    this.#area = undefined;
  }

  #closePid(): void {
    this.#pid?.anchor.close();
    this.#pid = undefined;
  }

  #checked({ leaf, anchor }: Opened, expected: InodeId | undefined): Anchor | Trouble {
    if (expected === undefined || sameInode(anchor.id, expected)) return anchor;
    return { path: leaf, syscall: 'open', errno: 'ESTALE' };
  }
}
