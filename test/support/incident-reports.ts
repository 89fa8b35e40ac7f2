/** Reports of an incident on several hosts, the same at every run: crashes over months, damage, gaps. */
import { asBytes, bytePath, join } from '../../src/model/byte-path.ts';
import type { Evidence } from '../../src/model/evidence.ts';
import type { Finding } from '../../src/model/finding.ts';
import { linkPath, type Link } from '../../src/model/link.ts';
import type { Report } from '../../src/model/report.ts';
import { aLink, aReport, aRow, aStageDirectory, scanTime, spool } from './report-builder.ts';

const hour = 3_600_000_000_000n;
const people = ['alice', 'bob', 'carol', 'dora', 'emil', 'frieda', 'glad', 'hugo'];

export interface IncidentSize {
  readonly host: string;
  readonly pids: number;
  readonly filesEach: number;
  /** Of so many pids one file was written through again. */
  readonly damaged: number;
}

/** A scan. */
export function incidentReport({ host, pids, filesEach, damaged }: IncidentSize): Report {
  const next = numbers(host.length * 7919 + pids);
  const rows: Evidence[] = [];
  const findings: Finding[] = [];
  for (let at = 0; at < pids; at += 1) {
    const pid = 21_000 + at * 37 + (next() % 30);
    // Back from the scan over five months; crashes come in bouts.
    const crashed = scanTime - BigInt(40 + at * Math.ceil(3400 / pids) + (next() % 40)) * hour;
    for (let file = 0; file < filesEach; file += 1) {
      const isDamaged = at % 5 === 4 && at < damaged * 5 && file === 0;
      const row = leftover({ pid, slot: file, crashed, isDamaged }, next);
      rows.push(row);
      if (isDamaged) findings.push(...foreign(row));
    }
  }
  return aReport({
    header: { host },
    stageFiles: rows.sort((a, b) => (a.file.directory.path < b.file.directory.path ? -1 : 1)),
    findings,
    totals: { damagedMessages: damaged },
    notes: [
      'Only messages that share an inode with a stage file were compared with their records. Damage outlives its stage file: stagesweep audit compares all.',
    ],
  });
}

/** The same host after an audit of everything. */
export function auditOf(report: Report): Report {
  const { damagedMessages } = report.totals;
  return aReport({
    header: {
      ...report.header,
      command: ['stagesweep', 'audit', '/var/spool/imap'],
      startedNs: report.header.startedNs + hour,
      finishedNs: report.header.startedNs + 5n * hour,
    },
    findings: [
      ...report.findings,
      {
        code: 'message-truncated',
        path: bytePath(`${spool}/d/user/dora/7.`),
        mailbox: 'user.dora',
        messageUid: 7,
        detail: '4096 bytes, its record says 9000',
        goodCopy: {
          message: { mailbox: 'user.dora.Archive', messageUid: 12 },
          path: bytePath(`${spool}/d/user/dora/Archive/12.`),
        },
      },
      {
        code: 'guid-absent',
        path: bytePath(`${spool}/e/user/emil/9.`),
        mailbox: 'user.emil',
        messageUid: 9,
      },
    ],
    totals: { damagedMessages: damagedMessages + 1 },
    messages: {
      checked: 1_240_511,
      intact: 1_240_400 - damagedMessages,
      damaged: damagedMessages + 1,
      unverifiable: 110,
      unindexed: 3,
    },
    audit: { check: 'digest', mailboxes: 8_421, bytesRead: 91_234_567_890, isShared: false },
  });
}

/** Places that nobody could look at, and names that were not found. */
export function withGaps(report: Report): Report {
  const [first, ...others] = report.stageFiles;
  const open: Evidence[] =
    first === undefined
      ? []
      : [
          {
            ...first,
            verdict: 'undecided',
            action: 'keep',
            reasons: ['owner-unknown', 'links-unseen'],
            codes: ['stage-undecided', 'link-unseen'],
            owner: { state: 'unknown', evidence: 'the processes of another host cannot be seen' },
            account: {
              ...first.account,
              expected: first.account.expected + 2,
              complete: false,
              reasons: ['unreadable-directory'],
            },
          },
        ];
  return {
    ...report,
    complete: false,
    stageFiles: [...open, ...others],
    coverage: {
      ...report.coverage,
      unreadable: ['x/user/xenia', 'y/user/yvonne/Sent'].map((leaf) => ({
        path: join(spool, leaf),
        syscall: 'readdir',
        errno: 'EACCES',
      })),
      notEntered: [{ path: join(spool, 'backup'), reason: 'mount point' }],
    },
    findings: [
      ...report.findings,
      { code: 'unreadable', path: join(spool, 'z/user/zoe'), detail: 'readdir: EIO' },
      { code: 'area-skipped', path: join(spool, 'stage.'), detail: 'it is a symbolic link' },
      ...Array.from({ length: 40 }, (_, at) => ({
        code: 'stage-empty-directory' as const,
        path: join(spool, `sync./${30_000 + at}`),
      })),
    ],
    totals: { ...report.totals, unseenLinks: 2, undecided: 1, orphans: report.totals.orphans - 1 },
  };
}

interface Leftover {
  readonly pid: number;
  readonly slot: number;
  readonly crashed: bigint;
  readonly isDamaged: boolean;
}

function leftover({ pid, slot, crashed, isDamaged }: Leftover, next: () => number): Evidence {
  const [one, other] = [personOf(next()), personOf(next() + 3)];
  // A month passes until the pid comes round and its file is written through.
  const laterNs = (scanTime - crashed) / 2n < 700n * hour ? (scanTime - crashed) / 2n : 700n * hour;
  const changedNs = crashed + (isDamaged ? laterNs : BigInt(slot) * 60_000_000_000n);
  const status = isDamaged ? 'damaged' : 'intact';
  const others: Link[] = [
    aLink(`${one[0] ?? ''}/user/${one}`, `user.${one}`, 100 + (next() % 9000), { status }),
  ];
  if (isDamaged || next() % 3 === 0) {
    const whose = other === one ? personOf(people.indexOf(one) + 1) : other;
    others.push(
      aLink(`${whose[0] ?? ''}/user/${whose}/Sent`, `user.${whose}.Sent`, 100 + (next() % 900), {
        status: 'intact',
      }),
    );
  }
  return aRow({
    directory: aStageDirectory(pid),
    leaf: asBytes(`${slot}.`),
    stat: {
      changedNs,
      modifiedNs: crashed,
      bornNs: crashed,
      sizeBytes: 900 + (next() % 90_000),
    },
    others,
    damage: isDamaged ? 'damaged' : 'none',
    action: isDamaged ? 'quarantine' : 'unlink',
    reasons: ['owner-dead', isDamaged ? 'evidence-of-damage' : 'all-links-found'],
    ageSeconds: Number((scanTime - changedNs) / 1_000_000_000n),
  });
}

/** The first mailbox name of a row holds the message of the second. */
function foreign(row: Evidence): Finding[] {
  const [, victim, owner] = row.account.links;
  if (victim?.mailbox === undefined || owner?.mailbox === undefined) return [];
  const { mailbox, messageUid = 0 } = owner;
  return (['message-foreign', 'shared-inode-conflict'] as const).map((code) => ({
    code,
    path: linkPath(victim),
    mailbox: victim.mailbox ?? '',
    ...(victim.messageUid === undefined ? {} : { messageUid: victim.messageUid }),
    donor: { mailbox, messageUid },
    detail: `${row.file.stat.sizeBytes} bytes, its record says ${row.file.stat.sizeBytes - 4}`,
  }));
}

function personOf(number: number): string {
  return people[number % people.length] ?? 'alice';
}

/** Numbers that look like chance and are the same every time. Source: Numerical Recipes, a linear congruence. */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 8;
  };
}
