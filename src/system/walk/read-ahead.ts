/**
 * A reader waits twice for a directory that is not in memory: for its inode, and for its entries. So those that it
 * reads next are looked into meanwhile, by threads of libuv: they know nothing of JavaScript and cost no start.
 *
 * A name is looked up there that nobody has. The kernel reads the directory for it, and no inode of a file.
 */
import type { LookUpAll } from '../look-up-all.ts';
import type { DirectoryStack } from './directory-stack.ts';

/** Of one call, whose thread takes some 2 ms for them. */
const batchDirectories = 16;
/** Of each reader; libuv has four threads for all. */
const batchesAtMost = 6;
/** At the top: the reader comes to them before anybody else could. */
const leftToReader = 2;
/** Two blocks of 4 KB, an inode and its entries, are 16 of these; a directory in memory is none. */
const blocksOfCold = 4;

const absentName = '-';
/** The directory itself. */
const itself = '.';

/** What a reader has done so far. */
export interface Progress {
  readonly directories: number;
  /** Of them: those whose inode said that their entries need not be read. */
  readonly leftOut: number;
}

export class ReadAhead {
  readonly #lookUpAll: LookUpAll;
  readonly #blocksRead: () => number;
  #batches = 0;
  #before: Progress = { directories: 0, leftOut: 0 };
  #blocksBefore: number;
  /** undefined: nothing, since what is read is in memory already. */
  #name: string | undefined;

  /** @param blocksRead  how many blocks were read from disks so far, of 512 bytes */
  constructor(lookUpAll: LookUpAll, blocksRead: () => number = blocksReadByProcess) {
    this.#lookUpAll = lookUpAll;
    this.#blocksRead = blocksRead;
    this.#blocksBefore = blocksRead();
  }

  /** Does the reader wait for its disk? */
  get isCold(): boolean {
    return this.#name !== undefined;
  }

  /** Between two turns of the reader. @param stack  what it reads next */
  attend(stack: DirectoryStack, progress: Progress): void {
    const directories = progress.directories - this.#before.directories;
    if (directories >= batchDirectories) {
      const blocks = this.#blocksRead();
      const isCold = blocks - this.#blocksBefore >= directories * blocksOfCold;
      const leftOut = progress.leftOut - this.#before.leftOut;
      this.#name = isCold ? (leftOut > directories / 2 ? itself : absentName) : undefined;
      this.#blocksBefore = blocks;
      this.#before = progress;
    }
    while (this.#name !== undefined && this.#batches < batchesAtMost) {
      const paths = stack.lookAhead(this.#name, batchDirectories, leftToReader);
      if (!paths) return;
      this.#batches++;
      this.#lookUpAll(paths).then(
        () => this.#batches--,
        // Whatever it was, the reader will meet it and say so. That call is not replaced: the next would only fail, too.
        () => undefined,
      );
    }
  }
}

/** Of all threads. Filesystems without a disk read none, nor do those of other hosts. Source: ru_inblock in getrusage(2). */
function blocksReadByProcess(): number {
  return process.resourceUsage().fsRead;
}
