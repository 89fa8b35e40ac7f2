/**
 * A real Cyrus master and replica with the stage links that crashes leave, before anything was overwritten through
 * them: plain, hashed and uuid directories, two partitions, archive and metadata beside the data or apart.
 */
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cyrusUser } from './cyrus-user.ts';
import { freePorts } from './free-ports.ts';
import { Instance } from './instance.ts';
import type { Character } from './instance-config.ts';
import { mailboxesByDirectory } from './mailbox-map.ts';
import { isRunning } from './process-table.ts';
import { ends, type End } from './situation.ts';
import { stageAtMaster, stageAtReplica, stageInUuidDirectories } from './staged-mail.ts';
import { waitUntil } from './wait-until.ts';

export class DamageLab {
  readonly home: string;
  readonly master: Instance;
  readonly replica: Instance;
  /** Data and archive directory of every mailbox to its internal name, as mbpath has it. */
  mailboxes: Readonly<Record<End, ReadonlyMap<string, string>>> = {
    master: new Map(),
    replica: new Map(),
  };
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

  /** Both ends hold the same mail and have ended when this returns; stage names lie on both. */
  static async open(): Promise<DamageLab> {
    const lab = new DamageLab(
      mkdtempSync(join(tmpdir(), 'stagesweep-damage-')),
      await freePorts(6),
    );
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
    const { master, replica } = this;
    const apart: Character = { hashed: true, apart: true, legacyDirectories: true };
    const peer = replica.ports;
    master.configure({ hashed: false, apart: false, legacyDirectories: true, peer });
    replica.configure(apart);
    await Promise.all([master.start(), replica.start()]);
    await stageAtMaster(master);
    await stageAtReplica({ master, replica });
    await replica.stop();
    replica.configure({ ...apart, legacyDirectories: false });
    await replica.start();
    await stageInUuidDirectories({ master, replica });
    this.mailboxes = {
      master: await mailboxesByDirectory(master),
      replica: await mailboxesByDirectory(replica),
    };
    // The replica ends during a session: an ordinary stop, and everything that was staged stays.
    await Promise.all(ends.map((end) => this[end].stop()));
  }

  async close(): Promise<void> {
    process.off('exit', this.#wipe);
    const pids = [...this.master.kill(), ...this.replica.kill()];
    await waitUntil('the end of both servers', () => !pids.some(isRunning));
    rmSync(this.home, { recursive: true, force: true });
  }
}
