/** The commands of contract.md that exist, as data: help, completion and parsing come from here. */
import type { PositionalOptions } from 'yargs';
import { formats, type Format } from '../report/formats.ts';
import { shells } from './completion-script.ts';
import type { GroupName } from './options.ts';

export type CommandName =
  | 'scan'
  | 'audit'
  | 'manifest'
  | 'compare'
  | 'clean'
  | 'undo'
  | 'purge'
  | 'history'
  | 'check'
  | 'merge'
  | 'explain'
  | 'demo'
  | 'completion';
export interface Command {
  readonly name: CommandName;
  readonly usage: string;
  readonly summary: string;
  readonly isDefault: boolean;
  readonly positionals: Readonly<Record<string, PositionalOptions>>;
  readonly groups: readonly GroupName[];
  /** Of those with --format: which it writes; the first unless another is asked for. */
  readonly formats?: readonly Format[];
  readonly examples: readonly (readonly [command: string, explanation: string])[];
}

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
    groups: ['spool', 'search', 'owners', 'output', 'host'],
    formats,
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
    groups: ['spool', 'mailboxes', 'audit', 'pace', 'output', 'host'],
    // A body file is made of inodes, and an audit keeps none.
    formats: formats.filter((format) => format !== 'body'),
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
    formats: ['table', 'json', 'jsonl', 'csv'],
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
    groups: ['clean', 'changes', 'journal', 'spool', 'search', 'owners', 'output', 'host'],
    formats: ['table', 'json', 'jsonl', 'csv'],
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
    groups: ['changes', 'journal', 'spool', 'owners', 'output'],
    formats: ['table', 'json'],
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
    groups: ['changes', 'journal', 'purge', 'spool', 'output'],
    formats: ['table', 'json'],
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
    groups: ['journal', 'spool', 'output'],
    formats: ['table', 'json'],
    examples: [['stagesweep history', '']],
  },
  {
    name: 'check',
    usage: 'check [partition..]',
    summary: 'pre-upgrade and monitoring gate: one line, plugin exit codes',
    isDefault: false,
    positionals: {
      partition: {
        type: 'string',
        array: true,
        describe: 'a spool root, or a name from the configuration; none means all configured',
      },
    },
    groups: ['check', 'spool', 'search', 'owners', 'plugin', 'host', 'thresholds'],
    formats: ['nagios', 'prometheus', 'json', 'jsonl'],
    examples: [
      ['stagesweep check', 'for monitoring: cheap, reads no message'],
      ['stagesweep check --upgrade-to 3.8 --deep -v', 'before an upgrade, everything'],
      ['stagesweep check --warn-orphans 100 --crit-age 30d', 'other thresholds'],
      ['stagesweep check --from scan.jsonl --max-report-age 26h', 'judge what a timer scanned'],
      ['stagesweep check --format prometheus -o stagesweep.prom', 'for the textfile collector'],
    ],
  },
  {
    name: 'merge',
    usage: 'merge <report..>',
    summary: "many hosts' reports as one: the newest complete one of each host",
    isDefault: false,
    positionals: {
      report: {
        type: 'string',
        array: true,
        describe: 'saved reports (json, jsonl), or directories of them',
      },
    },
    groups: ['merge', 'output'],
    formats,
    examples: [
      ['stagesweep merge reports/', 'every report in a directory'],
      ['stagesweep merge --expect hosts.txt *.jsonl', 'and fail for every host that sent none'],
      ['stagesweep merge reports/ --format html -o fleet.html', 'one page for the incident file'],
    ],
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
    formats,
    examples: [['stagesweep demo', '']],
  },
  {
    name: 'completion',
    usage: 'completion [shell]',
    summary: 'print a completion script for bash, zsh or fish',
    isDefault: false,
    positionals: {
      shell: { choices: shells, describe: 'whose script; none means that of $SHELL' },
    },
    groups: [],
    examples: [['source <(stagesweep completion bash)', 'in ~/.bashrc']],
  },
];
