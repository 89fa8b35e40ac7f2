/** The options of contract.md that exist, as data, by the groups in which commands take them. */
import type { Options } from 'yargs';
import { formats } from '../report/formats.ts';
import { checkOptions } from './check-options.ts';

export type GroupName =
  | 'spool'
  | 'search'
  | 'owners'
  | 'output'
  | 'host'
  | 'check'
  | 'thresholds'
  | 'plugin'
  | 'demo'
  | 'mailboxes'
  | 'audit'
  | 'pace'
  | 'file'
  | 'retry'
  | 'merge'
  | 'changes'
  | 'journal'
  | 'clean'
  | 'purge';

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
      choices: formats,
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
  ...checkOptions,
  host: {
    host: {
      type: 'string',
      requiresArg: true,
      group: 'Report:',
      describe: 'name of this host in the report: the one of an inventory, for merge',
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
  merge: {
    expect: {
      type: 'string',
      requiresArg: true,
      group: 'Hosts:',
      describe: 'hosts that must have sent a complete report, a name a line; - for standard input',
    },
    'max-report-age': {
      type: 'string',
      requiresArg: true,
      group: 'Hosts:',
      describe: 'a host without a newer complete report is missing: 26h, 7d. Default: any age',
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
  },
  journal: {
    journal: {
      type: 'string',
      requiresArg: true,
      group: 'Changes:',
      describe: "directory of the journals, when the spool's filesystem is full",
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
