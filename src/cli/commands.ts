/** The commands and options of contract.md that exist, as data: help, completion and parsing come from here. */
import type { Options, PositionalOptions } from 'yargs';

export type CommandName = 'scan' | 'explain' | 'demo' | 'completion';
export type GroupName = 'spool' | 'search' | 'owners' | 'output' | 'demo';

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
