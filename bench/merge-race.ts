/** The reports of a fleet, merged: against the least that a program in Node could do with them. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderJson } from '../src/report/json.ts';
import { incidentReport } from '../test/support/incident-reports.ts';
import { AnswerSum, type Answer, type ItemsOf } from './answer.ts';
import { mustSay, stagesweep } from './contestant.ts';
import type { Race } from './race.ts';
import { ourName } from './targets.ts';

/** Of each host, as after a crash in a seeding. */
const pids = 40;
const filesOfPid = 100;
export const orphansOfHost = pids * filesOfPid;

export interface FleetReports {
  readonly directory: string;
  readonly hosts: number;
  /** Of one report, the mean. */
  readonly bytesEach: number;
  readonly expected: Answer;
}

/** Writes the report of each host; the directory is made anew. */
export function fleetReports(directory: string, hosts: number): FleetReports {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const sum = new AnswerSum();
  let bytes = 0;
  for (let number = 1; number <= hosts; number += 1) {
    const host = `mx${String(number).padStart(4, '0')}`;
    const report = incidentReport({ host, pids, filesEach: filesOfPid, damaged: 4 });
    const text = [...renderJson(report)].join('');
    bytes += Buffer.byteLength(text);
    writeFileSync(join(directory, `${host}.json`), text);
    for (const { path } of pathsIn(text)) sum.add(`${host} ${path}`);
  }
  return { directory, hosts, bytesEach: Math.round(bytes / hosts), expected: sum.answer };
}

function pathsIn(text: string): { path: string }[] {
  const { stageFiles } = JSON.parse(text) as { stageFiles: { path: string }[] };
  return stageFiles;
}

/** A line of JSON for a stage file, with its host first. */
const stageFileOf: ItemsOf = (line) => {
  const found = /^\{"type":"stageFile","host":"([^"]+)","path":"([^"]+)"/.exec(line);
  return found === null ? [] : [`${found[1] ?? ''} ${found[2] ?? ''}`];
};

/** One report in memory at a time, nothing verified, nothing chosen, nothing summed. */
const plainMerge = `
  const { readdirSync, readFileSync, writeSync } = require('node:fs');
  for (const file of readdirSync(process.argv[1]).sort()) {
    const { host, stageFiles } = JSON.parse(readFileSync(process.argv[1] + '/' + file, 'utf8'));
    let text = '';
    for (const row of stageFiles) text += JSON.stringify({ type: 'stageFile', host, ...row }) + '\\n';
    writeSync(1, text);
  }`;

export function mergeRace({ directory, hosts, expected }: FleetReports): Race {
  const peer = 'node: parse each, write each';
  // Orphans are findings, so ours ends with 1.
  const check = mustSay(expected, stageFileOf, [0, 1]);
  return {
    id: 'merge',
    title: `merge of ${hosts} hosts`,
    spool: `${hosts} reports`,
    files: hosts * orphansOfHost,
    amount: hosts,
    cache: 'warm',
    contestants: [
      {
        name: ourName,
        command: stagesweep(['merge', directory, '--format', 'jsonl', '--no-progress']),
        check,
      },
      { name: peer, command: { argv: [process.execPath, '-e', plainMerge, directory] }, check },
    ],
    pairs: [[ourName, peer]],
    runsAtMost: 3,
  };
}
