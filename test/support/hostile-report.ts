/** A report of names that try something, at every place that a stranger can name. */
import { asBytes, compareBytes, toBuffer, type BytePath } from '../../src/model/byte-path.ts';
import { checkItemNames } from '../../src/model/check.ts';
import type { Evidence } from '../../src/model/evidence.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { Report } from '../../src/model/report.ts';
import { stagePath } from '../../src/model/stage.ts';
import { hostileLeaf } from './hostile-names.ts';
import { aLink, aReport, aRow, aStageDirectory } from './report-builder.ts';

/** Names at every place that a stranger can name, or can make somebody else write. */
export function reportOf(names: readonly BytePath[], isAudit = false): Report {
  const finding = (name: BytePath): Finding => ({
    code: 'message-foreign',
    path: asBytes(`/spool/${name}`),
    mailbox: name,
    messageUid: 9,
    donor: { mailbox: name, messageUid: 3 },
    goodCopy: { message: { mailbox: name, messageUid: 4 }, path: asBytes(`/good/${name}`) },
    detail: textOfName(name),
  });
  const findings = names.map(finding).sort((a, b) => compareBytes(a.path, b.path));
  const [host = '', ...words] = names.map(textOfName);
  return aReport({
    header: { host, command: words },
    complete: false,
    stageFiles: isAudit ? [] : names.map(rowOf).sort(byPath),
    findings,
    notes: words,
    roots: names.map((name) => ({
      partition: name,
      kind: 'data',
      path: asBytes(`/spool/${name}`),
      dev: 1n,
      ino: 2n,
      filesystem: name,
    })),
    coverage: {
      roots: names.map((name) => asBytes(`/spool/${name}`)),
      unreadable: names.map((path) => ({ path, syscall: 'readdir', errno: 'EACCES' })),
      notEntered: names.map((path) => ({ path, reason: 'mount point' })),
    },
    check: {
      status: 'WARNING',
      items: checkItemNames.map((item) => ({
        name: item,
        state: 'WARNING',
        value: 3,
        isAtLeast: true,
        thresholds: {},
        parts: names.map((partition) => ({ partition, area: 'sync', value: 1 })),
        examples: names,
        matters: [],
      })),
      doubts: words,
      notLookedAt: words,
    },
    ...(isAudit
      ? {
          messages: { checked: 9, intact: 0, damaged: 9, unverifiable: 0, unindexed: 0 },
          audit: { check: 'digest', mailboxes: 1, bytesRead: 1, isShared: false },
        }
      : {}),
  });
}

/** What the program itself would quote of it. */
export function textOfName(name: BytePath): string {
  return toBuffer(name).toString('utf8');
}

function rowOf(name: BytePath): Evidence {
  const root = asBytes(`/spool/${name}`);
  const path = asBytes(`${root}/sync./7`);
  return aRow({
    directory: aStageDirectory(7, { path, root, partition: name }),
    leaf: hostileLeaf(name),
    owner: { state: 'unknown', evidence: `a process called ${textOfName(name)} may have it` },
    verdict: 'undecided',
    others: [
      aLink(`m/${name}`, name, 1, { leaf: hostileLeaf(name), codes: ['message-foreign'] }),
      aLink(`n/${name}`, name, 2, { status: 'damaged' }),
    ],
    account: { complete: false, expected: 9, reasons: ['not-searched'] },
    redundantWith: [{ mailbox: name, messageUid: 5 }],
  });
}

function byPath(a: Evidence, b: Evidence): number {
  return compareBytes(stagePath(a.file), stagePath(b.file));
}
