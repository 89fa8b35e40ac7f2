/** Explanations of what indexes and their files say, of the two ends, and of what could not be read. */
import type { FindingCode } from '../model/finding.ts';
import type { Explanation } from './explanation.ts';

export const indexExplanations = {
  'message-file-missing': {
    means: 'An index record says that the file should exist, and it does not.',
    arises:
      'A file removed by hand, a disk repair, an archive partition that is not mounted or not named, or object storage (3.0 to 3.13), where it may lawfully be elsewhere.',
    todo: 'Check archive and metadata partitions of the configuration first; then restore the file from the other end or a backup.',
    never: 'Never reconstruct before that: it drops the record, and with it what the file was.',
  },
  'message-unindexed': {
    means: 'A message file that no record names, neither as present nor as expunged.',
    arises:
      'A crash between the link and the index, or between the index and the removal of an expunged file. Cyrus replaces such a file silently when the uid comes, so a stage file must not rely on it as its other name.',
    todo: 'Compare it by digest with the other messages. reconstruct adopts it, also when it is cut short, so look first.',
  },
  'index-old-expunge': {
    means:
      'The mailbox has a cyrus.expunge of Cyrus 2.3. Cyrus 2.4 and later delete it, and every message file that it lists, when they open the mailbox for the first time.',
    arises: 'Delayed expunge under 2.3, and an upgrade that has not reached this mailbox.',
    todo: 'Before the upgrade, run unexpunge for what is still wanted, or copy the spool.',
    never:
      'Never open a preserved old spool with newer tools, not even to read (mbexamine, reconstruct -n).',
  },
  'index-corrupt': {
    means:
      'The index has a version, a size or a checksum that does not fit, so nothing it says was used.',
    arises:
      'A crash of the machine, a full disk, or an index newer than this program. One that Cyrus is just writing is looked at again before it is told, unless with --offline.',
    todo: 'Save a copy of the mailbox directory. Compare its messages with the other end by digest; only then reconstruct.',
    never:
      'Never reconstruct a mailbox with damaged messages first: it takes their bytes as right.',
  },
  'index-version': {
    means: 'The index has an older version than this Cyrus writes.',
    arises: 'An upgrade leaves each mailbox as it is until it is opened or reconstructed with -V.',
    todo: 'Harmless by itself. Versions up to 9 have no digest; versions below 12 may have a cyrus.expunge, which an upgrade deletes (explain index-old-expunge).',
  },
  'guid-absent': {
    means: 'The record has no digest of its message: all zero, or an index version before 10.',
    arises:
      'Cyrus 2.3.10 to 2.3.19 write one only with guid_mode: sha1, which is not the default. Earlier versions have a 12-byte number that is no digest. Both survive upgrades as "unknown".',
    todo: 'The audit compares with the cached envelope and part sizes instead. Once all messages are known to be good, reconstruct -G writes digests.',
    never: 'Never run reconstruct -G before: it takes the digest of whatever bytes are there.',
  },
  'internaldate-mismatch': {
    means: 'The file was last written at another time than the internal date of its record.',
    arises:
      'Cyrus 2.4 and later set the two equal. An overwrite moves the time of the file; so do a restore, a copy, and a later lawful link with another date.',
    todo: 'A weak sign: use it to look at these messages first.',
  },
  'only-at-a': {
    means: 'The first of two manifests has this message and the second does not.',
    arises:
      'Replication that lags or has failed, an expunge on its way, or a message lost at one end.',
    todo: 'Compare again when replication has caught up; report only what stays.',
    never: 'Never copy files between the ends by hand: uid and index do not come along.',
  },
  'only-at-b': {
    means: 'The second of two manifests has this message and the first does not.',
    arises:
      'A message written at the replica (an old failover, a split brain), an expunge on its way, or a message lost at the first end.',
    todo: 'Compare again when replication has caught up; report only what stays.',
    never: 'Never copy files between the ends by hand: uid and index do not come along.',
  },
  unreadable: {
    means:
      'Something could not be read, so it is not known what is in it. The report is incomplete.',
    arises:
      'Missing rights (EACCES), a failing disk (EIO), a file that was replaced meanwhile (ESTALE).',
    todo: 'Run as root or as the owner of the spool. After EIO see the kernel log and save the data before anything else.',
    never:
      'Never change the mode or owner of a stage directory for this: use an account that may read it.',
  },
  'area-skipped': {
    means:
      'A stage area or root was not looked at; the finding says why. The report is incomplete.',
    arises:
      'The area is a symbolic link or no directory, or lies on another device than its partition.',
    todo: 'Name the real directory as a PARTITION. Find out who made the link: Cyrus does not.',
  },
  'no-mailbox': {
    means:
      'Mailboxes were looked for and none was found: in any of the places that were named, or by the name that was given. Nothing was compared, and the report is incomplete.',
    arises:
      'A name that is misspelt, lies in another domain or on another partition; a directory above or below the partition; a filesystem that is not mounted; cyrus.* files in a metadata root that was not named.',
    todo: 'Check the name and the directory. Give the configuration with -C, or the metadata root with --meta. A new server has no mailbox yet.',
  },
} as const satisfies Partial<Record<FindingCode, Explanation>>;
