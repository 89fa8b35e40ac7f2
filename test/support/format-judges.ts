/** Of every format the reader that must take hostile names for nothing but names. */
import { expect } from 'vitest';
import type { BytePath } from '../../src/model/byte-path.ts';
import type { Format } from '../../src/report/formats.ts';
import { csvReaders, readCsv } from './read-csv.ts';
import { runMactime, timelineMakers } from './run-mactime.ts';
import { unquote } from './unquote.ts';

/** What no reader takes for anything but text. */
export const textOnly = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]*$/u;

/** A format without one does not compile. */
interface Judge {
  readonly by: string;
  /** Debian package by program. */
  readonly needs?: Readonly<Record<string, string>>;
  readonly judge: (told: Told) => void;
}

/** What a format made of hostile names, and of harmless ones at the same places. */
export interface Told {
  readonly hostile: string;
  readonly harmless: string;
  /** Paths of the stage files, as they come. */
  readonly stageNames: readonly BytePath[];
  /** The same as a body file names them, quoted: in a fleet with the host before each. */
  readonly bodyNames: readonly string[];
}

interface HasStageFiles {
  readonly stageFiles: Named[];
}

interface Named {
  readonly path: string;
  readonly pathBase64?: string;
}

const bytesOf = ({ path, pathBase64 }: Named): string =>
  (pathBase64 === undefined ? Buffer.from(path) : Buffer.from(pathBase64, 'base64')).toString(
    'latin1',
  );

/** What is counted is as often in a report of hostile names as in one of the same shape with harmless ones. */
function expectSameShape(
  { hostile, harmless }: Told,
  partsOf: (text: string) => readonly string[],
): void {
  const [parts, expected] = [hostile, harmless].map((text) => partsOf(text).toSorted());
  expect(parts).toEqual(expected);
}

export const judges: Readonly<Record<Format | 'prometheus' | 'nagios', Judge>> = {
  table: {
    by: 'its lines that begin a row',
    judge: (told) => {
      const rows = (text: string): string[] =>
        text
          .split('\n')
          .flatMap((line) => /^ {0,2}(?:critical|warning|info) [\w-]+:/.exec(line) ?? []);
      expectSameShape(told, rows);
    },
  },
  json: {
    by: 'JSON.parse',
    judge: (told) => {
      const document = JSON.parse(told.hostile) as HasStageFiles & { reports?: HasStageFiles[] };
      const reports = document.reports ?? [document];
      const named = reports.flatMap(({ stageFiles }) => stageFiles);
      expect(named.map(bytesOf)).toEqual(told.stageNames);
    },
  },
  jsonl: {
    by: 'JSON.parse, line by line',
    judge: (told) => {
      const lines = told.hostile
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Named & { readonly type: string });
      const named = lines.filter(({ type }) => type === 'stageFile');
      expect(named.map(bytesOf)).toEqual(told.stageNames);
      expectSameShape(told, (text) => text.match(/^\{"type":"\w+"/gm) ?? []);
    },
  },
  csv: {
    by: "Python's csv",
    needs: csvReaders,
    judge: (told) => {
      const rows = readCsv(told.hostile);
      expect(
        rows
          .filter(({ row }) => row === 'stage-file')
          .map((row) => unquote(row['path']?.replace(/^'/, '') ?? '')),
      ).toEqual(told.stageNames);
      for (const cell of rows.flatMap((row) => Object.values(row))) {
        expect(cell).not.toMatch(/^\s*[=+\-@\uff1d]/);
      }
      expectSameShape(told, (text) => readCsv(text).map(({ row = '' }) => row));
    },
  },
  body: {
    by: 'mactime',
    needs: timelineMakers,
    judge: (told) => {
      const named = runMactime(told.hostile).filter(({ macb }) => macb.startsWith('m'));
      const names = new Set(named.map(({ name }) => unquote(name)));
      expect(told.bodyNames.filter((name) => !names.has(unquote(name)))).toEqual([]);
      expect(named).toHaveLength(3 * told.stageNames.length);
    },
  },
  html: {
    by: 'its tags and their attributes',
    judge: (told) => {
      // A place where a long name may break: as many as it has slashes, and nothing to it.
      expectSameShape(told, (text) =>
        (text.replaceAll('<wbr>', '').match(/<[^>]*>/g) ?? []).map((tag) =>
          tag.replaceAll(/"[^"]*"/g, '""'),
        ),
      );
    },
  },
  prometheus: {
    by: 'its lines without the values of labels',
    judge: (told) => {
      expectSameShape(told, (text) =>
        text.split('\n').map((line) => line.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')),
      );
    },
  },
  nagios: {
    by: 'its performance data and the number of its lines',
    judge: (told) => {
      expectSameShape(told, (text) =>
        text.split('\n').map((line) => line.split('|').slice(1).join('|')),
      );
    },
  },
};
