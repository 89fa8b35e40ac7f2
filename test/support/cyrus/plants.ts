/** What is overwritten in a DamageLab, and with what. */
import { message } from './message.ts';
import type { End } from './situation.ts';

/** Rows of the table in the README. */
export const kinds = [
  'a longer text',
  'a shorter text',
  'cut off',
  'emptied',
  'same size',
  'same size and mtime',
  "another user's whole message",
  'in the archive',
  'in a uuid directory',
  'in two mailboxes',
  'expunged, not yet purged',
  'in a deleted mailbox',
] as const;
export type Kind = (typeof kinds)[number];

export interface Message {
  readonly mailbox: string;
  readonly messageUid: number;
}

export interface Plant extends Message {
  readonly kind: Kind;
  readonly end: End;
  /** Of this message the whole bytes are written, which makes it the donor; otherwise `write` tells. */
  readonly donor?: Message;
  readonly write?: (before: Buffer) => Buffer;
  readonly keepsTime?: boolean;
  /** The damage outlives its stage file, as it mostly does. */
  readonly removesStage?: boolean;
  /** The same message on another inode, which nobody touches. */
  readonly goodCopy?: Message;
}

const at = (mailbox: string, messageUid: number): Message => ({ mailbox, messageUid });
const onReplica = (mailbox: string, messageUid: number): Message & { end: End } => ({
  end: 'replica',
  mailbox,
  messageUid,
});
const alice = (messageUid: number): Message & { end: End } => onReplica('user.alice', messageUid);

/** Texts that are nobody's message. */
const longer = (): Buffer => message('nobody has this long one', 2000);
const shorter = (): Buffer => message('nobody has this one').subarray(0, 400);
/** The header stays, and with it all that an index or a cache could be compared with. */
const otherBody = (before: Buffer): Buffer => {
  const start = before.indexOf('\r\n\r\n') + 4;
  return Buffer.concat([before.subarray(0, start), before.subarray(start).map(rotated)]);
};
const rotated = (byte: number): number => (byte > 0x60 && byte < 0x7a ? byte + 1 : byte);

/** @param deleted  name of the deleted mailbox, which ends in the time of its deletion */
export function plantsOf(deleted: string): readonly Plant[] {
  const carol = 'example.org!user.carol';
  return [
    { kind: 'a longer text', ...alice(2), write: longer },
    { kind: 'a shorter text', ...alice(3), write: shorter },
    { kind: 'same size', ...alice(4), write: otherBody },
    { kind: 'same size and mtime', ...alice(5), write: otherBody, keepsTime: true },
    { kind: 'emptied', ...alice(6), write: () => Buffer.alloc(0) },
    { kind: "another user's whole message", ...alice(7), donor: at('user.bob', 2) },
    { kind: 'cut off', ...alice(8), write: (before) => before.subarray(0, 500) },
    { kind: 'same size', ...alice(9), write: otherBody, removesStage: true },
    {
      kind: "another user's whole message",
      ...alice(10),
      donor: at('user.emil', 2),
      removesStage: true,
    },
    { kind: 'cut off', ...alice(12), write: (before) => before.subarray(0, 60) },
    { kind: 'in two mailboxes', ...onReplica(carol, 2), write: longer },
    { kind: 'in two mailboxes', ...onReplica(carol, 3), write: otherBody, removesStage: true },
    // Both of one message, so that neither is a good copy for the other.
    ...['user.cleo', 'user.dora'].map((mailbox) => ({
      kind: 'same size' as const,
      ...onReplica(mailbox, 1),
      write: otherBody,
      goodCopy: at('user.emil', 1),
    })),
    { kind: 'expunged, not yet purged', ...onReplica('user.fay', 4), write: otherBody },
    { kind: 'same size', ...onReplica('user.gus', 2), write: otherBody },
    { kind: 'in the archive', ...onReplica('user.hal', 2), write: otherBody, keepsTime: true },
    // Of equal size by chance, as in the incident of 2007 nobody arranged it either.
    { kind: 'in the archive', ...onReplica('user.hal', 3), donor: at('user.bob', 3) },
    { kind: 'in a deleted mailbox', ...onReplica(deleted, 1), write: shorter },
    { kind: 'in a uuid directory', ...onReplica('user.kim', 1), write: otherBody },
    {
      kind: 'in a uuid directory',
      ...onReplica('user.kim', 2),
      donor: at('user.alice', 13),
      removesStage: true,
    },
    { kind: 'in a uuid directory', ...onReplica('user.lea', 2), write: () => Buffer.alloc(0) },
    // Delivered to two users: one inode, and the stage name of lmtpd says nothing about the bytes.
    { kind: 'in two mailboxes', end: 'master', ...at('user.alice', 1), write: otherBody },
  ];
}

/** Clobbered and written whole again: no damage. */
export const rewritten: Message & { readonly end: End } = alice(11);
