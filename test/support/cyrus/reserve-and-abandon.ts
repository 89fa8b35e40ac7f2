/** A replication session that reserved messages and was killed before it did anything else. */
import { readdirSync } from 'node:fs';
import { abandon } from './abandon.ts';
import type { Instance } from './instance.ts';
import { syncOwner, syncOwners } from './staged-by.ts';
import { SyncSession } from './sync-session.ts';
import { waitUntil } from './wait-until.ts';

export interface Reserve {
  readonly partition: string;
  /** The partition's root in which the stage names appear: data or archive. */
  readonly root: string;
  /** Internal names. */
  readonly mailboxes: readonly string[];
  readonly messages: readonly Buffer[];
}

/** @returns the pid of the dead sync_server */
export async function reserveAndAbandon(instance: Instance, reserve: Reserve): Promise<number> {
  const { session, pid } = await open(instance, reserve);
  await abandon(pid);
  session.wire.close();
  return pid;
}

/** The same with an orderly end; the process dies afterwards, while it waits for the next client. */
export async function reserveAndExit(instance: Instance, reserve: Reserve): Promise<number> {
  const { session, pid } = await open(instance, reserve);
  await session.exit();
  // The answer to EXIT comes before the clean-up (sync_server.c cmdloop, cmd_restart).
  const staged = `${reserve.root}/sync./${pid}`;
  await waitUntil(`the clean-up of ${staged}`, () => readdirSync(staged).length === 0);
  return await abandon(pid);
}

async function open(
  instance: Instance,
  reserve: Reserve,
): Promise<{ session: SyncSession; pid: number }> {
  const session = await SyncSession.open(instance.ports.sync, 'sync_server');
  const others = syncOwners(reserve.root);
  await session.reserve(reserve.partition, reserve.mailboxes, reserve.messages);
  const [first] = reserve.messages;
  if (first === undefined) throw new Error('nothing to reserve');
  return { session, pid: await syncOwner(reserve.root, first, others) };
}
