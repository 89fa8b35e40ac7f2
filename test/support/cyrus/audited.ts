/** The JSON report of an audit: what a script of a site would rely on. */
import { booleanOf, listOf, numberOf, objectOf, optional, stringOf } from './json-value.ts';
import type { Message } from './plants.ts';

export interface AuditFinding {
  /** Absent where a finding is about no message. */
  readonly message: Message | undefined;
  readonly code: string;
  readonly severity: string;
  readonly path: string;
  readonly donor: Message | undefined;
  readonly goodCopy: (Message & { readonly path: string }) | undefined;
}

export interface Audited {
  readonly isComplete: boolean;
  readonly findings: readonly AuditFinding[];
  /** checked, intact, damaged, unverifiable, unindexed. */
  readonly messages: Readonly<Record<string, unknown>>;
}

export function readAudit(json: string): Audited {
  const report = objectOf(JSON.parse(json));
  return {
    isComplete: booleanOf(report['complete']),
    findings: listOf(report['findings']).map(findingOf),
    messages: objectOf(report['messages']),
  };
}

function findingOf(value: unknown): AuditFinding {
  const finding = objectOf(value);
  return {
    code: stringOf(finding['code']),
    severity: stringOf(finding['severity']),
    path: stringOf(finding['path']),
    message: finding['messageUid'] === undefined ? undefined : messageOf(finding),
    donor: optional(finding['donor'], messageOf),
    goodCopy: optional(finding['goodCopy'], (copy) => ({
      ...messageOf(copy),
      path: stringOf(objectOf(copy)['path']),
    })),
  };
}

function messageOf(value: unknown): Message {
  const message = objectOf(value);
  return {
    mailbox: stringOf(message['mailbox']),
    messageUid: numberOf(message['messageUid']),
  };
}
