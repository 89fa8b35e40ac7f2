/**
 * The calls that change a disk, counted, and stopped at one of them: by a kill before, in the middle of or after it,
 * or by an errno. Everything but the chosen call is done for real, apart from fsync: it takes most of the time and does
 * nothing that a test could see.
 */
import { asBytes, type BytePath } from '../../src/model/byte-path.ts';
import { isTrouble, type Trouble } from '../../src/model/trouble.ts';
import type { Anchor, Changes, HeldFile, WritableFile } from '../../src/system/os.ts';

/** What a SIGKILL is to a test: after it, no call of the run does anything. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

export type When = 'before' | 'torn' | 'after';

export interface Fault {
  /** Number of the call, from 0. */
  readonly at?: number;
  /** Or the first call of this name, after so many others of it. */
  readonly first?: string;
  readonly skip?: number;
  /** `torn` is a write of which a half came to the disk; other calls have no middle and are done. */
  readonly kill?: When;
  /** Answered in place of the call; of a write, a half has come to the disk. */
  readonly errno?: string;
}

export interface Call {
  readonly number: number;
  readonly syscall: string;
  readonly leaf: string;
}

export class FaultPort implements Changes {
  calls = 0;
  readonly log: string[] = [];
  readonly #real: Changes;
  readonly #fault: Fault | undefined;
  readonly #hook: ((call: Call, when: 'before' | 'after') => void) | undefined;
  readonly #opened = new Set<{ close(): void }>();
  #isDead = false;
  #met = 0;

  /** @param hook called around every call: what another process does at that moment */
  constructor(real: Changes, fault?: Fault, hook?: (call: Call, when: 'before' | 'after') => void) {
    this.#real = real;
    this.#fault = fault;
    this.#hook = hook;
  }

  get wasReached(): boolean {
    return this.calls > (this.#fault?.at ?? Infinity);
  }

  /** What the kernel closes when a process ends. */
  closeAll(): void {
    for (const one of this.#opened) one.close();
    this.#opened.clear();
  }

  openDirectory(
    path: BytePath,
    expected: Parameters<Changes['openDirectory']>[1],
  ): Anchor | Trouble {
    const open = (): Anchor | Trouble => this.#real.openDirectory(path, expected);
    return this.anchor(this.call('open', path, open), path);
  }

  anchor(opened: Anchor | Trouble, leaf: string): Anchor | Trouble {
    return isTrouble(opened) ? opened : new FaultAnchor(this, this.keep(opened), leaf);
  }

  held(opened: HeldFile | Trouble): HeldFile | Trouble {
    if (isTrouble(opened)) return opened;
    const real = this.keep(opened);
    return {
      stat: () =>
        this.call('fstat', '', () => real.stat(), 'kill only') as ReturnType<HeldFile['stat']>,
      readAt: (offset, length) => this.call('read', '', () => real.readAt(offset, length)),
      sha1: () => this.call('read', '', () => real.sha1()),
      copyTo: (target) => this.call('copy', '', () => real.copyTo(target)),
      close: () => {
        this.drop(real);
      },
    };
  }

  writable(opened: WritableFile | Trouble, leaf: string): WritableFile | Trouble {
    if (isTrouble(opened)) return opened;
    const real = this.keep(opened);
    return {
      write: (bytes) =>
        this.call('write', leaf, (isHalf) =>
          real.write(isHalf ? bytes.subarray(0, bytes.length / 2) : bytes),
        ),
      sync: () => this.call('fsync', leaf, () => undefined),
      close: () => {
        this.drop(real);
      },
    };
  }

  keep<T extends { close(): void }>(one: T): T {
    this.#opened.add(one);
    return one;
  }

  drop(one: { close(): void }): void {
    if (this.#isDead) return;
    this.#opened.delete(one);
    one.close();
  }

  call<T>(
    syscall: string,
    leaf: string,
    run: (isHalf: boolean) => T | Trouble,
    only?: 'kill only',
  ): T | Trouble {
    if (this.#isDead) throw new Killed();
    const call = { number: this.calls++, syscall, leaf };
    this.log.push(`${syscall} ${leaf}`);
    const fault = this.#hits(call) ? this.#fault : undefined;
    this.#hook?.(call, 'before');
    if (fault?.kill === 'before') this.#die();
    if (fault?.errno !== undefined && only === undefined) {
      if (syscall === 'write') run(true);
      return { path: asBytes(leaf), syscall, errno: fault.errno };
    }
    const answer = run(fault?.kill === 'torn');
    if (fault?.kill !== undefined) this.#die();
    this.#hook?.(call, 'after');
    return answer;
  }

  #hits({ number, syscall }: Call): boolean {
    if (this.#fault?.first !== syscall) return this.#fault?.at === number;
    return this.#met++ === (this.#fault.skip ?? 0);
  }

  #die(): never {
    this.#isDead = true;
    throw new Killed();
  }
}

class FaultAnchor implements Anchor {
  readonly id: Anchor['id'];
  readonly #port: FaultPort;
  readonly #real: Anchor;
  readonly #leaf: string;

  constructor(port: FaultPort, real: Anchor, leaf: string) {
    this.#port = port;
    this.#leaf = leaf;
    this.#real = real;
    this.id = real.id;
  }

  openDirectory(leaf: BytePath, expected?: Anchor['id']): Anchor | Trouble {
    const open = (): Anchor | Trouble => this.#real.openDirectory(leaf, expected);
    return this.#port.anchor(this.#port.call('open', leaf, open), leaf);
  }
  makeDirectory(leaf: BytePath, mode: number): Trouble | undefined {
    return this.#port.call('mkdir', leaf, () => this.#real.makeDirectory(leaf, mode));
  }
  lstat(leaf: BytePath): ReturnType<Anchor['lstat']> {
    return this.#port.call('lstat', leaf, () => this.#real.lstat(leaf));
  }
  list(onEntry: Parameters<Anchor['list']>[0]): Trouble | undefined {
    return this.#port.call('readdir', '', () => this.#real.list(onEntry));
  }
  openFile(leaf: BytePath): HeldFile | Trouble {
    return this.#port.held(this.#port.call('open', leaf, () => this.#real.openFile(leaf)));
  }
  createFile(leaf: BytePath, mode: number): WritableFile | Trouble {
    const create = (): WritableFile | Trouble => this.#real.createFile(leaf, mode);
    return this.#port.writable(this.#port.call('creat', leaf, create), leaf);
  }
  appendFile(leaf: BytePath): WritableFile | Trouble {
    const append = (): WritableFile | Trouble => this.#real.appendFile(leaf);
    return this.#port.writable(this.#port.call('open', leaf, append), leaf);
  }
  rename(leaf: BytePath, to: Anchor, toLeaf: BytePath): Trouble | undefined {
    return this.#port.call('rename', leaf, () => this.#real.rename(leaf, realOf(to), toLeaf));
  }
  link(leaf: BytePath, to: Anchor, toLeaf: BytePath): Trouble | undefined {
    return this.#port.call('link', leaf, () => this.#real.link(leaf, realOf(to), toLeaf));
  }
  unlink(leaf: BytePath): Trouble | undefined {
    return this.#port.call('unlink', leaf, () => this.#real.unlink(leaf));
  }
  removeDirectory(leaf: BytePath): Trouble | undefined {
    return this.#port.call('rmdir', leaf, () => this.#real.removeDirectory(leaf));
  }
  sync(): Trouble | undefined {
    return this.#port.call('fsync', `${this.#leaf}/`, () => undefined);
  }
  close(): void {
    this.#port.drop(this.#real);
  }
  static real(anchor: Anchor): Anchor {
    return anchor instanceof FaultAnchor ? anchor.#real : anchor;
  }
}

function realOf(anchor: Anchor): Anchor {
  return FaultAnchor.real(anchor);
}
