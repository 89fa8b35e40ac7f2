/** Overwrites real messages through their stage names, and says which messages are wrong from then on. */
import { existsSync, readFileSync } from 'node:fs';
import type { DamageLab } from './damage-lab.ts';
import { overwriteThroughStage } from './overwrite.ts';
import { plantsOf, rewritten, type Kind, type Message } from './plants.ts';
import { ends, type End } from './situation.ts';

/** One message with wrong bytes; a blow to a shared inode makes several. */
export interface Planted extends Message {
  readonly kind: Kind;
  readonly end: End;
  readonly path: string;
  readonly donor?: Message;
  readonly goodCopy?: Message;
  readonly hasOtherSize: boolean;
  /** Absent when it was removed after the overwrite. */
  readonly stage?: string;
}

/** In the order of end and path. The lab's servers must have ended. */
export function plantDamage(lab: DamageLab): readonly Planted[] {
  const deleted = [...lab.mailboxes.replica.values()].find((name) => name.startsWith('DELETED.'));
  if (deleted === undefined) throw new Error('the replica has no deleted mailbox');
  const planted = plantsOf(deleted).flatMap((plant): Planted[] => {
    const { kind, end, donor, write = unchanged, goodCopy } = plant;
    const { stage, names, hasOtherSize } = overwriteThroughStage(
      lab[end],
      pathOf(lab, end, plant),
      {
        ...plant,
        bytes: donor === undefined ? write : () => readFileSync(pathOf(lab, end, donor)),
      },
    );
    return names.map((path) => ({
      kind,
      end,
      path,
      hasOtherSize,
      ...messageAt(lab, end, path),
      ...(donor && { donor }),
      ...(goodCopy && { goodCopy }),
      ...(plant.removesStage === true ? {} : { stage }),
    }));
  });
  overwriteThroughStage(lab[rewritten.end], pathOf(lab, rewritten.end, rewritten), {
    bytes: unchanged,
  });
  return planted.sort((a, b) => orderOf(a).localeCompare(orderOf(b), 'en'));
}

/** The file of a message, wherever it lies, by mbpath. */
export function pathOf(lab: DamageLab, end: End, { mailbox, messageUid }: Message): string {
  const paths = [...lab.mailboxes[end]]
    .filter(([, name]) => name === mailbox)
    .map(([directory]) => `${directory}/${messageUid}.`)
    .filter(existsSync);
  const [path, ...more] = paths;
  if (path === undefined || more.length > 0) {
    throw new Error(`${paths.length} files of ${mailbox} ${messageUid}`);
  }
  return path;
}

function messageAt(lab: DamageLab, end: End, path: string): Message {
  const slash = path.lastIndexOf('/');
  const mailbox = lab.mailboxes[end].get(path.slice(0, slash));
  if (mailbox === undefined) throw new Error(`not in a mailbox: ${path}`);
  return { mailbox, messageUid: Number(path.slice(slash + 1, -1)) };
}

function unchanged(bytes: Buffer): Buffer {
  return bytes;
}

function orderOf({ end, path }: Planted): string {
  return `${ends.indexOf(end)} ${path}`;
}
