/** Explanations of wrong bytes: what is critical. Sources: cyrus-imapd history as cited, and runs of real servers. */
import type { FindingCode } from '../model/finding.ts';
import type { Explanation } from './explanation.ts';

const keepEvidence =
  'Save the report and the records with their digests (manifest) before anything is changed; the shared inode is the evidence of whose mail went where. Find the right bytes at the other end of the replication, in a backup, or under another name with the same digest; write them to a new file and rename that over the message, as the cyrus user.';
const neverAgree =
  'Never run reconstruct -R or -U before the message was compared with the master: the record then agrees with the wrong bytes, and the next sync expunges the good copy on the master. Never write into the file in place: every other name of the inode gets the bytes too.';
const overwritten =
  'A stage file of a dead process is a hard link to a message. When its pid comes back, Cyrus 2.3.0 to 2.3.8 (SIMPLE uploads to 2.3.11) opens the same name with truncation and writes another message through the link: the mail of one user in the mailbox of another. The stage name is gone afterwards, the damage is not.';

export const damageExplanations = {
  'message-guid-mismatch': {
    means:
      'The SHA-1 of the message file is not the GUID in its index record. From Cyrus 2.4 on a GUID is always the SHA-1 of the exact bytes, so this is proof that the bytes changed after delivery.',
    arises: `${overwritten} In 2.4.0 to 2.4.22, and in 3.13.7 and later for MIME sub-parts, the same way of opening truncates; elsewhere think of the disk.`,
    todo: keepEvidence,
    never: neverAgree,
  },
  'message-size-mismatch': {
    means:
      'The message file has another size than its index record. Cyrus cuts what is longer and pads what is shorter with blanks when it serves the message, so a client sees no error.',
    arises: `${overwritten} Indexes of 2.5 and older store the size that the MIME parser found, which differs from the file for a few malformed messages: compare the digest or the envelope before calling it damage there.`,
    todo: keepEvidence,
    never: `${neverAgree} A reconstruct of 2.3 takes over the size of the wrong file, and the evidence is gone.`,
  },
  'message-truncated': {
    means: 'The file is a beginning of the right message, or empty.',
    arises:
      'Cyrus 2.4.0 to 2.4.22 opens an existing sync stage name with truncation (dlist.c, reservefile; fixed in 2.5.0, never in 2.4). When the upload is cut there by a kill, a lost client or a full disk, every name of the inode stays cut. 3.13.7 does the same for MIME sub-parts (reserve_one_part). A buffer not yet written when 2.3 was killed leaves multiples of 4096 bytes.',
    todo: `${keepEvidence} A whole file of the same GUID often lies in another mailbox of the same server.`,
    never: `${neverAgree} Plain reconstruct drops the record of an empty message and deletes its file.`,
  },
  'message-foreign': {
    means:
      'The bytes are those of another message; where it could be found, the finding names it as the donor. Someone may have read mail that is not theirs.',
    arises: overwritten,
    todo: `${keepEvidence} Treat it as a disclosure: donor and mailbox say who could see whose mail.`,
    never: neverAgree,
  },
  'envelope-mismatch': {
    means:
      'Message-ID, Subject, From or Date of the file, or the sizes of its parts, are not those that Cyrus cached at delivery. Where the index has no digest (up to index version 9, or with empty GUIDs) this is the best witness there is.',
    arises: overwritten,
    todo: `${keepEvidence} For an archived message the right cache is the one in the archive tree; look there before believing a mismatch of your own search.`,
    never: `${neverAgree} A reconstruct of 2.3 rewrites the cache from the wrong file.`,
  },
  'shared-inode-conflict': {
    means:
      'Two index records point at one inode and disagree about its size or digest. One file cannot be both messages, so at least one of them is wrong; the finding stands at the one that is. Records that agree are healthy, also across users.',
    arises: overwritten,
    todo: keepEvidence,
    never: `${neverAgree} Do not remove the healthy name to end the conflict: it may be the only whole copy of its message.`,
  },
  'shared-inode-unclear': {
    means:
      'Two index records point at one inode and contradict each other, and nothing here tells which of them the bytes belong to: no hash, no cached envelope. One of the two messages is wrong; neither is accused.',
    arises: overwritten,
    todo: 'Compare both messages with the other end (stagesweep manifest there and here, then compare), or read them: the text tells whose it is.',
    never: neverAgree,
  },
  'stage-digest-mismatch': {
    means:
      'A sync stage file of Cyrus 2.4 or later is named by the SHA-1 of its message, and its bytes have another one, while mailboxes share the inode. Cyrus hashes before it links, so only an overwrite explains it, and no index is needed to prove it.',
    arises:
      'The pid of a dead process came back and wrote through the old name: 2.4.0 to 2.4.22 always, 3.13.7 and later for MIME sub-parts, other versions when the unlink before the open fails, as in a stage directory that was made unwritable.',
    todo: `Every message on this inode is damaged and has a finding of its own. ${keepEvidence}`,
    never: `${neverAgree} Never chmod, chown or chattr a stage directory: that turns the harmless case into this one.`,
  },
  'ends-differ': {
    means: 'Both ends of a replication have the message and their bytes differ.',
    arises:
      'Replication of 2.3 sends no digest, so a replica keeps an overwritten message unseen; 2.4 and later refuse on upload but never look again. The finding says which end disagrees with its own record.',
    todo: `Repeat the comparison while replication is idle, since a message can be on its way. ${keepEvidence}`,
    never: neverAgree,
  },
} as const satisfies Partial<Record<FindingCode, Explanation>>;
