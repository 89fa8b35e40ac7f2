/** Suspects become findings: looked at again, judged with all names of their inode, and traced. */
import type { AuditCounts, Suspect } from '../model/audit.ts';
import type { BytePath } from '../model/byte-path.ts';
import type { DamagedMessage } from '../decide/match-donors.ts';
import { severityOf, type Finding } from '../model/finding.ts';
import type { Mailbox } from '../model/message.ts';
import type { Root } from '../model/partition.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import type { Os } from '../system/os.ts';
import type { AuditLog } from './audit-log.ts';
import type { AuditProgress } from './audit-progress.ts';
import { lookAgain, type Look, type LookPlan, type OpenAgain, type Seen } from './look-again.ts';
import type { MailboxReader } from './mailbox-reader.ts';
import { counterOf } from './open-audit.ts';
import { traceDamage, type Trace } from './trace-damage.ts';

/**
 * Suspects at a time, of some 2 kB each while they are looked at: a spool with a million damaged messages is gone
 * through in so many rounds, and each round reads the indexes once more.
 */
const suspectsAtOnce = 50_000;

export interface Settling {
  readonly open: OpenAgain;
  /** Of the configuration: a copy may lie in any stage area. */
  readonly roots: readonly Root[];
  /** Every mailbox of the configuration: a donor is anywhere. */
  readonly everywhere: () => AsyncIterable<BytePath>;
  readonly plan: LookPlan;
}

export interface Settled {
  readonly findings: readonly Finding[];
  /** Messages on inodes of which one record must be wrong. */
  readonly unresolved: number;
  readonly rounds: number;
}

/** Up to 2.3 a reconstruct takes sizes and caches from the files; from 2.4 on it compares the GUID first. */
const lastOfReconstruct = 10;

/** What was readable before and is not now is being written, and says nothing of its messages. */
export function openAgain(
  reader: MailboxReader,
  directory: BytePath,
): Mailbox | Trouble | undefined {
  const mailbox = reader.open(directory);
  const [unread] = reader.findings.splice(0);
  if (mailbox !== undefined || unread === undefined) return mailbox;
  return { path: unread.path, syscall: 'read', errno: 'ESTALE' };
}

/** Corrects the sums in `log` as it goes. */
export async function settleSuspects(
  os: Os,
  log: AuditLog,
  settling: Settling,
  progress: AuditProgress,
): Promise<Settled> {
  const findings: Finding[] = [];
  let unresolved = 0;
  let rounds = 0;
  for (const suspects of portions(log)) {
    rounds += 1;
    progress.looking(suspects.length);
    const looks = await lookAgain(os, settling.open, suspects, settling.plan);
    const damaged: (DamagedMessage & { readonly seen: Seen })[] = [];
    for (const suspect of suspects) {
      const look = looks.get(suspect) ?? 'gone';
      recount(log.counts, suspect, look);
      if (look === 'gone') continue;
      if (isTrouble(look)) {
        findings.push(unreadable(look));
        continue;
      }
      if (look.judgement.codes.includes('shared-inode-unclear')) unresolved += 1;
      const { record, file, judgement } = look;
      if (judgement.status === 'damaged' && record !== undefined && file !== undefined) {
        damaged.push({ ...look, record, file, seen: look });
      } else findings.push(...findingsOf(look));
    }
    let mailboxes = 0;
    const open = (directory: BytePath): Mailbox | undefined => {
      const mailbox = settling.open(directory);
      return isTrouble(mailbox) ? undefined : mailbox;
    };
    const traces = await traceDamage(
      os,
      open,
      settling.roots,
      settling.everywhere(),
      damaged,
      () => {
        mailboxes += 1;
        progress.tracing(mailboxes);
      },
    );
    damaged.forEach(({ seen }, at) => {
      findings.push(...findingsOf(seen, traces[at]));
    });
  }
  return { findings, unresolved, rounds };
}

/** Names of one disputed inode stay together, since they are judged together. */
function* portions(log: AuditLog): Generator<readonly Suspect[]> {
  const disputed = new Set<string>();
  let portion: Suspect[] = [];
  for (const names of log.claims.disputed()) {
    for (const name of names) disputed.add(keyOf(name));
    portion.push(...names);
    if (portion.length < suspectsAtOnce) continue;
    yield portion;
    portion = [];
  }
  for (const suspect of log.suspects) {
    if (suspect.path === undefined && disputed.has(keyOf(suspect))) continue;
    portion.push(suspect);
    if (portion.length < suspectsAtOnce) continue;
    yield portion;
    portion = [];
  }
  if (portion.length > 0) yield portion;
}

function keyOf({ directory, messageUid }: Suspect): string {
  return `${messageUid} ${directory}`;
}

function recount(counts: AuditCounts, { counted, path }: Suspect, look: Look): void {
  if (counted !== undefined) counts[counterOf[counted]] -= 1;
  if (look === 'gone') {
    counts.vanished += 1;
    // It was asked for when it had a record.
    if (path === undefined) counts.checked -= 1;
  } else if (isTrouble(look)) {
    if (path === undefined) counts.unverifiable += 1;
  } else counts[counterOf[look.judgement.status]] += 1;
}

function findingsOf(seen: Seen, trace: Trace = {}): Finding[] {
  const { mailbox, path, judgement } = seen;
  // What a message merely lacks is told of its mailbox.
  const codes = judgement.codes.filter((code) => severityOf(code) !== 'info');
  const donor = seen.donor ?? trace.donor;
  const { goodCopy } = trace;
  const detail = detailOf(seen);
  const messageUid = seen.record?.messageUid ?? uidOf(path);
  return codes.map((code) => ({
    code,
    path,
    mailbox,
    messageUid,
    ...(donor === undefined ? {} : { donor }),
    ...(goodCopy === undefined ? {} : { goodCopy }),
    ...(detail === undefined ? {} : { detail }),
  }));
}

function detailOf({
  judgement,
  record,
  isAboveLast,
  isRebuilt,
  minorVersion,
}: Seen): string | undefined {
  if (record === undefined) {
    return isAboveLast
      ? 'its uid is above the last one of the index: a crash came between the link and the record, and the next message takes its name'
      : 'neither the index nor a list of expunged messages has a record of it';
  }
  const rebuilt =
    isRebuilt && minorVersion <= lastOfReconstruct
      ? 'the index was written anew after the file last changed'
      : undefined;
  const words = [judgement.detail, rebuilt].filter((word) => word !== undefined);
  return words.length === 0 ? undefined : words.join('; ');
}

function uidOf(path: BytePath): number {
  return Number(path.slice(path.lastIndexOf('/') + 1, -1));
}

function unreadable(trouble: Trouble): Finding {
  const { path, syscall, errno } = trouble;
  return { code: 'unreadable', path, detail: `${syscall}: ${errno}` };
}
