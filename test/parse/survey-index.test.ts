import { describe, expect, test } from 'vitest';
import { parseIndexHeader } from '../../src/parse/index-header.ts';
import { indexLayouts } from '../../src/parse/index-layout.ts';
import { indexRecords } from '../../src/parse/index-record.ts';
import { surveyIndex, type IndexSurvey } from '../../src/parse/survey-index.ts';
import {
  composeIndex,
  composeIndexHeader,
  composeRecord,
  layoutOf,
} from '../support/index-writer.ts';

const index = (version: number, ...uids: number[]): Buffer =>
  composeIndex(
    version,
    {},
    uids.map((uid) => ({ uid })),
  );
const survey = (bytes: Buffer, isOrdered = true): IndexSurvey =>
  surveyIndex(bytes, parseIndexHeader(bytes), isOrdered);

describe.each(indexLayouts.map(({ minorVersion }) => minorVersion))(
  'index version %i',
  (version) => {
    test('is sound when uids ascend and CRCs are right', () => {
      expect(survey(index(version, 1, 5, 9))).toEqual({ whole: 3, isAscending: true, faulty: 0 });
    });

    test('has the same faults as its records one by one', () => {
      const bytes = index(version, 1, 5, 3, 0, 9);
      const { startOffset, recordSize } = parseIndexHeader(bytes);
      bytes.writeUInt8(1, startOffset + 4 * recordSize + 40);
      const header = parseIndexHeader(bytes);
      const faulty = [...indexRecords(bytes.subarray(startOffset), header)].filter(
        (record) => record.fault !== undefined,
      );
      const found = survey(bytes);
      expect(found.faulty).toBe(faulty.length);
      expect(found.first).toEqual({ at: faulty[0]?.at, fault: faulty[0]?.fault });
      expect(found.isAscending).toBe(false);
    });
  },
);

test('an index that was cut short has the records that are whole', () => {
  const bytes = index(17, 1, 2, 3);
  expect(survey(bytes.subarray(0, bytes.length - 1)).whole).toBe(2);
});

test('bytes behind the last record are of an unfinished append and no fault', () => {
  expect(survey(Buffer.concat([index(17, 1, 2), Buffer.alloc(112)]))).toMatchObject({
    whole: 2,
    faulty: 0,
  });
});

test('the order of cyrus.expunge is no fault, and still known', () => {
  expect(survey(index(9, 9, 3, 5), false)).toEqual({ whole: 3, isAscending: false, faulty: 0 });
});

test('in the hybrid of 19 and 20 a record of either version is sound', () => {
  const header = composeIndexHeader(19, { recordSize: 144, recordCount: 2 });
  const bytes = Buffer.concat([
    header,
    composeRecord(layoutOf(20), { uid: 1 }),
    composeRecord(layoutOf(19), { uid: 2 }, 144),
  ]);
  expect(survey(bytes)).toEqual({ whole: 2, isAscending: true, faulty: 0 });
});
