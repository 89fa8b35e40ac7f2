import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/model/errors.ts';
import type { ManifestLine } from '../../src/model/manifest.ts';
import { parseManifestLine } from '../../src/parse/manifest-line.ts';
import { manifestText } from '../../src/report/manifest-text.ts';
import { endOf, header, message, missing, siteHeader, without } from '../support/manifest-lines.ts';

const roundTrip = (line: ManifestLine): ManifestLine | undefined => {
  const text = manifestText(line);
  return parseManifestLine(text.slice(0, -1));
};
const bytes = fc
  .uint8Array({ minLength: 1, maxLength: 40 })
  .map((raw) => Buffer.from(raw).toString('latin1'));

describe('a line of a manifest', () => {
  test('comes back as it was, whatever bytes the mailbox name has', () => {
    fc.assert(
      fc.property(bytes, fc.nat(0xffff_ffff), (mailbox, messageUid) => {
        const line: ManifestLine = { kind: 'message', message: message({ mailbox, messageUid }) };
        expect(roundTrip(line)).toEqual(line);
      }),
    );
  });

  test.each([
    ['a header', header],
    ['a header of a site', siteHeader(true)],
    ['a header of another site', siteHeader(false)],
    ['an end', endOf(3, false)],
    ['an expunged message', { kind: 'message', message: message({ isExpunged: true }) }],
    ['a message without a file', { kind: 'message', message: missing() }],
    [
      'a message that could not be read',
      { kind: 'message', message: { ...without(message(), 'size', 'sha1'), errno: 'EIO' } },
    ],
    ['a record without a digest', { kind: 'message', message: without(message(), 'recordGuid') }],
    [
      'a trouble',
      { kind: 'trouble', trouble: { mailbox: 'user.\xff', path: '/s/\xfe', detail: 'EACCES' } },
    ],
  ] as [string, ManifestLine][])('comes back as it was: %s', (_, line) => {
    expect(roundTrip(line)).toEqual(line);
  });

  test('is one line of printable text, whatever the name holds', () => {
    const mailbox = 'user.a\n\x1b[31m\x7f\x9b"\\';
    expect(manifestText({ kind: 'message', message: message({ mailbox }) })).toMatch(
      /^[\P{C}\ufffd]+\n$/u,
    );
  });

  test('is read in the form of the contract, which has nothing else', () => {
    const text = `{"mailbox":"user.a","messageUid":7,"recordSize":3,"size":3,"sha1":"${'a'.repeat(40)}"}`;
    expect(parseManifestLine(text)).toMatchObject({
      message: { mailbox: 'user.a', messageUid: 7, sha1: 'a'.repeat(40), isMissing: false },
    });
  });

  test('of a type that is not known yet is passed over', () => {
    expect(parseManifestLine('{"type":"annotation","x":1}')).toBeUndefined();
  });

  test.each([
    ['{', 'no JSON'],
    ['[]', 'no JSON object'],
    ['null', 'no JSON object'],
    ['{"messageUid":1}', 'mailbox is missing'],
    ['{"mailbox":""}', 'mailbox is empty'],
    ['{"mailbox":7}', 'mailbox is no string'],
    ['{"mailbox":"a","mailboxBase64":"?"}', 'mailboxBase64 is no base64'],
    ['{"mailbox":"a","messageUid":-1}', 'messageUid'],
    ['{"mailbox":"a","messageUid":4294967296}', 'messageUid'],
    ['{"mailbox":"a","messageUid":1.5}', 'messageUid'],
    ['{"mailbox":"a","messageUid":1}', 'recordSize is missing'],
    ['{"mailbox":"a","messageUid":1,"recordSize":1,"sha1":"AB"}', 'sha1'],
    ['{"mailbox":"a","messageUid":1,"recordSize":1,"missing":1}', 'missing'],
    ['{"schema":"stagesweep.report/1"}', 'its schema is stagesweep.report/1'],
    ['{"type":"end","messages":1}', 'complete'],
  ])('that is wrong is an error naming what: %s', (text, what) => {
    expect(() => parseManifestLine(text)).toThrow(FormatError);
    expect(() => parseManifestLine(text)).toThrow(what);
  });

  test('is read or refused with a FormatError, whatever was done to it', () => {
    const text = manifestText({ kind: 'message', message: message() });
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(text.length), fc.string(), (at, end, splice) => {
        try {
          parseManifestLine(text.slice(0, at) + splice + text.slice(end));
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
    );
  });
});
