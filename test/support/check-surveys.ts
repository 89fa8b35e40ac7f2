/** Surveys of a check with defaults: a thousand healthy mailboxes and no quarantine. */
import type { Counted, MailboxSurvey, QuarantineSurvey } from '../../src/model/check.ts';
import { bytePath } from '../../src/model/byte-path.ts';

export function counted(...paths: string[]): Counted {
  return { count: paths.length, examples: paths.map(bytePath) };
}

export function aMailboxSurvey(changes: Partial<MailboxSurvey> = {}): MailboxSurvey {
  const versions = changes.versions ?? new Map([[17, 1000]]);
  return {
    mailboxes: [...versions.values()].reduce((sum, count) => sum + count, 0),
    byUniqueId: 0,
    versions,
    oldExpunges: counted(),
    leftoverNew: counted(),
    corrupt: counted(),
    unreadable: counted(),
    unread: 0,
    records: 50_000,
    withoutGuid: 0,
    unknownGuid: 0,
    barren: [],
    ...changes,
  };
}

export function aQuarantineSurvey(changes: Partial<QuarantineSurvey> = {}): QuarantineSurvey {
  return { runs: 0, files: 0, bytes: 0, examples: [], refusals: [], ...changes };
}
