/** Explanations of what lies in the stage areas. */
import type { FindingCode } from '../model/finding.ts';
import type { Explanation } from './explanation.ts';

const neverTouch =
  'Never chmod, chown or chattr anything in a stage area: a stale name that cannot be unlinked is overwritten instead when its pid comes back. Never remove by age of mtime: it is the date of the message.';

export const stageExplanations = {
  'stage-orphan': {
    means:
      'A stage file whose owner is gone. It costs disk space when the message is deleted everywhere else, and in some versions it is the trap into which the next process with the same pid falls.',
    arises:
      'A crash, a kill, or an ordinary stop of the server during a replication session; and every copyback of sync_client in 2.4 and later, without any crash. No part of Cyrus ever cleans up after a dead pid, and leftovers by the thousand are common.',
    todo: 'stagesweep clean shows what would happen: names whose message is proved in a mailbox are unlinked, all others go to a quarantine. Look for damage with stagesweep audit first: the links are evidence.',
    never: `Never delete by hand what is the last name of its bytes. ${neverTouch}`,
  },
  'stage-undecided': {
    means:
      'Whether the owner lives could not be known from here, so nothing is said and nothing will be removed.',
    arises:
      'A spool on a network or cluster file system (the owner may run on another host), processes in other containers that see the same spool, a /proc that hides processes, clocks that disagree, or a process that may hold the file and could not be inspected.',
    todo: 'Scan as root on the host whose Cyrus uses the spool, with --proc for a host seen from a container. For a spool that nobody uses (a mounted backup) say so with --offline.',
    never:
      'Never take doubt for death: a live session keeps its links for its whole run, which can be hours.',
  },
  'stage-unknown-name': {
    means:
      'Something in a stage area whose name no version of Cyrus gives, or that is no regular file. It is reported, never opened and never touched.',
    arises:
      'An administrator, a backup program, a patched Cyrus, or someone who can write to the spool.',
    todo: 'Find out who made it. Symbolic links, pipes and devices in a stage area deserve suspicion.',
    never: 'Never remove a stage area with rm -r to be rid of it.',
  },
  'stage-reused-pid': {
    means:
      'A running Cyrus process has the pid of a directory with stale files. What it stages now lies among them.',
    arises:
      'Pids come back: after 32,768 processes, or at once in a container, where the first sync_server has the same pid at every start. Cyrus reuses the directory as it is. 2.3.0 to 2.3.8 overwrite on the first collision, 2.4 and 3.13.7 truncate under conditions; the others unlink first.',
    todo: 'Judge file by file, as the scan does: a file that changed before the process started is stale. Stop that process in an orderly way, scan again, then clean; audit the messages that share the inodes.',
    never: neverTouch,
  },
  'stage-too-young': {
    means: 'The file changed less than --min-age ago (36 hours by default), or in the future.',
    arises:
      'Running sessions, a crash of today, or a clock that was set. Age is the time of the last change of the inode (ctime); a link made or removed elsewhere renews it. A restored copy has new ctimes throughout.',
    todo: 'Scan again tomorrow; for a spool that nobody uses, --offline with --min-age 0s.',
    never: 'Never set the clock forward to make files old.',
  },
  'stage-in-use': {
    means:
      'The process that made the file is running, or a process has it open. This is how Cyrus works, and no error.',
    arises:
      'Deliveries and appends in progress, and replication sessions, which keep every link until the session ends. A live session holds no open descriptor on them, so lsof shows nothing.',
    todo: 'Nothing.',
    never: 'Never remove the files or the pid directory of a running process: its session fails.',
  },
  'stage-empty-directory': {
    means: 'An empty pid directory in sync., whose owner is gone.',
    arises:
      'A session of 2.3 removes only the directory on the last partition; 2.4 before 2.4.13 removes none; until 3.8 those on archive partitions stayed.',
    todo: 'Harmless. stagesweep clean removes it once it is old enough.',
    never:
      'Never remove the one of a running process: Cyrus makes it once per session, and later uploads fail.',
  },
  'last-name': {
    means:
      'No mailbox name of these bytes was found. If nothing else has them, this file is all that is left of a message.',
    arises:
      'A process that died before it linked the file; a copy to another partition or an expunged message, which leave the bytes elsewhere or nowhere; or a repeated upload that linked anew. A delivery is then usually retried by the sender, an upload to JMAP is not.',
    todo: 'stagesweep clean moves it to quarantine. Look for the message by digest (stagesweep audit, manifest) before the quarantine is purged.',
    never: 'Never unlink it: no name is left to undo it from.',
  },
  'link-unseen': {
    means:
      'The kernel counts more names of this inode than were found. They exist; it is not known where.',
    arises:
      'Directories that could not be read, other trees on the same file system (an archive, a second instance, a backup made with cp -l), mount points, or a mailbox that moved during the search.',
    todo: 'Scan as root; name further trees with --links-in, or search the whole mount with --whole-filesystem. clean quarantines such files and never unlinks them.',
    never: 'Never read it as "only the stage area has it".',
  },
  'partial-message': {
    means:
      'The bytes are not those of the SHA-1 in the name, and no other name shares them: an upload that was cut off. Nobody received it.',
    arises:
      'sync_server, sync_client or imapd was killed while it wrote. In 2.4 and 2.5 such a file in the directory of a returned pid blocks the copyback of its message, and can crash sync_client.',
    todo: 'The sender still has the message. stagesweep clean moves it to quarantine.',
  },
  'quarantine-kept': {
    means: 'The quarantine of an earlier run still holds files, and their disk space.',
    arises: 'stagesweep clean --apply moved them there.',
    todo: 'stagesweep history lists the runs. Put one back with undo, or delete it for good with purge.',
    never: 'Never move files out of it by hand: the journal beside them then tells an untruth.',
  },
} as const satisfies Partial<Record<FindingCode, Explanation>>;
