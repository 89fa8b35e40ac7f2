import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeSharedInode, type Claim } from '../../src/decide/judge-shared-inode.ts';
import { severityOf } from '../../src/model/finding.ts';
import type { MessageRecord } from '../../src/model/mailbox.ts';
import { composeMessage, type ComposedMessage } from '../support/composed-message.ts';
import { fileStat } from '../support/file-stat.ts';
import { bareRecordOf, bytesRead, cachedOf, recordOf, storedNs } from '../support/message-facts.ts';

const rent = composeMessage({
  from: 'anna',
  subject: 'Rent',
  messageId: 'rent',
  day: 3,
  sizeBytes: 900,
});
const lab = composeMessage({
  from: 'boris',
  subject: 'Laboratory',
  messageId: 'lab',
  day: 4,
  sizeBytes: 900,
});
const long = composeMessage({
  from: 'carol',
  subject: 'Long',
  messageId: 'long',
  day: 5,
  sizeBytes: 1500,
});
const [uuidA, uuidB] = ['00000000000000000000a001', '00000000000000000000b001'];

const digested = (mailbox: string, message: ComposedMessage): Claim => ({
  mailbox,
  record: recordOf(message),
  minorVersion: 12,
  cached: cachedOf(message),
});
const old = (
  mailbox: string,
  message: ComposedMessage,
  over: Partial<MessageRecord> = {},
): Claim => ({
  mailbox,
  record: bareRecordOf(message, over),
  minorVersion: 9,
  cached: cachedOf(message),
});
const uncached = ({ mailbox, record, minorVersion }: Claim): Claim => ({
  mailbox,
  record,
  minorVersion,
});
const judge = (bytes: Uint8Array, ...claims: Claim[]) =>
  judgeSharedInode(claims, bytesRead(bytes, { linkCount: claims.length }));
/** Mailbox, status, codes and donor of each claim. */
const told = (bytes: Uint8Array, ...claims: Claim[]) =>
  judge(bytes, ...claims).judgements.map(({ claim, status, codes, donor }) =>
    [claim.mailbox, status, ...codes, ...(donor ? [`donor ${donor.mailbox}`] : [])].join(' '),
  );

describe('records that share an inode and agree', () => {
  it('are healthy across users', () => {
    const claims = ['user.alice', 'user.bob', 'user.carol'].map((name) => digested(name, rent));
    expect(told(rent.bytes, ...claims)).toEqual([
      'user.alice intact',
      'user.bob intact',
      'user.carol intact',
    ]);
  });

  it('are in no conflict when the file was cut for all of them', () => {
    expect(
      told(
        rent.bytes.subarray(0, 500),
        digested('user.alice', rent),
        digested('DELETED.bob', rent),
      ),
    ).toEqual([
      'user.alice damaged message-truncated message-guid-mismatch',
      'DELETED.bob damaged message-truncated message-guid-mismatch',
    ]);
  });

  it('are healthy when one has a UUID and the other has zero', () => {
    expect(
      told(rent.bytes, old('user.alice', rent, { uuid: uuidA }), old('user.bob', rent)),
    ).toEqual(['user.alice intact', 'user.bob intact']);
  });

  it('are healthy when the bytes prove both, whatever their UUIDs', () => {
    expect(
      told(
        rent.bytes,
        old('user.alice', rent, { uuid: uuidA }),
        old('user.bob', rent, { uuid: uuidB }),
      ),
    ).toEqual(['user.alice intact', 'user.bob intact']);
  });

  it('are healthy when only one of the indexes counts malformed mail as 2.5 did', () => {
    const counted = uncached(old('user.alice', rent, { sizeBytes: 880 }));
    const measured: Claim = { ...old('user.bob', rent), minorVersion: 17 };
    expect(told(rent.bytes, counted, measured)).toEqual([
      'user.alice unverifiable guid-absent',
      'user.bob intact',
    ]);
  });

  it('are healthy by thousands without comparing each with each', () => {
    const claims = Array.from({ length: 20_000 }, (_, index) => digested(`user.u${index}`, rent));
    const victim = digested('user.victim', lab);
    const { judgements } = judge(rent.bytes, ...claims, victim);
    expect(judgements.filter(({ status }) => status === 'intact')).toHaveLength(20_000);
    expect(judgements.at(-1)?.donor).toEqual({ mailbox: 'user.u0', messageUid: 1 });
  });
});

describe('of records that share an inode and disagree', () => {
  it('the one whose digest the bytes have is the owner, the other is damaged', () => {
    expect(told(lab.bytes, digested('user.alice', rent), digested('user.bob', lab))).toEqual([
      'user.alice damaged message-foreign shared-inode-conflict message-guid-mismatch donor user.bob',
      'user.bob intact',
    ]);
  });

  it('the envelope tells the owner where there is no digest', () => {
    expect(
      told(
        lab.bytes,
        old('user.alice', rent, { uuid: uuidA }),
        old('user.bob', lab, { uuid: uuidB }),
      ),
    ).toEqual([
      'user.alice damaged message-foreign shared-inode-conflict envelope-mismatch donor user.bob',
      'user.bob intact',
    ]);
  });

  it('the envelope tells the owner where even the UUIDs are zero', () => {
    expect(told(lab.bytes, old('user.alice', rent), old('user.bob', lab))).toEqual([
      'user.alice damaged message-foreign shared-inode-conflict envelope-mismatch donor user.bob',
      'user.bob intact',
    ]);
  });

  it('a proved owner convicts one that has no witness but its UUID', () => {
    expect(
      told(
        lab.bytes,
        uncached(old('user.alice', lab, { uuid: uuidA })),
        old('user.bob', lab, { uuid: uuidB }),
      ),
    ).toEqual([
      'user.alice damaged message-foreign shared-inode-conflict donor user.bob',
      'user.bob intact',
    ]);
  });

  it('a copy of the owner without a witness is not drawn into it', () => {
    const { judgements, isUnresolved } = judge(
      lab.bytes,
      old('user.alice', rent, { uuid: uuidA }),
      old('user.bob', lab, { uuid: uuidB }),
      uncached(old('user.bob.Sent', lab, { uuid: uuidB })),
    );
    expect([judgements[2]?.status, isUnresolved]).toEqual(['unverifiable', false]);
  });

  it('the size tells the owner where nothing was read', () => {
    const { judgements } = judgeSharedInode(
      [digested('user.alice', rent), digested('user.bob', long)],
      { level: 'size', file: fileStat({ sizeBytes: 1500, linkCount: 2, modifiedNs: storedNs }) },
    );
    expect(judgements.map(({ status, codes, donor }) => [status, codes, donor?.mailbox])).toEqual([
      [
        'damaged',
        ['message-foreign', 'shared-inode-conflict', 'message-size-mismatch'],
        'user.bob',
      ],
      ['unverifiable', [], undefined],
    ]);
  });

  it('both are damaged when the bytes are neither’s, and nobody is named', () => {
    expect(told(long.bytes, digested('user.alice', rent), digested('user.bob', lab))).toEqual([
      'user.alice damaged message-foreign shared-inode-conflict message-guid-mismatch',
      'user.bob damaged message-foreign shared-inode-conflict message-guid-mismatch',
    ]);
  });

  it('a beginning of its own message is not given to a neighbour without proof', () => {
    const bytes = rent.bytes.subarray(0, 500);
    const neighbour = uncached(old('user.bob', rent, { sizeBytes: 500 }));
    expect(told(bytes, digested('user.alice', rent), neighbour)[0]).toBe(
      'user.alice damaged message-truncated shared-inode-conflict message-guid-mismatch',
    );
  });

  it('none is accused where the bytes cannot tell, and the conflict is told', () => {
    const { judgements, isUnresolved } = judge(
      lab.bytes,
      uncached(old('user.alice', lab, { uuid: uuidA })),
      uncached(old('user.bob', lab, { uuid: uuidB })),
    );
    expect(isUnresolved).toBe(true);
    expect(judgements.map(({ status, codes }) => [status, ...codes])).toEqual([
      ['unverifiable', 'shared-inode-unclear', 'guid-absent'],
      ['unverifiable', 'shared-inode-unclear', 'guid-absent'],
    ]);
    expect(judgements[0]?.detail).toContain('user.bob');
  });

  it('one with a wrong CRC has no say', () => {
    const broken = { ...digested('user.alice', rent), record: recordOf(rent, { fault: 'crc' }) };
    expect(told(lab.bytes, broken, digested('user.bob', lab))).toEqual([
      'user.alice unverifiable',
      'user.bob intact',
    ]);
  });

  it('one that was read twice does not contradict itself', () => {
    const before = uncached(old('user.alice', lab, { uuid: uuidA }));
    const after = uncached(old('user.alice', lab, { uuid: uuidB }));
    expect(judge(lab.bytes, before, after).isUnresolved).toBe(false);
  });
});

describe('the time of a shared inode', () => {
  const later = { internalDateNs: 1_800_000_000_000_000_000n };
  const codesAt = (modifiedNs: bigint): readonly string[] => {
    const { judgements } = judgeSharedInode(
      [
        digested('user.alice', rent),
        { ...digested('user.bob', rent), record: recordOf(rent, later) },
      ],
      { level: 'size', file: fileStat({ sizeBytes: 900, linkCount: 2, modifiedNs }) },
    );
    return judgements.flatMap(({ codes }) => codes);
  };
  it('may be that of any of its records', () => {
    expect(codesAt(later.internalDateNs)).toEqual([]);
  });

  it('is told when it is none of theirs', () => {
    expect(codesAt(5n)).toEqual(['internaldate-mismatch', 'internaldate-mismatch']);
  });
});

describe('whatever shares an inode', () => {
  const messages = [rent, lab, long];
  const someClaim = fc
    .record({
      mailbox: fc.constantFrom('user.a', 'user.b', 'user.c', 'user.d'),
      message: fc.constantFrom(...messages),
      isOld: fc.boolean(),
      hasCache: fc.boolean(),
      uuid: fc.constantFrom(undefined, uuidA, uuidB),
    })
    .map(({ mailbox, message, isOld, hasCache, uuid }) => {
      const claim = isOld
        ? old(mailbox, message, uuid === undefined ? {} : { uuid })
        : digested(mailbox, message);
      return hasCache ? claim : uncached(claim);
    });
  const always = (check: (claims: Claim[], bytes: Uint8Array) => void): void => {
    fc.assert(
      fc.property(
        fc.uniqueArray(someClaim, { minLength: 1, selector: ({ mailbox }) => mailbox }),
        fc.constantFrom(...messages.map(({ bytes }) => bytes), rent.bytes.subarray(0, 600)),
        check,
      ),
      { numRuns: 1000 },
    );
  };

  it('critical goes with damaged, and a donor only with it', () => {
    always((claims, bytes) => {
      for (const { status, codes, donor } of judge(bytes, ...claims).judgements) {
        const isCritical = codes.some((code) => severityOf(code) === 'critical');
        expect(isCritical).toBe(status === 'damaged');
        if (donor !== undefined) expect(status).toBe('damaged');
      }
    });
  });

  it('a record that the bytes prove is never damaged, whoever contradicts it', () => {
    always((claims, bytes) => {
      const { judgements } = judge(bytes, ...claims);
      judgements.forEach(({ claim, status }) => {
        const [alone] = judge(bytes, claim).judgements;
        if (alone?.status === 'intact') expect(status).toBe('intact');
        if (alone?.status === 'damaged') expect(status).toBe('damaged');
      });
    });
  });

  it('the order of the records does not change what becomes of each', () => {
    always((claims, bytes) => {
      const forwards = judge(bytes, ...claims).judgements.map(({ status, codes }) => [
        status,
        codes,
      ]);
      const backwards = judge(bytes, ...[...claims].reverse())
        .judgements.map(({ status, codes }) => [status, codes])
        .reverse();
      expect(forwards).toEqual(backwards);
    });
  });
});
