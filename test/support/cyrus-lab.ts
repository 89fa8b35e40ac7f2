/**
 * A real Cyrus master and replica on 127.0.0.1 in a temporary directory, with the leftovers of every crash
 * that this program is about. All that it starts and makes goes with close().
 */
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crashOnMaster } from './cyrus/crashes-on-master.ts';
import { crashOnReplica } from './cyrus/crashes-on-replica.ts';
import { crashOnUuidReplica } from './cyrus/crashes-on-uuid-replica.ts';
import { cyrusUser } from './cyrus/cyrus-user.ts';
import { freePorts } from './cyrus/free-ports.ts';
import { Instance } from './cyrus/instance.ts';
import type { Character } from './cyrus/instance-config.ts';
import { openSessions } from './cyrus/live-sessions.ts';
import { isRunning } from './cyrus/process-table.ts';
import type { Situation } from './cyrus/situation.ts';
import { waitUntil } from './cyrus/wait-until.ts';
import type { Wire } from './cyrus/wire.ts';

export class CyrusLab {
  readonly home: string;
  readonly master: Instance;
  readonly replica: Instance;
  /** In the order in which they were made. */
  readonly situations: Situation[] = [];
  readonly #sessions: Wire[] = [];
  /** For a test run that is broken off: the servers are in process groups of their own and would stay. */
  readonly #wipe = (): void => {
    this.master.kill();
    this.replica.kill();
    rmSync(this.home, { recursive: true, force: true });
  };

  private constructor(home: string, ports: readonly number[]) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = ports;
    this.home = home;
    this.master = new Instance(join(home, 'master'), { imap: a, lmtp: b, sync: c });
    this.replica = new Instance(join(home, 'replica'), { imap: d, lmtp: e, sync: f });
    process.once('exit', this.#wipe);
  }

  /** Both servers run, and four sessions are open, when this returns. */
  static async open(): Promise<CyrusLab> {
    const lab = new CyrusLab(mkdtempSync(join(tmpdir(), 'stagesweep-cyrus-')), await freePorts(6));
    try {
      await lab.#build();
      return lab;
    } catch (why) {
      await lab.close();
      throw why;
    }
  }

  async #build(): Promise<void> {
    const user = cyrusUser();
    if (user === undefined) throw new Error('there is no user cyrus');
    chownSync(this.home, user.uid, user.gid);
    chmodSync(this.home, 0o755);
    const replica: Character = { hashed: true, apart: true, legacyDirectories: true };
    this.master.configure({
      hashed: false,
      apart: false,
      legacyDirectories: true,
      peer: this.replica.ports,
    });
    this.replica.configure(replica);
    await Promise.all([this.master.start(), this.replica.start()]);
    const ends = { master: this.master, replica: this.replica };
    this.situations.push(...(await crashOnReplica(ends)));
    this.replica.configure({ ...replica, legacyDirectories: false });
    await this.replica.start();
    this.situations.push(...(await crashOnUuidReplica(ends)));
    this.situations.push(...(await crashOnMaster(this.master)));
    const live = await openSessions(ends);
    this.#sessions.push(...live.wires);
    this.situations.push(...live.situations);
  }

  /** Ends both servers as an administrator would; what is staged stays. */
  async stop(): Promise<void> {
    await Promise.all([this.master.stop(), this.replica.stop()]);
  }

  async close(): Promise<void> {
    process.off('exit', this.#wipe);
    for (const wire of this.#sessions) wire.close();
    const pids = [...this.master.kill(), ...this.replica.kill()];
    await waitUntil('the end of both servers', () => !pids.some(isRunning));
    rmSync(this.home, { recursive: true, force: true });
  }
}
