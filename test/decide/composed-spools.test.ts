import { readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { judgeSharedInode, type ClaimJudgement } from '../../src/decide/judge-shared-inode.ts';
import { DonorSearch, type DonorMatch } from '../../src/decide/match-donors.ts';
import { severityOf, type MessageRef } from '../../src/model/finding.ts';
import { inodeKey } from '../../src/model/inode.ts';
import { parseMessageHeader } from '../../src/parse/rfc822-header.ts';
import { sha1Of } from '../support/composed-message.ts';
import {
  composeIncidentSpool,
  composeTruncationSpool,
  type ComposedSpool,
} from '../support/composed-spool.ts';
import { offeringOf, readMailboxes, statOf, type ReadMessage } from '../support/read-mailboxes.ts';
import { test } from '../support/spool.ts';

const nameOf = ({ mailbox, messageUid }: MessageRef): string => `${mailbox} ${messageUid}`;
const names = (refs: readonly MessageRef[]): string[] => refs.map(nameOf).sort();

interface Judged {
  readonly message: ReadMessage;
  readonly judgement: ClaimJudgement;
}

function judgeSpool(spool: ComposedSpool): Map<string, Judged> {
  const byInode = new Map<string, ReadMessage[]>();
  for (const message of readMailboxes(spool)) {
    const key = message.file === undefined ? message.path : inodeKey(message.file);
    byInode.set(key, [...(byInode.get(key) ?? []), message]);
  }
  const judged = new Map<string, Judged>();
  for (const messages of byInode.values()) {
    const { file, path = '' } = messages[0] ?? {};
    const bytes = file && readFileSync(path);
    const { judgements } = judgeSharedInode(messages, {
      level: 'digest',
      ...(file && { file }),
      ...(bytes && { sha1: sha1Of(bytes), header: parseMessageHeader(bytes) }),
    });
    judgements.forEach((judgement, index) => {
      const message = messages[index];
      if (message === undefined) return;
      const ref = { mailbox: message.mailbox, messageUid: message.record.messageUid };
      judged.set(nameOf(ref), { message, judgement });
    });
  }
  return judged;
}

function search(spool: ComposedSpool, judged: ReadonlyMap<string, Judged>): DonorMatch[] {
  const damaged = [...judged.values()].flatMap(({ message, judgement }) => {
    const { mailbox, record, file, path } = message;
    if (judgement.status !== 'damaged' || file === undefined) return [];
    const bytes = readFileSync(path);
    const { messageId } = parseMessageHeader(bytes).fields;
    return [{ mailbox, record, file, sha1: sha1Of(bytes), messageIds: messageId }];
  });
  const donors = new DonorSearch(damaged);
  for (const message of readMailboxes(spool)) {
    donors.offer(offeringOf(message), message.record, statOf);
  }
  return donors.results();
}

const withStatus = (judged: ReadonlyMap<string, Judged>, status: string): string[] =>
  [...judged]
    .filter(([, { judgement }]) => judgement.status === status)
    .map(([name]) => name)
    .sort();

describe.each([
  ['of 2.3, without digests', composeIncidentSpool],
  ['of 2.4, with digests', composeTruncationSpool],
])('in a whole spool %s', (_, compose) => {
  test('exactly the planted damage is found, but what a reconstruct made consistent', ({ dir }) => {
    const spool = compose(dir);
    const told = spool.planted.filter(({ kind }) => kind !== 'laundered');
    expect(withStatus(judgeSpool(spool), 'damaged')).toEqual(names(told));
  });

  test('every healthy message is intact that anything can prove', ({ dir }) => {
    const spool = compose(dir);
    const laundered = spool.planted.filter(({ kind }) => kind === 'laundered');
    expect(withStatus(judgeSpool(spool), 'intact')).toEqual(names([...spool.intact, ...laundered]));
  });

  test('the rest is unverifiable, and of it only lost files are told as missing', ({ dir }) => {
    const spool = compose(dir);
    const judged = judgeSpool(spool);
    expect(withStatus(judged, 'unverifiable')).toEqual(
      names([...spool.unprovable, ...spool.missing, ...spool.gone]),
    );
    const missing = [...judged].filter(([, { judgement }]) =>
      judgement.codes.includes('message-file-missing'),
    );
    expect(missing.map(([name]) => name)).toEqual(names(spool.missing));
  });

  test('each kind of damage is called by its name', ({ dir }) => {
    const spool = compose(dir);
    const judged = judgeSpool(spool);
    const kinds = {
      foreign: 'foreign',
      partial: 'foreign',
      truncated: 'truncated',
      empty: 'truncated',
    };
    for (const planted of spool.planted) {
      if (planted.kind === 'laundered') continue;
      expect([nameOf(planted), judged.get(nameOf(planted))?.judgement.codes[0]]).toEqual([
        nameOf(planted),
        `message-${kinds[planted.kind]}`,
      ]);
    }
  });

  test('nothing but damage is critical', ({ dir }) => {
    for (const [name, { judgement }] of judgeSpool(compose(dir))) {
      const isCritical = judgement.codes.some((code) => severityOf(code) === 'critical');
      expect([name, isCritical]).toEqual([name, judgement.status === 'damaged']);
    }
  });

  test('the donor on the inode is named wherever it is still there', ({ dir }) => {
    const spool = compose(dir);
    const judged = judgeSpool(spool);
    for (const planted of spool.planted) {
      const { donor } = judged.get(nameOf(planted))?.judgement ?? {};
      expect([nameOf(planted), donor]).toEqual([nameOf(planted), planted.donor]);
    }
  });

  test('the search finds every donor with a Message-ID or digest, and every good copy', ({
    dir,
  }) => {
    const spool = compose(dir);
    const matches = search(spool, judgeSpool(spool));
    for (const planted of spool.planted) {
      const match = matches.find(
        ({ damaged }) =>
          damaged.mailbox === planted.mailbox && damaged.record.messageUid === planted.messageUid,
      );
      if (match === undefined) continue;
      if ((match.damaged.messageIds ?? []).length > 0 && planted.kind === 'foreign') {
        expect([nameOf(planted), match.donor]).toEqual([nameOf(planted), planted.donor]);
      }
      const copies = match.goodCopies.map(({ mailbox, messageUid }) => ({ mailbox, messageUid }));
      expect([nameOf(planted), copies]).toEqual([
        nameOf(planted),
        planted.goodCopy === undefined ? [] : [planted.goodCopy],
      ]);
    }
  });
});
