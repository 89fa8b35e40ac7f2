import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeMessage } from '../../src/decide/judge-message.ts';
import { severityOf } from '../../src/model/finding.ts';
import type { MessageRecord } from '../../src/model/mailbox.ts';
import type { MessageFacts } from '../../src/model/message.ts';
import { parseCacheRecord, parseSection } from '../../src/parse/cache-record.ts';
import { parseEnvelope } from '../../src/parse/envelope.ts';
import { fileStat } from '../support/file-stat.ts';
import { bytesRead } from '../support/message-facts.ts';
import { readRealMailbox, realMailboxes, type RealMessage } from '../support/real-mailboxes.ts';

/** The digest of the record is kept or taken away: the envelope must do then. */
const witnesses = ['digest', 'envelope'] as const;
type By = (typeof witnesses)[number];

function factsOf({ record, cache }: RealMessage, bytes: Uint8Array, by: By): MessageFacts {
  const { items } = parseCacheRecord(cache, record.cacheOffset);
  return {
    record: by === 'digest' ? record : undigested(record),
    minorVersion: by === 'digest' ? 17 : 9,
    cached: { envelope: parseEnvelope(items.envelope), sizes: parseSection(items.section) },
    ...bytesRead(bytes, { modifiedNs: record.internalDateNs }),
  };
}

function undigested(record: MessageRecord): MessageRecord {
  const bare: { -readonly [Key in keyof MessageRecord]: MessageRecord[Key] } = { ...record };
  delete bare.guid;
  return bare;
}

/** uid 7 of user-yann was overwritten, uid 8 of the newest too; see fixtures/index/README.md. */
const overwritten: Partial<Record<(typeof realMailboxes)[number], number>> = {
  'version 17 of 3.6.1': 7,
  'version 9 of 3.6.1': 7,
  'version 20 of 3.13.7': 8,
};
const healthyOf = (name: (typeof realMailboxes)[number]): RealMessage[] =>
  readRealMailbox(name).filter(({ record }) => record.messageUid !== overwritten[name]);

describe.each(realMailboxes)('of the real messages in %s', (name) => {
  const healthy = healthyOf(name);
  const aMessage = fc.constantFrom(...healthy);
  const aWitness = fc.constantFrom(...witnesses);

  it('none that is healthy is damaged', () => {
    for (const message of healthy) {
      for (const by of witnesses) {
        expect(judgeMessage(factsOf(message, message.bytes, by)).status).not.toBe('damaged');
      }
    }
  });

  it('every beginning is damage, and none is taken for another message', () => {
    const cut = fc.tuple(
      aMessage,
      aWitness,
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    );
    fc.assert(
      fc.property(cut, ([message, by, share]) => {
        // Most cuts in the header, where fields are torn.
        const end = Math.floor(share * share * message.bytes.length);
        const { status, codes } = judgeMessage(
          factsOf(message, message.bytes.subarray(0, end), by),
        );
        expect(status).toBe('damaged');
        expect(codes).not.toContain('message-foreign');
      }),
      { numRuns: 500 },
    );
  });

  it('every cut of one is told as truncation', () => {
    const [message] = [...healthy].sort((a, b) => a.bytes.length - b.bytes.length);
    if (message === undefined) throw new Error(`${name} has no healthy message`);
    for (let end = 0; end < message.bytes.length; end++) {
      const facts = factsOf(message, message.bytes.subarray(0, end), 'envelope');
      expect([end, judgeMessage(facts).codes[0]]).toEqual([end, 'message-truncated']);
    }
  });

  it('none that is cut in its header is taken for another message', () => {
    for (const message of healthy) {
      const headerBytes = Math.min(message.record.headerSizeBytes, 1000);
      for (let end = 0; end < headerBytes; end++) {
        const cut = message.bytes.subarray(0, end);
        for (const by of witnesses) {
          const { codes } = judgeMessage(factsOf(message, cut, by));
          expect([end, by, codes.includes('message-foreign')]).toEqual([end, by, false]);
        }
      }
    }
  });

  it('one in the place of another is damage', () => {
    for (const right of healthy) {
      for (const wrong of healthy) {
        if (right === wrong || right.bytes.equals(wrong.bytes)) continue;
        for (const by of witnesses) {
          const { status, codes } = judgeMessage(factsOf(right, wrong.bytes, by));
          expect(status).toBe('damaged');
          expect(codes.filter((code) => severityOf(code) === 'critical')).not.toEqual([]);
        }
      }
    }
  });

  it('one in the place of another with both envelopes known is foreign', () => {
    const known = healthy.filter(
      (message) => judgeMessage(factsOf(message, message.bytes, 'envelope')).status === 'intact',
    );
    expect(known.length).toBeGreaterThan(0);
    for (const right of known) {
      for (const wrong of known) {
        if (right === wrong) continue;
        const facts = factsOf(right, wrong.bytes, 'digest');
        expect(judgeMessage(facts).codes).toEqual([
          'message-foreign',
          facts.record.guid === undefined ? 'envelope-mismatch' : 'message-guid-mismatch',
        ]);
      }
    }
  });
});

describe('whatever the facts', () => {
  const messages = realMailboxes.flatMap((name) => readRealMailbox(name));
  const someFacts = fc
    .record({
      message: fc.constantFrom(...messages),
      bytesOf: fc.constantFrom(...messages),
      by: fc.constantFrom(...witnesses),
      level: fc.constantFrom('exists', 'size', 'digest'),
      size: fc.oneof(fc.constant(undefined), fc.nat(100_000)),
      minorVersion: fc.constantFrom(6, 9, 10, 12, 13, 17, 20),
      drop: fc.subarray(['file', 'sha1', 'header', 'cached'] as const),
      time: fc.bigInt(0n, 2n ** 62n),
    })
    .map(({ message, bytesOf, by, level, size, minorVersion, drop, time }): MessageFacts => {
      const facts: { -readonly [Key in keyof MessageFacts]: MessageFacts[Key] } = {
        ...factsOf(message, bytesOf.bytes, by),
        level,
        minorVersion,
        file: fileStat({ sizeBytes: size ?? bytesOf.bytes.length, modifiedNs: time }),
      };
      if (drop.includes('file')) delete facts.file;
      if (drop.includes('sha1')) delete facts.sha1;
      if (drop.includes('header')) delete facts.header;
      if (drop.includes('cached')) delete facts.cached;
      return facts;
    });
  const always = (claim: (facts: MessageFacts) => void): void => {
    fc.assert(fc.property(someFacts, claim), { numRuns: 2000 });
  };

  it('critical goes with damaged, and with nothing else', () => {
    always((facts) => {
      const { status, codes } = judgeMessage(facts);
      const isCritical = codes.some((code) => severityOf(code) === 'critical');
      expect(isCritical).toBe(status === 'damaged');
    });
  });

  it('bytes whose SHA-1 is the GUID are never damaged when they were read', () => {
    always((facts) => {
      const { guid } = facts.record;
      if (guid === undefined || facts.level !== 'digest') return;
      expect(judgeMessage({ ...facts, sha1: guid }).status).not.toBe('damaged');
    });
  });

  it('nothing is intact without a digest or a cached envelope beside it', () => {
    always((facts) => {
      const { status } = judgeMessage(facts);
      if (status !== 'intact') return;
      const byDigest = facts.record.guid !== undefined && facts.record.guid === facts.sha1;
      const byEnvelope = facts.cached !== undefined && facts.header !== undefined;
      expect(facts.level).toBe('digest');
      expect(facts.file).toBeDefined();
      expect(byDigest || byEnvelope).toBe(true);
    });
  });

  it('no code is told twice, and at most two are critical', () => {
    always((facts) => {
      const { codes } = judgeMessage(facts);
      expect(new Set(codes).size).toBe(codes.length);
      expect(codes.filter((code) => severityOf(code) === 'critical').length).toBeLessThan(3);
    });
  });
});

it.each([
  // Its cache was written anew from the wrong bytes, of as many as before; the record kept where its header ended.
  ['version 9 of 3.6.1', 7, ['envelope-mismatch']],
  ['version 17 of 3.6.1', 7, ['message-guid-mismatch']],
  // Overwritten with as many bytes.
  ['version 20 of 3.13.7', 8, ['message-foreign', 'message-guid-mismatch']],
] as const)('the overwritten message in %s, uid %i, is found', (name, uid, codes) => {
  const message = readRealMailbox(name).find(({ record }) => record.messageUid === uid);
  if (message === undefined) throw new Error(`there is no uid ${uid}`);
  expect(judgeMessage(factsOf(message, message.bytes, 'digest')).codes).toEqual(codes);
});
