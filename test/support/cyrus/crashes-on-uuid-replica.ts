/** The same replica with `mailbox_legacy_dirs: no`: new mailboxes lie in uuid directories beside the old ones. */
import { deletedLater, struck } from './crashes-on-replica.ts';
import type { Ends, Situation } from './situation.ts';

export async function crashOnUuidReplica(ends: Ends): Promise<Situation[]> {
  return [
    await struck(
      ends,
      'kim',
      { syscall: 'link', when: 3 },
      'sync_server killed while it linked into a uuid directory',
    ),
    await struck(
      ends,
      'lea',
      { syscall: 'unlink', when: 6 },
      'sync_server killed in its clean-up, uuid directory',
    ),
    await struck(
      ends,
      'mia',
      { syscall: 'link', when: 2, signal: 'SIGTERM' },
      'sync_server ended by SIGTERM, uuid directory without a metadata partition',
      { partition: 'second' },
    ),
    await deletedLater(ends, 'nina', 'uuid mailbox deleted after its messages were reserved'),
  ];
}
