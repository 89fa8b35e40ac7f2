/**
 * A process that uses a spool as Cyrus does, as fast as it may: uploads and deliveries through stage files, moves,
 * copies, expunges, renames of mailboxes, and crashes. A crash is a rename of its stage directory to the pid of a
 * process that never was: from outside that is what a dead owner is. Started by start-churn.ts, argv: the root.
 */
import { createHash, randomBytes } from 'node:crypto';
import {
  linkSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { composeIndex } from '../src/system/demo-index.ts';
import {
  nowMs,
  type FromChurn,
  type KnownName,
  type KnownNames,
  type ToChurn,
} from './churn-talk.ts';
import { firstDeadPid } from './spool-shape.ts';

const boxCount = 24;
const messagesAtMost = 2000;
/** A round of undo leaves them all, and only every third is a purge. */
const deadAtMost = 200;
/** Operations between two looks at the channel. */
const batch = 20;

interface Message {
  readonly ino: string;
  readonly sha1: string;
  readonly sizeBytes: number;
  /** @see KnownName.lostName */
  lostName: number;
}

interface Held {
  readonly message: Message;
  /** @see KnownName.since */
  readonly since: number;
}

class Churn {
  operations = 0;
  #uid = 0;
  #deadPid = firstDeadPid;
  /** By directory, then by uid. */
  readonly #boxes = new Map<string, Map<number, Held>>();
  readonly #live = new Map<string, Held>();
  readonly #dead = new Map<string, Held>();
  readonly #session = `sync./${process.pid}`;

  constructor() {
    for (let box = 0; box < boxCount; box += 1) {
      mkdirSync(`user/u${box}`, { mode: 0o700 });
      this.#boxes.set(`user/u${box}`, new Map());
    }
    mkdirSync(this.#session, { mode: 0o700 });
  }

  work(): void {
    for (let nth = 0; nth < batch; nth += 1) this.#one();
    this.operations += batch;
  }

  /** What was cleaned away need not be there any more. */
  forget(gone: readonly string[]): void {
    for (const path of gone) this.#dead.delete(path);
  }

  get known(): KnownNames {
    const listed = (names: Iterable<readonly [string, Held]>): KnownName[] =>
      Array.from(names, ([path, { message, since }]) => {
        const { ino, sha1, lostName } = message;
        return { path, ino, sha1, since, lostName };
      });
    const messages = [...this.#boxes].flatMap(([box, all]) =>
      Array.from(all, ([uid, held]) => [`${box}/${uid}.`, held] as const),
    );
    return { messages: listed(messages), live: listed(this.#live), dead: listed(this.#dead) };
  }

  #one(): void {
    const choice = random(100);
    // A full spool gives a message up where one was to come, and all else goes on.
    if (choice < 70 && this.#count() > messagesAtMost) this.#expunge();
    else if (choice < 25) this.#upload();
    else if (choice < 45) this.#deliver();
    else if (choice < 60) this.#move();
    else if (choice < 70) this.#copy();
    else if (choice < 80) this.#expunge();
    else if (choice < 92) this.#writeIndex(pick([...this.#boxes.keys()]));
    else if (choice < 96) this.#endSession();
    else if (choice < 98) this.#renameBox();
    else this.#crash();
  }

  /** sync_server: the bytes come under their digest, and are linked where they belong; one in ten not yet. */
  #upload(): void {
    const bytes = randomBytes(200 + random(2000));
    const sha1 = createHash('sha1').update(bytes).digest('hex');
    const path = `${this.#session}/${sha1}`;
    const message = write(path, bytes, sha1);
    this.#live.set(path, heldNow(message));
    if (random(10) > 0) this.#link(path, message, 1 + random(2));
  }

  /** lmtpd: one stage file, one name a recipient; now and then it is still at work when somebody looks. */
  #deliver(): void {
    const bytes = randomBytes(200 + random(2000));
    const path = `stage./${process.pid}-${1_800_000_000 + this.#uid}-${random(10)}`;
    const message = write(path, bytes, createHash('sha1').update(bytes).digest('hex'));
    this.#link(path, message, 1 + random(3));
    if (random(5) > 0) unlinkSync(path);
    else this.#live.set(path, heldNow(message));
  }

  #link(from: string, message: Message, names: number): void {
    for (let nth = 0; nth < names; nth += 1) {
      const box = pick([...this.#boxes.keys()]);
      this.#uid += 1;
      linkSync(from, `${box}/${this.#uid}.`);
      this.#boxes.get(box)?.set(this.#uid, heldNow(message));
    }
  }

  #move(): void {
    this.#withMessage((box, uid, message) => {
      const target = pick([...this.#boxes.keys()]);
      this.#uid += 1;
      renameSync(`${box}/${uid}.`, `${target}/${this.#uid}.`);
      this.#boxes.get(box)?.delete(uid);
      this.#boxes.get(target)?.set(this.#uid, heldNow(message));
      message.lostName = nowMs();
    });
  }

  #copy(): void {
    this.#withMessage((box, uid, message) => {
      this.#link(`${box}/${uid}.`, message, 1);
    });
  }

  #expunge(): void {
    this.#withMessage((box, uid, message) => {
      unlinkSync(`${box}/${uid}.`);
      this.#boxes.get(box)?.delete(uid);
      message.lostName = nowMs();
    });
  }

  #renameBox(): void {
    const box = pick([...this.#boxes.keys()]);
    this.#uid += 1;
    const target = `user/r${this.#uid}`;
    renameSync(box, target);
    const moved = new Map<number, Held>();
    for (const [uid, { message }] of this.#boxes.get(box) ?? []) {
      moved.set(uid, heldNow(message));
      message.lostName = nowMs();
    }
    this.#boxes.set(target, moved);
    this.#boxes.delete(box);
  }

  /** Clears its own away, as a process that ends well. */
  #endSession(): void {
    for (const path of this.#live.keys()) unlinkSync(path);
    this.#live.clear();
    rmdirSync(this.#session);
    mkdirSync(this.#session, { mode: 0o700 });
  }

  #crash(): void {
    if (this.#live.size === 0 || this.#dead.size > deadAtMost) return;
    this.#deadPid += 1;
    const grave = `sync./${this.#deadPid}`;
    renameSync(this.#session, grave);
    for (const [path, { message }] of this.#live) {
      const leaf = path.slice(path.lastIndexOf('/') + 1);
      const isUpload = path.startsWith('sync.');
      const dead = isUpload
        ? `${grave}/${leaf}`
        : `stage./${leaf.replace(/^\d+/, String(this.#deadPid))}`;
      if (!isUpload) renameSync(path, dead);
      this.#dead.set(dead, heldNow(message));
    }
    this.#live.clear();
    mkdirSync(this.#session, { mode: 0o700 });
  }

  /** Stale for a moment, as the index of a mailbox at work is. */
  #writeIndex(box: string): void {
    const held = this.#boxes.get(box) ?? new Map<number, Held>();
    const records = [...held]
      .sort(([a], [b]) => a - b)
      .map(
        ([
          uid,
          {
            message: { sizeBytes, sha1 },
          },
        ]) => ({
          uid,
          sizeBytes,
          headerBytes: 0,
          internalDate: 1_171_540_800,
          id: sha1,
        }),
      );
    writeFileSync(`${box}/cyrus.index.NEW`, composeIndex(12, records), { mode: 0o600 });
    renameSync(`${box}/cyrus.index.NEW`, `${box}/cyrus.index`);
  }

  #withMessage(act: (box: string, uid: number, message: Message) => void): void {
    const [box, held] = pick([...this.#boxes]);
    if (held.size === 0) return;
    const [uid, { message }] = pick([...held]);
    act(box, uid, message);
  }

  #count(): number {
    let count = 0;
    for (const held of this.#boxes.values()) count += held.size;
    return count;
  }
}

function write(path: string, bytes: Buffer, sha1: string): Message {
  writeFileSync(path, bytes, { mode: 0o600, flag: 'wx' });
  const ino = String(lstatSync(path, { bigint: true }).ino);
  return { ino, sha1, sizeBytes: bytes.length, lostName: 0 };
}

/** After the fact, never before it: who asks whether a name stood all the time is not told of one that did not. */
function heldNow(message: Message): Held {
  return { message, since: nowMs() };
}

function random(below: number): number {
  return Math.floor(Math.random() * below);
}

function pick<T>(from: readonly T[]): T {
  const one = from[random(from.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
}

function say(message: FromChurn): void {
  process.send?.(message);
}

process.chdir(process.argv[2] ?? '');
const churn = new Churn();
const asked = { pause: true, end: false };

process.on('message', (message: ToChurn) => {
  if (message.type === 'end') asked.end = true;
  else if (message.type === 'pause') {
    asked.pause = true;
    say({ type: 'paused', operations: churn.operations, known: churn.known });
  } else {
    churn.forget(message.gone);
    asked.pause = false;
  }
});
process.once('disconnect', () => {
  asked.end = true;
});

say({ type: 'ready' });
while (!asked.end) {
  if (!asked.pause) churn.work();
  // Leaves half of a core to the one who is tested, and a turn to the channel.
  await new Promise((resolve) => setTimeout(resolve, asked.pause ? 10 : 1));
}
// The soak may be gone already, and its end of the channel with it.
if (process.connected) process.disconnect();
