import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asBytes, join } from '../../src/model/byte-path.ts';
import { UsageError } from '../../src/model/errors.ts';
import { stagePath } from '../../src/model/stage.ts';
import { parseReportJson } from '../../src/parse/report-json.ts';
import { renderJson } from '../../src/report/json.ts';
import { renderJsonl } from '../../src/report/jsonl.ts';
import { aReport, aRow, aStageDirectory, spool } from '../support/report-builder.ts';

const orphan = aRow();
const odd = aRow({ leaf: asBytes('66.'), directory: aStageDirectory(7) });
const report = aReport({
  stageFiles: [orphan, odd, aRow({ leaf: asBytes('67.'), verdict: 'in-use' })],
  findings: [{ code: 'stage-empty-directory', path: join(spool, 'sync./9') }],
});
const json = [...renderJson(report)].join('');
const jsonl = [...renderJsonl(report)].join('');

describe('a saved report', () => {
  test.each([
    ['JSON', json],
    ['JSONL', jsonl],
  ])('as %s selects its orphans and empty directories', (_, text) => {
    const saved = parseReportJson(text);
    const { ino, sizeBytes, modifiedNs } = orphan.file.stat;
    expect([...saved.files.keys()]).toEqual([stagePath(orphan.file), stagePath(odd.file)]);
    expect(saved.files.get(stagePath(orphan.file))).toEqual({ ino, sizeBytes, modifiedNs });
    expect([...saved.directories]).toEqual([join(spool, 'sync./9')]);
    expect(saved).toMatchObject({ host: 'mx1.example.org', roots: [spool] });
  });

  test('that went through another program, with its lines broken elsewhere, is the same', () => {
    const pretty = JSON.stringify(JSON.parse(json), null, 2);
    expect(parseReportJson(pretty)).toEqual(parseReportJson(json));
  });

  test('keeps names that are not UTF-8', () => {
    const row = aRow({ directory: aStageDirectory(), leaf: asBytes('\xff') });
    const text = [...renderJson(aReport({ stageFiles: [row] }))].join('');
    expect([...parseReportJson(text).files.keys()]).toEqual([stagePath(row.file)]);
  });
});

describe('what is no report is refused, with the place', () => {
  const change = (from: string | RegExp, to: string, text = json): string => {
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    return changed;
  };
  const first = stagePath(orphan.file);
  const inode = `"inode":"${orphan.file.stat.ino}"`;
  test.each([
    [() => '', 'line 1, column 1'],
    [() => json.slice(0, 400), 'is no JSON from line'],
    [() => '[]', 'is no object'],
    [() => '{}', 'no report of stagesweep'],
    [() => change('stagesweep.report/1', 'stagesweep.report/2'), 'stagesweep.report/2'],
    [() => change('stagesweep.report/1', 'stagesweep.manifest/1'), 'no report of stagesweep'],
    [() => change(first, `${spool}/../etc/shadow`), 'stageFiles[0].path'],
    [() => change(first, 'sync./1/2.'), 'stageFiles[0].path'],
    [() => change(first, `${spool}//sync.`), 'stageFiles[0].path'],
    [() => change(`"${first}"`, '7'), 'stageFiles[0].path'],
    [() => change(inode, '"inode":"-1"'), 'stageFiles[0].inode'],
    [() => change(inode, '"inode":1'), 'stageFiles[0].inode'],
    [() => change('"size":935', '"size":-1'), 'stageFiles[0].size'],
    [() => change('"size":935', '"size":1e99'), 'stageFiles[0].size'],
    [() => change(/"modifiedAt":"[^"]*"/, '"modifiedAt":"yesterday"'), 'stageFiles[0].modifiedAt'],
    [() => change('"verdict":"orphan"', '"verdict":"dead"'), 'stageFiles[0]'],
    [() => change('"verdict":"in-use"', '"verdict":["orphan"]'), 'stageFiles[2].verdict'],
    [() => change(stagePath(odd.file), first), 'has the path of an earlier row'],
    [() => change('"size":935', '"size":"935"', jsonl), 'line 2: size'],
    [() => change('"type":"finding"', '"kind":"finding"', jsonl), 'has no type'],
    [() => jsonl.slice(0, jsonl.lastIndexOf('{')), 'cut off'],
    [() => jsonl + jsonl, 'comes after the totals'],
  ])('case %#', (text, place) => {
    expect(() => parseReportJson(text())).toThrow(place);
    expect(() => parseReportJson(text())).toThrow(UsageError);
  });

  test('a path in base64 is checked like any other', () => {
    const evil = Buffer.from(`${spool}/sync./../../x`).toString('base64');
    const text = change(`"path":"${first}"`, `"path":"x","pathBase64":"${evil}"`);
    expect(() => parseReportJson(text)).toThrow('stageFiles[0].pathBase64');
  });

  test('anything at all is either a report or a UsageError', () => {
    fc.assert(
      fc.property(fc.nat(json.length), fc.string({ maxLength: 5 }), (at, noise) => {
        const text = json.slice(0, at) + noise + json.slice(at + noise.length);
        try {
          for (const path of parseReportJson(text).files.keys()) {
            expect(path).not.toMatch(/\/\.\.?(\/|$)|\0/);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
