/** The options that only check has, by their groups. */
import type { Options } from 'yargs';
import { formats } from '../report/formats.ts';
import { thresholdOptions } from './threshold-options.ts';

export const checkOptions: Readonly<
  Record<'check' | 'thresholds' | 'plugin', Readonly<Record<string, Options>>>
> = {
  check: {
    deep: {
      type: 'boolean',
      group: 'Check:',
      describe: 'compare every message with its record too, as audit does',
    },
    'upgrade-to': {
      type: 'string',
      requiresArg: true,
      group: 'Check:',
      describe: 'say what matters for an upgrade of Cyrus to this version, and why: 2.4, 3.8, 3.12',
    },
    from: {
      type: 'string',
      requiresArg: true,
      group: 'Check:',
      describe: 'judge this saved report (json, jsonl; - is standard input) and look at nothing',
    },
    'max-report-age': {
      type: 'string',
      requiresArg: true,
      group: 'Check:',
      describe: 'with --from: an older report is UNKNOWN. Default: 26h',
    },
    bwlimit: {
      type: 'string',
      requiresArg: true,
      group: 'Check:',
      describe: 'with --deep: read no more than this a second: 500K, 20M, 1G',
    },
  },
  thresholds: thresholdOptions,
  plugin: {
    format: {
      choices: formats,
      requiresArg: true,
      group: 'Report:',
      describe: 'how the answer is written',
    },
    json: { type: 'boolean', group: 'Report:', describe: 'the same as --format json' },
    output: {
      alias: 'o',
      type: 'string',
      requiresArg: true,
      group: 'Report:',
      describe: 'write to this file, whole or not at all; metrics are readable by all',
    },
    verbose: {
      alias: 'v',
      type: 'count',
      group: 'Report:',
      describe: 'every item below the line, with examples',
    },
    quiet: { alias: 'q', type: 'boolean', group: 'Report:', describe: 'no progress' },
    progress: {
      type: 'boolean',
      default: true,
      group: 'Report:',
      describe: 'progress on standard error, when that is a terminal',
    },
  },
};
