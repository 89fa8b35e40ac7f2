/** Many hosts' reports as one, by the built program, in every format and before the readers of each. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { renderJson } from '../../src/report/json.ts';
import { renderJsonl } from '../../src/report/jsonl.ts';
import { auditOf, incidentReport, withGaps } from '../support/incident-reports.ts';
import { neededPrograms } from '../support/needed-programs.ts';
import { csvReaders, readCsv } from '../support/read-csv.ts';
import { run } from '../support/run-cli.ts';
import { runMactime, timelineMakers } from '../support/run-mactime.ts';
import { test } from '../support/spool.ts';

const calm = { pids: 3, filesEach: 2, damaged: 0 };
const hurt = { pids: 10, filesEach: 3, damaged: 2 };

/** Reports of mx1 (calm, and its audit), mx2 (hurt) and mx3 (calm), as JSON and JSONL. */
function fleet(dir: string): string {
  const reports = join(dir, 'reports');
  mkdirSync(reports);
  const one = incidentReport({ host: 'mx1', ...calm });
  writeFileSync(join(reports, 'mx1.jsonl'), [...renderJsonl(one)].join(''));
  writeFileSync(join(reports, 'mx1-audit.json'), [...renderJson(auditOf(one))].join(''));
  writeFileSync(
    join(reports, 'mx2.json'),
    [...renderJson(incidentReport({ host: 'mx2', ...hurt }))].join(''),
  );
  writeFileSync(
    join(reports, 'mx3.jsonl'),
    [...renderJsonl(incidentReport({ host: 'mx3', ...calm }))].join(''),
  );
  return reports;
}

describe('a merge', () => {
  test('names every host, its damage, and what is to do', ({ dir }) => {
    const { stdout, stderr, status } = run(['merge', fleet(dir)]);
    expect([status, stderr]).toEqual([1, '']);
    for (const host of ['mx1', 'mx2', 'mx3']) expect(stdout).toContain(host);
    expect(stdout).toContain('message-foreign');
  });
  test('fails for a host that was expected and sent nothing, by its name', ({ dir }) => {
    const hosts = join(dir, 'hosts.txt');
    writeFileSync(hosts, 'mx1\nmx2\nmx3\nmx4\n');
    const { stdout, status } = run(['merge', fleet(dir), '--expect', hosts]);
    expect(status).toBe(2);
    expect(stdout).toContain('MISSING: mx4: sent no report');
  });
  test('fails for a host whose only report was incomplete, by its name', ({ dir }) => {
    const reports = fleet(dir);
    const gaps = withGaps(incidentReport({ host: 'mx4', ...calm }));
    writeFileSync(join(reports, 'mx4.jsonl'), [...renderJsonl(gaps)].join(''));
    const { stdout, status } = run(['merge', reports]);
    expect(status).toBe(2);
    expect(stdout).toMatch(/mx4.*incomplete/s);
  });
  test('refuses a file that was cut off, by its name, and tells the other hosts', ({ dir }) => {
    const reports = fleet(dir);
    const cut = join(reports, 'mx3.jsonl');
    truncateSync(cut, readFileSync(cut).length - 20);
    const { stdout, status } = run(['merge', reports, '--json']);
    const told = JSON.parse(stdout) as {
      hosts: { host: string }[];
      refused: { file: string; why: string }[];
    };
    expect(status).toBe(2);
    expect(told.refused).toEqual([expect.objectContaining({ file: cut })]);
    expect(new Set(told.hosts.map(({ host }) => host))).toEqual(new Set(['mx1', 'mx2']));
  });
  test('says of files and directories that are not there which they are', ({ dir }) => {
    const { stdout, status } = run(['merge', join(dir, 'none.json')]);
    expect(status).toBe(2);
    expect(stdout).toContain('none.json');
  });
  test('as JSON holds each whole report', ({ dir }) => {
    const { stdout } = run(['merge', fleet(dir), '--json']);
    const told = JSON.parse(stdout) as { schema: string; reports: { schema: string }[] };
    expect(told.schema).toBe('stagesweep.fleet/1');
    expect(told.reports.map(({ schema }) => schema)).toEqual(Array(4).fill('stagesweep.report/1'));
  });
  test('as JSONL has the host in every line of a report, and totals last', ({ dir }) => {
    const { stdout } = run(['merge', fleet(dir), '--format', 'jsonl']);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; host?: string });
    expect(lines.at(-1)?.type).toBe('fleet-totals');
    expect(lines.filter(({ type, host }) => type === 'stageFile' && host === undefined)).toEqual(
      [],
    );
  });
  test('as a plugin is one line, CRITICAL for a host that is missing', ({ dir }) => {
    const hosts = join(dir, 'hosts.txt');
    writeFileSync(hosts, 'mx1\nmx2\nmx3\nmx4\n');
    const { stdout } = run(['merge', fleet(dir), '--expect', hosts, '--format', 'nagios']);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(stdout).toMatch(/^STAGESWEEP CRITICAL - .*mx4/);
  });
  test('as a page has all hosts and no mail of a stranger without its host', ({ dir }) => {
    const { stdout, status } = run(['merge', fleet(dir), '--format', 'html']);
    expect(status).toBe(1);
    for (const host of ['mx1', 'mx2', 'mx3']) expect(stdout).toContain(host);
    expect(stdout).toMatch(/^<!doctype html>/i);
  });
});

const { missing, title } = neededPrograms('a fleet that other programs read', {
  ...csvReaders,
  ...timelineMakers,
  promtool: 'prometheus',
});
describe.skipIf(missing.length > 0)(title, () => {
  test('as CSV has the rows of every host, and one that says that it is whole', ({ dir }) => {
    const rows = readCsv(run(['merge', fleet(dir), '--format', 'csv']).stdout);
    const files = rows.filter(({ row }) => row === 'stage-file');
    expect(new Set(files.map(({ host }) => host))).toEqual(new Set(['mx1', 'mx2', 'mx3']));
    expect(files).toHaveLength(3 * 2 + 10 * 3 + 3 * 2);
    expect(rows.at(-1)?.['row']).toBe('fleet');
  });
  test('as body file gives mactime the names of every host', ({ dir }) => {
    const entries = runMactime(run(['merge', fleet(dir), '--format', 'body']).stdout);
    for (const host of ['mx1', 'mx2', 'mx3']) {
      expect(entries.some(({ name }) => name.startsWith(host))).toBe(true);
    }
  });
  test('as metrics has nothing that promtool is against', ({ dir }) => {
    const { stdout } = run(['merge', fleet(dir), '--format', 'prometheus']);
    const judged = spawnSync('promtool', ['check', 'metrics'], { input: stdout, encoding: 'utf8' });
    expect([judged.status, judged.stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/\{host="mx2"/);
  });
});
