/** The commands and options of contract.md that exist, as data: help, completion and parsing come from here. */
import type { Options, PositionalOptions } from 'yargs';

export type CommandName =
  | 'scan'
  | 'audit'
  | 'manifest'
  | 'compare'
  | 'clean'
  | 'undo'
  | 'purge'
  | 'history'
  | 'explain'
  | 'demo'
  | 'completion';
export type GroupName =
  | 'spool'
  | 'search'
  | 'owners'
  | 'output'
  | 'demo'
  | 'mailboxes'
  | 'audit'
  | 'pace'
  | 'file'
  | 'retry'
  | 'changes'
  | 'clean'
  | 'purge';

export interface Command {
  readonly name: CommandName;
  readonly usage: string;
  readonly summary: string;
  readonly isDefault: boolean;
  readonly positionals: Readonly<Record<string, PositionalOptions>>;
  readonly groups: readonly GroupName[];
  readonly examples: readonly (readonly [command: string, explanation: string])[];
}

export const groups: Readonly<Record<GroupName, Readonly<Record<string, Options>>>> = {
  spool: {
    config: {
      alias: 'C',
      type: 'string',
      requiresArg: true,
      group: 'Spool:',
      describe: 'imapd.conf to read; repeatable. Default: /etc/imapd.conf',
    },
    'cyrus-conf': {
      type: 'string',
      requiresArg: true,
      group: 'Spool:',
      describe: 'cyrus.conf: also read every -C file that its services name',
    },
    archive: {
      type: 'string',
      requiresArg: true,
      group: 'Spool:',
      describe: 'archive root, where no configuration is read',
    },
    meta: {
      type: 'string',
      requiresArg: true,
      group: 'Spool:',
      describe: 'metadata root, where no configuration is read',
    },
  },
  search: {
    'links-in': {
      type: 'string',
      requiresArg: true,
      group: 'Search for links:',
      describe: 'search this directory too for other names; repeatable',
    },
    'whole-filesystem': {
      type: 'boolean',
      group: 'Search for links:',
      describe: 'search the whole filesystem when names are missing',
    },
    'enter-mounts': {
      type: 'boolean',
      group: 'Search for links:',
      describe: 'enter mount points inside a partition',
    },
    walker: {
      choices: ['auto', 'native', 'node'],
      default: 'auto',
      requiresArg: true,
      group: 'Search for links:',
      describe: 'how directories are read',
    },
    jobs: {
      type: 'string',
      requiresArg: true,
      group: 'Search for links:',
      describe: 'worker threads. Default: one a core, 8 at most',
    },
  },
  owners: {
    'min-age': {
      type: 'string',
      requiresArg: true,
      default: '36h',
      group: 'Owners:',
      describe: 'younger files are left to their owners, by ctime: 90s, 10m, 36h, 7d',
    },
    offline: {
      type: 'boolean',
      group: 'Owners:',
      describe: 'no Cyrus uses this spool (a mounted backup): no owner is alive',
    },
    proc: {
      type: 'string',
      requiresArg: true,
      default: '/proc',
      group: 'Owners:',
      describe: 'procfs to ask about owners, for a host seen from a container',
    },
  },
  output: {
    format: {
      choices: ['table', 'json', 'jsonl'],
      default: 'table',
      requiresArg: true,
      group: 'Report:',
      describe: 'how the report is written',
    },
    json: { type: 'boolean', group: 'Report:', describe: 'the same as --format json' },
    output: {
      alias: 'o',
      type: 'string',
      requiresArg: true,
      group: 'Report:',
      describe: 'write to this file, whole or not at all, readable by you alone',
    },
    'fail-on': {
      choices: ['info', 'warning', 'critical'],
      default: 'warning',
      requiresArg: true,
      group: 'Report:',
      describe: 'lowest severity that makes the exit status 1',
    },
    verbose: {
      alias: 'v',
      type: 'count',
      group: 'Report:',
      describe: 'every stage file, however many there are',
    },
    quiet: {
      alias: 'q',
      type: 'boolean',
      group: 'Report:',
      describe: 'the report and errors only',
    },
    color: { type: 'boolean', default: true, group: 'Report:', describe: 'colour on a terminal' },
    progress: {
      type: 'boolean',
      default: true,
      group: 'Report:',
      describe: 'progress on standard error, when that is a terminal',
    },
  },
  mailboxes: {
    user: {
      type: 'string',
      requiresArg: true,
      group: 'Mailboxes:',
      describe: 'only the mailboxes of this user: fred, fred@example.org; repeatable',
    },
    mailbox: {
      type: 'string',
      requiresArg: true,
      group: 'Mailboxes:',
      describe: 'only this mailbox: user.fred.Sent, user/fred/Sent; repeatable',
    },
  },
  audit: {
    check: {
      choices: ['exists', 'size', 'digest'],
      default: 'digest',
      requiresArg: true,
      group: 'Audit:',
      describe: 'how deep to look; digest reads every message',
    },
    shared: {
      type: 'boolean',
      group: 'Audit:',
      describe: 'only files with more than one name, where overwrites leave their traces',
    },
    sample: {
      type: 'string',
      requiresArg: true,
      group: 'Audit:',
      describe: 'a random share of the messages: 1%, 0.5%, 1/100',
    },
    seed: {
      type: 'string',
      requiresArg: true,
      group: 'Audit:',
      describe: 'of the sample, to take the same again; the report tells it',
    },
    offline: {
      type: 'boolean',
      group: 'Audit:',
      describe: 'no Cyrus uses this spool: a mismatch need not be looked at three times',
    },
    resume: {
      type: 'string',
      requiresArg: true,
      group: 'Audit:',
      describe: 'keep the state in this file, and go on from it after an interruption',
    },
    idle: {
      type: 'boolean',
      group: 'Audit:',
      describe: 'read only when the disk is idle. Default: when a Cyrus runs here',
    },
    walker: {
      choices: ['auto', 'native', 'node'],
      default: 'auto',
      requiresArg: true,
      group: 'Audit:',
      describe: 'how --shared reads directories',
    },
  },
  pace: {
    bwlimit: {
      type: 'string',
      requiresArg: true,
      group: 'Pace:',
      describe: 'read no more than this a second: 500K, 20M, 1G',
    },
    jobs: {
      type: 'string',
      requiresArg: true,
      group: 'Pace:',
      describe: 'worker threads. Default: one a core, 8 at most',
    },
  },
  file: {
    output: {
      alias: 'o',
      type: 'string',
      requiresArg: true,
      group: 'Output:',
      describe: 'write to this file, whole or not at all, readable by you alone',
    },
    quiet: { alias: 'q', type: 'boolean', group: 'Output:', describe: 'errors only' },
    progress: {
      type: 'boolean',
      default: true,
      group: 'Output:',
      describe: 'progress on standard error, when that is a terminal',
    },
  },
  retry: {
    retry: {
      type: 'string',
      nargs: 2,
      group: 'Servers in use:',
      describe: 'a second pair of manifests, made later: tell only what both pairs have',
    },
  },
  changes: {
    apply: {
      type: 'boolean',
      group: 'Changes:',
      describe: 'carry it out; without this nothing is changed',
    },
    yes: {
      alias: 'y',
      type: 'boolean',
      group: 'Changes:',
      describe: 'do not ask; needed with --apply where there is no terminal',
    },
    journal: {
      type: 'string',
      requiresArg: true,
      group: 'Changes:',
      describe: "directory for the journal, when the spool's filesystem is full",
    },
  },
  clean: {
    only: {
      choices: ['sync', 'stage'],
      requiresArg: true,
      group: 'What to clean:',
      describe: 'this area only',
    },
    pid: {
      type: 'string',
      requiresArg: true,
      group: 'What to clean:',
      describe: 'files of this owner only; repeatable',
    },
    from: {
      type: 'string',
      requiresArg: true,
      group: 'What to clean:',
      describe: 'only the orphans of this saved report (json, jsonl); all is checked again',
    },
    'max-delete': {
      type: 'string',
      requiresArg: true,
      group: 'What to clean:',
      describe: 'do nothing at all when the plan has more steps than this',
    },
  },
  purge: {
    evidence: {
      type: 'boolean',
      group: 'Changes:',
      describe: 'delete evidence of damage too',
    },
  },
  demo: {
    keep: { type: 'boolean', describe: 'leave the demo spool in place and say where it is' },
  },
};

export const commands: readonly Command[] = [
  {
    name: 'scan',
    usage: 'scan [partition..]',
    summary: 'find stage files, their owners, every other name of each, and damage',
    isDefault: true,
    positionals: {
      partition: {
        type: 'string',
        array: true,
        describe: 'a spool root, or a name from the configuration; none means all configured',
      },
    },
    groups: ['spool', 'search', 'owners', 'output'],
    examples: [
      ['stagesweep', 'scan every partition of /etc/imapd.conf'],
      ['stagesweep scan default -v', 'one partition, every stage file'],
      ['stagesweep scan -C /etc/imapd-replica.conf --json -o scan.json', 'a report to keep'],
      ['stagesweep scan --offline --min-age 0s /mnt/backup/spool', 'a copy that no Cyrus uses'],
    ],
  },
  {
    name: 'audit',
    usage: 'audit [path..]',
    summary: 'compare message files with the index, and find whose bytes the wrong ones are',
    isDefault: false,
    positionals: {
      path: {
        type: 'string',
        array: true,
        describe: 'a partition, or a directory inside one; none means all configured',
      },
    },
    groups: ['spool', 'mailboxes', 'audit', 'pace', 'output'],
    examples: [
      ['stagesweep audit', 'every message of /etc/imapd.conf'],
      ['stagesweep audit --shared', 'first look after a crash: files with several names'],
      ['stagesweep audit --sample 1% --check digest', 'one message of a hundred'],
      ['stagesweep audit --bwlimit 20M --resume audit.state', 'days, gently, in several goes'],
    ],
  },
  {
    name: 'manifest',
    usage: 'manifest [path..]',
    summary: 'one JSON line per message: mailbox, uid, sizes, digests',
    isDefault: false,
    positionals: {
      path: {
        type: 'string',
        array: true,
        describe: 'a partition, or a directory inside one; none means all configured',
      },
    },
    groups: ['spool', 'mailboxes', 'pace', 'file'],
    examples: [
      ['stagesweep manifest -o master.jsonl', 'every message of this host'],
      ['stagesweep manifest --user fred --bwlimit 20M', 'one user, gently'],
    ],
  },
  {
    name: 'compare',
    usage: 'compare <a> <b>',
    summary: 'both ends of a replication: two manifests, joined',
    isDefault: false,
    positionals: {
      a: { type: 'string', describe: 'manifest of one end, - for standard input' },
      b: { type: 'string', describe: 'manifest of the other end' },
    },
    groups: ['retry', 'output'],
    examples: [
      ['stagesweep compare master.jsonl replica.jsonl', 'what differs, and which end is wrong'],
      ['zcat replica.jsonl.gz | stagesweep compare master.jsonl -', 'one of them from a pipe'],
      ['stagesweep compare m1 r1 --retry m2 r2', 'only what is still so an hour later'],
    ],
  },
  {
    name: 'clean',
    usage: 'clean [partition..]',
    summary: 'the plan: unlink, quarantine or keep, and why; --apply carries it out',
    isDefault: false,
    positionals: {
      partition: {
        type: 'string',
        array: true,
        describe: 'a spool root, or a name from the configuration; none means all configured',
      },
    },
    groups: ['clean', 'changes', 'spool', 'search', 'owners', 'output'],
    examples: [
      ['stagesweep clean', 'what would go, what stays, and why; nothing is changed'],
      ['stagesweep clean --apply', 'the same, then asks, then does it'],
      ['stagesweep clean --from scan.json --max-delete 500 --apply --yes', 'from a timer'],
      ['stagesweep clean --only sync --pid 29594', 'what one process left'],
    ],
  },
  {
    name: 'undo',
    usage: 'undo <run>',
    summary: 'put back what a run removed; --apply carries it out',
    isDefault: false,
    positionals: {
      run: { type: 'string', describe: 'a run as history shows it, or its directory' },
    },
    groups: ['changes', 'spool', 'owners', 'output'],
    examples: [
      ['stagesweep undo 20261124T034800Z-1f2e3d4c', 'what would come back, and what cannot'],
      ['stagesweep undo /var/spool/imap/stagesweep./20261124T034800Z-1f2e3d4c --apply', ''],
    ],
  },
  {
    name: 'purge',
    usage: 'purge <run>',
    summary: "delete a run's quarantine for good; --apply carries it out",
    isDefault: false,
    positionals: {
      run: { type: 'string', describe: 'a run as history shows it, or its directory' },
    },
    groups: ['changes', 'purge', 'spool', 'output'],
    examples: [['stagesweep purge 20261124T034800Z-1f2e3d4c', 'what would be gone for good']],
  },
  {
    name: 'history',
    usage: 'history [partition..]',
    summary: 'the runs of the partitions, with their state and what they still hold',
    isDefault: false,
    positionals: {
      partition: {
        type: 'string',
        array: true,
        describe: 'a spool root, or a name from the configuration; none means all configured',
      },
    },
    groups: ['spool', 'output'],
    examples: [['stagesweep history', '']],
  },
  {
    name: 'explain',
    usage: 'explain [code]',
    summary: 'what a finding means, how it arises, what to do and what never to do',
    isDefault: false,
    positionals: { code: { type: 'string', describe: 'a code from a report; none lists them' } },
    groups: [],
    examples: [['stagesweep explain stage-orphan', '']],
  },
  {
    name: 'demo',
    usage: 'demo',
    summary: 'build a spool in a temporary directory, replay the incident of 2007 on it, scan it',
    isDefault: false,
    positionals: {},
    groups: ['output', 'demo'],
    examples: [['stagesweep demo', '']],
  },
  {
    name: 'completion',
    usage: 'completion',
    summary: 'print a completion script for bash or zsh',
    isDefault: false,
    positionals: {},
    groups: [],
    examples: [['stagesweep completion >> ~/.bashrc', '']],
  },
];
