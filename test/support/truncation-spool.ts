/**
 * Cyrus 2.4: index version 12, every GUID a digest, stage files named by it. Reused pids uploaded the same messages
 * again, were cut there, and left the linked messages short.
 */
import { utimesSync } from 'node:fs';
import { composeMessage, sha1Of, type ComposedMessage } from './composed-message.ts';
import { PlantingLedger, type ComposedSpool, type Stored } from './planting-ledger.ts';
import { SpoolComposer } from './spool-composer.ts';

const stalePid = 5001;

/** @param top  an existing empty directory */
export function composeTruncationSpool(top: string): ComposedSpool {
  const spool = new PlantingLedger(
    new SpoolComposer(top, { version: 12, hashed: false, metapartition: false }),
  );
  cutUploads(spool);
  cutWithDeletedMailbox(spool);
  cutBeyondTheIndex(spool);
  storeHealthyOddities(spool);
  return spool.finish();
}

function letter(name: string, sizeBytes = 9000): ComposedMessage {
  return composeMessage({ from: 'anna', subject: name, messageId: name, day: 3, sizeBytes });
}

/** Single messages, most with a whole copy in another mailbox under another inode. */
function cutUploads(spool: PlantingLedger): void {
  for (const [index, length] of [4096, 8192, 150, 40, 0].entries()) {
    const message = letter(`cut-${length}`);
    const victim = spool.store('user.alice', message);
    const copy = index % 2 === 0 ? spool.healthy('user.carol', message) : undefined;
    const staged = cut(spool, victim, length);
    // On an error 2.4.7 and later unlink the name they wrote through, and the damage has no orphan.
    const stage = length === 0 ? undefined : spool.stays(staged);
    if (stage === undefined) spool.composer.unlink(staged);
    spool.plant(victim, length === 0 ? 'empty' : 'truncated', length, {
      ...(copy === undefined ? {} : { goodCopy: copy.ref }),
      ...(stage === undefined ? {} : { stage }),
    });
  }
}

/** Every name of the inode is a victim, one in a mailbox that was deleted. Their records agree. */
function cutWithDeletedMailbox(spool: PlantingLedger): void {
  const message = letter('shared');
  const victim = spool.store('user.bob', message);
  const other = spool.store('DELETED.user.erin.4F2A11C0', message, { linkedTo: victim.path });
  const copy = spool.healthy('user.carol', message);
  const stage = spool.stays(cut(spool, victim, 4096));
  for (const name of [victim, other]) {
    spool.plant(name, 'truncated', 4096, { goodCopy: copy.ref, stage });
  }
}

/** What only the stage name tells: a record that was made to agree, and a file without one. */
function cutBeyondTheIndex(spool: PlantingLedger): void {
  const { composer } = spool;
  const whole = letter('laundered');
  const bytes = whole.bytes.subarray(0, 4096);
  const cutMessage = { ...whole, bytes, sha1: sha1Of(bytes) };
  const laundered = spool.store('user.bob', cutMessage);
  const stage = spool.stays(composer.stage(laundered.path, stalePid, whole.sha1));
  spool.plant(laundered, 'laundered', 4096, { stage });

  const unfinished = letter('unfinished');
  const staged = composer.upload(stalePid, unfinished.sha1, unfinished.bytes.subarray(0, 2048));
  composer.storeUnindexed('user.bob', 90, staged);
  spool.stays(staged);
  spool.unindexed.push({ mailbox: 'user.bob', messageUid: 90 });
}

/** None of these is damage. */
function storeHealthyOddities(spool: PlantingLedger): void {
  const { composer } = spool;
  // Clobbered and written whole again: the time has moved and the bytes are right.
  const message = letter('rewritten');
  const rewritten = spool.healthy('user.dave', message);
  const staged = composer.stage(rewritten.path, stalePid, message.sha1);
  composer.overwrite(staged, message.bytes);
  utimesSync(composer.at(staged), 1_300_000_000, 1_300_000_000);
  spool.stays(staged);
  // Two users, one inode, one GUID.
  const post = letter('post');
  const first = spool.healthy('user.dave', post);
  spool.healthy('user.carol', post, { linkedTo: first.path });
  spool.healthy('user.dave', letter('expunged'), { expunged: true });
  spool.gone.push(
    spool.store('user.dave', letter('unlinked'), { unlinked: true, noFile: true }).ref,
  );
  // UNLINKED, and Cyrus has not come round to removing it.
  spool.healthy('user.dave', letter('lingering'), { unlinked: true });
  // A zero GUID that an upgrade left: known by its envelope.
  spool.healthy('user.dave', letter('upgraded'), { guid: '' });
  spool.missing.push(spool.store('user.dave', letter('lost'), { noFile: true }).ref);
}

/** The upload of the same GUID by a reused pid, ended after `length` bytes. */
function cut(spool: PlantingLedger, victim: Stored, length: number): string {
  const { message, path } = victim;
  const staged = spool.composer.stage(path, stalePid, message.sha1);
  spool.composer.overwrite(staged, message.bytes.subarray(0, length));
  return staged;
}
