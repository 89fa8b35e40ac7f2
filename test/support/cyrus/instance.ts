/** One Cyrus server with its own configuration, spool and ports, run as the user cyrus. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { account } from './account.ts';
import { cyrusUser } from './cyrus-user.ts';
import { cyrusConf, imapdConf, type Character, type Ports } from './instance-config.ts';
import { childrenOf, isRunning } from './process-table.ts';
import { waitUntil } from './wait-until.ts';

export class Instance {
  readonly home: string;
  readonly ports: Ports;
  readonly configFile: string;
  #master: ChildProcess | undefined;

  constructor(home: string, ports: Ports) {
    this.home = home;
    this.ports = ports;
    this.configFile = `${home}/imapd.conf`;
  }

  /** Every directory that may hold a message: where names are to be looked for. */
  get roots(): readonly string[] {
    return ['spool', 'second', 'archive', 'meta']
      .map((name) => `${this.home}/${name}`)
      .filter((path) => existsSync(path));
  }

  get masterPid(): number {
    if (this.#master?.pid === undefined) throw new Error(`${this.home} is not running`);
    return this.#master.pid;
  }

  /** Makes the directories, or changes the configuration of a stopped instance. */
  configure(character: Character): void {
    this.#makeDirectory(this.home);
    this.#makeDirectory(`${this.home}/conf`);
    for (const root of ['spool', 'second', ...(character.apart ? ['archive', 'meta'] : [])]) {
      this.#makeDirectory(`${this.home}/${root}`);
      // mkimap of the package would make them; Cyrus 3.6 does not make their parents itself.
      if (root !== 'meta') {
        for (const area of ['stage.', 'sync.']) this.#makeDirectory(`${this.home}/${root}/${area}`);
      }
    }
    writeFileSync(this.configFile, imapdConf(this.home, character));
    writeFileSync(`${this.home}/cyrus.conf`, cyrusConf(this.configFile, this.ports));
    this.#makePassword();
  }

  /** Returns when every service has a process that waits for a client. */
  async start(): Promise<void> {
    const files = [
      '-C',
      this.configFile,
      '-M',
      `${this.home}/cyrus.conf`,
      '-p',
      `${this.home}/pid`,
    ];
    // detached: a session and process group of its own, because master ends with kill(0, SIGTERM).
    this.#master = spawn('/usr/lib/cyrus/bin/master', files, {
      ...cyrusUser(),
      cwd: '/',
      detached: true,
      stdio: 'ignore',
    });
    for (const comm of ['imapd', 'lmtpd', 'sync_server']) await this.processes(comm);
  }

  /** Pids of the processes that run `comm`; waits for the first, which master keeps ready. */
  async processes(comm: string): Promise<readonly number[]> {
    return await waitUntil(`a ${comm} in ${this.home}`, () => {
      const pids = childrenOf(this.masterPid, comm);
      return pids.length > 0 && pids;
    });
  }

  /** As `service cyrus-imapd stop` does: SIGTERM to master, which passes it on. */
  async stop(): Promise<void> {
    const pid = this.#master?.pid;
    if (pid === undefined) return;
    const children = childrenOf(pid);
    process.kill(pid, 'SIGTERM');
    await waitUntil(`the end of ${this.home}`, () =>
      [pid, ...children].every((p) => !isRunning(p)),
    );
    this.#master = undefined;
  }

  /** Whatever is left of the instance, at once and without a word. @returns the pids that are ending */
  kill(): readonly number[] {
    const pid = this.#master?.pid;
    this.#master = undefined;
    if (pid === undefined) return [];
    const pids = [pid, ...childrenOf(pid)];
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // The whole group has gone already.
    }
    return pids;
  }

  #makeDirectory(path: string): void {
    if (existsSync(path)) return;
    mkdirSync(path, { mode: 0o755 });
    const user = cyrusUser();
    if (user !== undefined) chownSync(path, user.uid, user.gid);
  }

  #makePassword(): void {
    const database = `${this.home}/sasldb2`;
    if (existsSync(database)) return;
    const args = ['-c', '-p', '-f', database, '-u', account.realm, account.name];
    const made = spawnSync('/usr/sbin/saslpasswd2', args, { input: account.password });
    if (made.status !== 0) throw new Error(`saslpasswd2: ${made.stderr.toString()}`);
    const user = cyrusUser();
    if (user !== undefined) chownSync(database, user.uid, user.gid);
  }
}
