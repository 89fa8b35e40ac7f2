/** What was typed after `npm run bench --`. */
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readCount, readCounts, readNames } from './read-list.ts';
import { shapeNames, type ShapeName } from './spool-shape.ts';
import { auditMessages } from './targets.ts';

const raceGroups = ['one', 'many', 'shapes', 'audit', 'cyrus', 'start', 'memory', 'merge'] as const;
export type RaceGroup = (typeof raceGroups)[number];

export interface BenchOptions {
  /** Message files of the spools, ascending. */
  readonly sizes: readonly number[];
  readonly shapes: readonly ShapeName[];
  readonly races: readonly RaceGroup[];
  readonly runs: number;
  /** Reports that are merged, ascending. */
  readonly hosts: readonly number[];
  /** Messages of the spool of the audit. */
  readonly auditMessages: number;
  /** A smoke test of the harness: nothing that it prints is a measurement. */
  readonly isQuick: boolean;
  readonly isCold: boolean;
  readonly keep: boolean;
  /** Where spools are made. */
  readonly directory: string;
  /** Where results go, and their name. */
  readonly results: string;
  readonly name: string;
}

export const usage = `npm run bench -- [options]
  --sizes 10k,100k,1M    message files of each spool; 10M is possible
  --shapes many,huge,..  ${shapeNames.join(', ')}
  --races one,many,..    ${raceGroups.join(', ')}
  --runs 5               runs of every contestant, in turns; slow ones have fewer, and the table says so
  --hosts 50,100,200     hosts whose reports are merged, of 4,000 orphans each
  --audit-messages 200k  messages of the spool whose every byte is read
  --directory DIR        where spools are made (default: the temporary directory, stagesweep-bench)
  --keep                 leave the spools there; the next run takes them as they are
  --no-cold              no runs with a cold cache, also as root
  --results DIR --name N where the results go (default: bench/results, latest)
  --quick                10k files, one run, no cold cache, no Cyrus: does the harness work?`;

/** @throws Error that says what is wrong */
export function readOptions(words: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      sizes: { type: 'string' },
      shapes: { type: 'string', default: shapeNames.join(',') },
      races: { type: 'string' },
      runs: { type: 'string' },
      hosts: { type: 'string' },
      'audit-messages': { type: 'string' },
      directory: { type: 'string', default: join(tmpdir(), 'stagesweep-bench') },
      keep: { type: 'boolean', default: false },
      'no-cold': { type: 'boolean', default: false },
      results: { type: 'string', default: fileURLToPath(new URL('./results', import.meta.url)) },
      name: { type: 'string', default: 'latest' },
      quick: { type: 'boolean', default: false },
    },
  });
  const isQuick = values.quick;
  const sizes = values.sizes ?? (isQuick ? '10k' : '10k,100k,1M');
  const hosts = values.hosts ?? (isQuick ? '2,3' : '50,100,200');
  const quickRaces = raceGroups.filter((group) => group !== 'cyrus');
  return {
    sizes: readCounts(sizes),
    hosts: readCounts(hosts),
    shapes: readNames(values.shapes, shapeNames),
    races: readNames(values.races ?? (isQuick ? quickRaces : raceGroups).join(','), raceGroups),
    runs: readCount(values.runs ?? (isQuick ? '1' : '5')),
    auditMessages: readCount(values['audit-messages'] ?? (isQuick ? '500' : String(auditMessages))),
    isQuick,
    isCold: !isQuick && !values['no-cold'],
    keep: values.keep,
    directory: resolve(values.directory),
    results: resolve(values.results),
    name: values.name,
  };
}
