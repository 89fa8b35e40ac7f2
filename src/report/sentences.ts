/** The words for everything that has a code. Tests assert codes, so that a sentence can be improved. */
import type { Finding, MessageRef } from '../model/finding.ts';
import type { UnseenReason } from '../model/link.ts';
import type { OwnerState } from '../model/owner.ts';
import type { NotEnteredReason } from '../model/report.ts';
import type { Trouble } from '../model/trouble.ts';
import type { Reason } from '../model/verdict.ts';
import { printable, quote, quoteMailbox } from './quote.ts';

/** One English sentence without a full stop, with the path, for a list of findings. */
export function sentenceOf(finding: Finding): string {
  const place = whose(finding);
  const detail = finding.detail === undefined ? '' : `: ${printable(finding.detail)}`;
  return `${quote(finding.path)}${place} ${claimOf(finding)}${detail}`;
}

/** What a finding says of its path: "is a leftover of …". */
export function claimOf(finding: Finding): string {
  switch (finding.code) {
    case 'message-guid-mismatch':
      return `holds bytes whose SHA-1 is not the one its record has${fromDonor(finding)}`;
    case 'message-size-mismatch':
      return `has another size than its record says${fromDonor(finding)}`;
    case 'message-truncated':
      return 'is cut short: it holds only the beginning of its message, or nothing';
    case 'message-foreign':
      return `holds the bytes of another message${fromDonor(finding)}`;
    case 'envelope-mismatch':
      return `is not the message that the cached envelope describes${fromDonor(finding)}`;
    case 'shared-inode-conflict':
      return `shares its inode with a record that says otherwise, so one of the two has the wrong bytes${fromDonor(finding)}`;
    case 'shared-inode-unclear':
      return 'shares its inode with a record that says otherwise; one of the two has the wrong bytes, and nothing here tells which';
    case 'stage-digest-mismatch':
      return 'was overwritten: its bytes are not those of the SHA-1 in the stage name, and mailboxes share them';
    case 'ends-differ':
      return 'has other bytes at the other end';
    case 'stage-orphan':
      return 'was left behind by a process that is gone';
    case 'stage-undecided':
      return 'may be in use or left behind: its owner could not be judged';
    case 'stage-unknown-name':
      return 'has a name that no version of Cyrus gives, or is no regular file';
    case 'stage-reused-pid':
      return 'lies in the directory of a pid that a running Cyrus process has now';
    case 'link-unseen':
      return 'has names that were not found';
    case 'last-name':
      return 'has bytes that no mailbox name was found for';
    case 'partial-message':
      return 'is shorter or other than its name says and belongs to no mailbox: an upload that was cut off';
    case 'message-file-missing':
      return 'has a record but no file';
    case 'message-unindexed':
      return 'is a message file without a record';
    case 'only-at-a':
      return 'exists only at the first end';
    case 'only-at-b':
      return 'exists only at the second end';
    case 'index-old-expunge':
      return 'lists expunged messages that Cyrus 2.4 and later would delete on first opening the mailbox';
    case 'index-corrupt':
      return 'could not be understood as an index';
    case 'unreadable':
      return 'could not be read';
    case 'area-skipped':
      return 'was not looked at';
    case 'no-mailbox':
      return 'has no mailbox where mailboxes were looked for';
    case 'stage-too-young':
      return 'changed too recently to be judged';
    case 'stage-in-use':
      return 'belongs to a running process';
    case 'stage-empty-directory':
      return 'is an empty pid directory';
    case 'guid-absent':
      return 'has a record without a digest, so its bytes cannot be proved by it';
    case 'internaldate-mismatch':
      return 'was last written at another time than its record says';
    case 'index-version':
      return 'has an index of an old version';
    case 'quarantine-kept':
      return 'is kept in the quarantine of an earlier run';
  }
}

/** What failed and what to do about it. */
export function troubleSentence(trouble: Trouble): string {
  const what = `${quote(trouble.path)} could not be looked at (${printable(trouble.syscall)}: ${printable(trouble.errno)})`;
  return `${what}: ${adviceFor(trouble.errno)}`;
}

/** @param errno as the OS names it */
export function adviceFor(errno: string): string {
  switch (errno) {
    case 'EACCES':
    case 'EPERM':
      return 'run as root or as the owner of the spool';
    case 'EIO':
      return 'the disk or its file system reports errors; see the kernel log before anything else is done to it';
    case 'ESTALE':
      return 'it changed or was replaced while it was read; run again, and on NFS check the mount';
    case 'ELOOP':
      return 'a symbolic link stands where a file or directory should; name the real directory instead';
    case 'EMFILE':
    case 'ENFILE':
      return 'too many files are open; raise the limit (ulimit -n) or use fewer --jobs';
    case 'ENOMEM':
      return 'memory ran out; use fewer --jobs';
    case 'ENOENT':
      return 'it is not there; check the name, and whether its file system is mounted';
    case 'ENOTDIR':
      return 'a file stands where a directory should';
    case 'ENAMETOOLONG':
      return 'its path is too long; name a directory further down with --links-in';
    case 'EFBIG':
      return 'it is larger than such a file can be';
    case 'ETIMEDOUT':
    case 'EHOSTDOWN':
    case 'ENOTCONN':
      return 'the server of this file system does not answer';
    default:
      return 'find out why, and run again';
  }
}

export const unseenWords: Readonly<Record<UnseenReason, string>> = {
  'unreadable-directory':
    'they may lie in directories that could not be read: run as root or as the owner of the spool',
  'not-searched':
    'they may lie outside the searched roots: name those with --links-in, or use --whole-filesystem',
  'mount-not-entered':
    'they may lie below a mount point that was not entered: name it with --links-in, or use --whole-filesystem',
  moving: 'names came or went during the search: run again when the server is quiet',
  overlay: 'on overlayfs the number of names cannot be trusted: scan the lower file system itself',
};

export const reasonWords: Readonly<Record<Reason, string>> = {
  'owner-dead': 'its owner is gone',
  'owner-reused': 'the process that has its pid now did not make it',
  'owner-alive': 'its owner is running',
  'owner-unknown': 'its owner could not be judged',
  'open-in-process': 'a process has it open',
  'process-not-inspectable': 'a process that may have it open could not be inspected',
  'changed-recently': 'it changed less than --min-age ago',
  'name-fits-no-grammar': 'no version of Cyrus gives such a name',
  'not-a-regular-file': 'it is no regular file',
  'all-links-found': 'every name of its bytes was found',
  'links-unseen': 'not every name of its bytes was found',
  'last-name': 'no mailbox name of its bytes was found',
  'no-intact-message': 'no mailbox holds its bytes as a message that is proved intact',
  'evidence-of-damage': 'it is evidence of damage',
  'no-message': 'it is no message',
  'not-selected': 'it was not selected (--only, --pid or --from)',
  'differs-from-report': 'it is not the file that the saved report tells of',
  'other-owner': 'it belongs to another user than the stage directory does',
  'not-read': 'its bytes could not be read',
  'root-refused': 'nothing is changed in its spool directory (see above)',
};

export const ownerWords: Readonly<Record<OwnerState, string>> = {
  alive: 'runs',
  dead: 'is gone',
  reused: 'is another process now',
  unknown: 'could not be judged',
};

export const notEnteredWords: Readonly<Record<NotEnteredReason, string>> = {
  'mount point': 'something is mounted here (--enter-mounts)',
  'other device': 'it lies on another device',
  'symbolic link': 'it is a symbolic link that leads out of the roots',
};

function whose(finding: Finding): string {
  if (finding.mailbox === undefined) return '';
  if (finding.messageUid === undefined) return ` (${quoteMailbox(finding.mailbox)})`;
  return ` (${messageName({ mailbox: finding.mailbox, messageUid: finding.messageUid })})`;
}

function fromDonor(finding: Finding): string {
  return finding.donor === undefined ? '' : `; they are those of ${messageName(finding.donor)}`;
}

/** "user.glad uid 71229" */
export function messageName(message: MessageRef): string {
  return `${quoteMailbox(message.mailbox)} uid ${message.messageUid}`;
}
