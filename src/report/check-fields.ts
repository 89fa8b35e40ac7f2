/** The keys `check` and `surveys` of the JSON report. */
import {
  checkItems,
  rangeText,
  type CheckItem,
  type CheckResult,
  type CheckSurveys,
  type Counted,
  type MailboxSurvey,
} from '../model/check.ts';
import { itemWords } from './check-words.ts';
import type { Fields } from './json-fields.ts';
import { pathFields } from './path-fields.ts';

/** State and items, and of each why it matters for an upgrade. */
export function checkFields(check: CheckResult): Fields {
  const { status, upgradeTo, items, doubts, notLookedAt } = check;
  return { status, upgradeTo, items: items.map(itemFields), doubts, notLookedAt };
}

/** The key `surveys`: what was looked at beside the stage files, so that a saved check can be judged again. */
export function surveyFields({ mailboxes, quarantines, messages }: CheckSurveys): Fields {
  return {
    mailboxes: mailboxes && mailboxFields(mailboxes),
    quarantines: quarantines && {
      runs: quarantines.runs,
      files: quarantines.files,
      bytes: quarantines.bytes,
      examples: quarantines.examples.map(pathFields),
      refusals: quarantines.refusals,
    },
    messages: messages && { ...messages },
  };
}

function itemFields(item: CheckItem): Fields {
  const { name, state, value, isAtLeast, thresholds, parts, examples, matters } = item;
  const { warning, critical } = thresholds;
  const kind = checkItems[name];
  return {
    name,
    state,
    value,
    atLeast: isAtLeast ? true : undefined,
    unit: kind === 'count' ? undefined : kind,
    warn: warning && rangeText(warning),
    crit: critical && rangeText(critical),
    detail: itemWords(item),
    parts: parts.length === 0 ? undefined : parts,
    examples: examples.length === 0 ? undefined : examples.map(pathFields),
    matters: matters.length === 0 ? undefined : matters,
  };
}

function mailboxFields(survey: MailboxSurvey): Fields {
  return {
    read: survey.mailboxes,
    byUniqueId: survey.byUniqueId,
    indexVersions: [...survey.versions].map(([version, mailboxes]) => ({ version, mailboxes })),
    oldExpunges: countedFields(survey.oldExpunges),
    leftoverNew: countedFields(survey.leftoverNew),
    corrupt: countedFields(survey.corrupt),
    unreadable: countedFields(survey.unreadable),
    unread: survey.unread,
    records: survey.records,
    withoutGuid: survey.withoutGuid,
    unknownGuid: survey.unknownGuid,
    barren: survey.barren.map(pathFields),
  };
}

function countedFields({ count, examples }: Counted): Fields {
  return { count, examples: examples.map(pathFields) };
}
