import {
  appendFileSync,
  readFileSync,
  renameSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { InputError } from '../../src/model/errors.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import type { Report } from '../../src/model/report.ts';
import { renderJson } from '../../src/report/json.ts';
import { renderJsonl } from '../../src/report/jsonl.ts';
import { merge, type MergeRequest } from '../../src/steps/merge.ts';
import { nodeClock } from '../../src/system/clock.ts';
import { nodeFiles } from '../../src/system/files.ts';
import type { Files } from '../../src/system/os.ts';
import { incidentReport } from '../support/incident-reports.ts';
import { test } from '../support/spool.ts';

async function merged(
  dir: string,
  request: Partial<MergeRequest> = {},
  files: Files = nodeFiles,
): Promise<Fleet> {
  return await merge(
    { files, clock: nodeClock() },
    { reports: [dir], cwd: '/', header: { version: 'test', mergedNs: 0n }, ...request },
  );
}

function save(dir: string, host: string, render: typeof renderJson = renderJsonl): string {
  const file = join(dir, `${host}.${render === renderJson ? 'json' : 'jsonl'}`);
  const report = incidentReport({ host, pids: 3, filesEach: 2, damaged: 0 });
  writeFileSync(file, [...render(report)].join(''));
  return file;
}

function cutOff(file: string): string {
  truncateSync(file, readFileSync(file).length - 20);
  return file;
}

/** The real ones, which note what is open and what was opened. */
function watched(): { readonly files: Files; readonly opened: string[]; open: number } {
  const watch = { files: nodeFiles, opened: [] as string[], open: 0 };
  watch.files = {
    ...nodeFiles,
    open(path) {
      const file = nodeFiles.open(path);
      if ('errno' in file) return file;
      watch.opened.push(path);
      watch.open += 1;
      return {
        ...file,
        stat: () => file.stat(),
        readAt: (at, length) => file.readAt(at, length),
        close() {
          watch.open -= 1;
          file.close();
        },
      };
    },
  };
  return watch;
}

const changes: readonly (readonly [what: string, change: (file: string) => unknown])[] = [
  [
    'is written to',
    (file) => {
      appendFileSync(file, '\n');
    },
  ],
  ['is cut off', (file) => cutOff(file)],
  ['is replaced by one of the same size', replace],
  [
    'has another time',
    (file) => {
      utimesSync(file, 1, 1);
    },
  ],
  [
    'is gone',
    (file) => {
      renameSync(file, `${file}.old`);
    },
  ],
];

describe('the reports of a fleet', () => {
  test('are read one at a time, each when it is asked for', async ({ dir }) => {
    const paths = ['mx1', 'mx2', 'mx3'].map((host) => save(dir, host));
    const watch = watched();
    const fleet = await merged(dir, {}, watch.files);
    expect([watch.opened, watch.open]).toEqual([paths, 0]);
    const reports = fleet.reports()[Symbol.iterator]();
    expect(watch.opened).toHaveLength(3);
    for (const [at, path] of paths.entries()) {
      const { value } = reports.next() as { value: Report };
      expect(value.header.host).toBe(`mx${at + 1}`);
      expect([watch.opened.slice(3), watch.open]).toEqual([paths.slice(0, at + 1), 0]);
      expect(watch.opened.at(-1)).toBe(path);
    }
  });

  test('can be read again from the beginning', async ({ dir }) => {
    save(dir, 'mx1');
    const fleet = await merged(dir);
    expect([...fleet.reports()]).toEqual([...fleet.reports()]);
  });

  test.for(changes)(
    'are refused when a file %s after its host was told',
    async ([, change], { dir }) => {
      const file = save(dir, 'mx1');
      const fleet = await merged(dir);
      change(file);
      expect(() => [...fleet.reports()]).toThrow(InputError);
      expect(() => [...fleet.reports()]).toThrow(
        `${file} changed while it was merged; merge again`,
      );
    },
  );
});

function replace(file: string): void {
  writeFileSync(`${file}.new`, readFileSync(file));
  renameSync(`${file}.new`, file);
}

describe('a host whose report was cut off', () => {
  test('sent something, and it is told what, with and without a list of hosts', async ({ dir }) => {
    save(dir, 'mx1');
    const cut = cutOff(save(dir, 'mx5.example.org'));
    for (const expected of [undefined, ['mx1', 'mx5.example.org']]) {
      const { missing, refused } = await merged(dir, expected === undefined ? {} : { expected });
      expect(missing).toEqual([
        { host: 'mx5.example.org', why: `its report ${cut} ends in the middle` },
      ]);
      expect(refused).toMatchObject([{ file: cut, host: 'mx5.example.org' }]);
    }
  });

  test('is named as it was expected', async ({ dir }) => {
    save(dir, 'mx1');
    cutOff(save(dir, 'mx5.example.org'));
    const { missing } = await merged(dir, { expected: ['mx1', 'mx5'] });
    expect(missing.map(({ host }) => host)).toEqual(['mx5']);
  });

  test('is not missing where it has sent another one that is whole', async ({ dir }) => {
    const whole = save(dir, 'mx5');
    renameSync(whole, join(dir, 'whole.jsonl'));
    cutOff(save(dir, 'mx5'));
    const { missing, refused } = await merged(dir, { expected: ['mx5'] });
    expect([missing, refused.map(({ host }) => host)]).toEqual([[], ['mx5']]);
  });

  test('is not known where the report is one document', async ({ dir }) => {
    save(dir, 'mx1');
    cutOff(save(dir, 'mx5', renderJson));
    const { missing, refused } = await merged(dir, { expected: ['mx1', 'mx5'] });
    expect(missing).toEqual([{ host: 'mx5', why: 'sent no report' }]);
    expect(refused.map(({ host }) => host)).toEqual([undefined]);
  });
});
