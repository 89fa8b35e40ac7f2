/** The key `surveys` of a saved check: the way back of report/check-fields.ts. */
import type { BytePath } from '../model/byte-path.ts';
import type { CheckSurveys, Counted, MailboxSurvey, QuarantineSurvey } from '../model/check.ts';
import { pathOf, readMessages } from './report-fields.ts';
import { StrictObject } from './strict-object.ts';

/** More than these are no examples. */
const examplesAtMost = 64;
const versionsAtMost = 64;
const rootsAtMost = 100_000;
const sentenceAtMost = 16_384;

/** @throws FormatError */
export function readSurveys(surveys: StrictObject): CheckSurveys {
  const mailboxes = surveys.ifAny('mailboxes', (key) => readMailboxes(surveys.object(key)));
  const quarantines = surveys.ifAny('quarantines', (key) => readQuarantines(surveys.object(key)));
  const messages = surveys.ifAny('messages', (key) => readMessages(surveys.object(key)));
  return {
    ...(mailboxes === undefined ? {} : { mailboxes }),
    ...(quarantines === undefined ? {} : { quarantines }),
    ...(messages === undefined ? {} : { messages }),
  };
}

function readMailboxes(survey: StrictObject): MailboxSurvey {
  const unreadable = readCounted(survey.object('unreadable'));
  return {
    mailboxes: survey.whole('read'),
    byUniqueId: survey.whole('byUniqueId'),
    versions: readVersions(survey),
    oldExpunges: readCounted(survey.object('oldExpunges')),
    leftoverNew: readCounted(survey.object('leftoverNew')),
    corrupt: readCounted(survey.object('corrupt')),
    unreadable,
    unread: survey.ifAny('unread', (key) => survey.whole(key)) ?? unreadable.count,
    records: survey.whole('records'),
    withoutGuid: survey.whole('withoutGuid'),
    unknownGuid: survey.whole('unknownGuid'),
    barren: readPaths(survey, 'barren', rootsAtMost),
  };
}

function readVersions(survey: StrictObject): Map<number, number> {
  const versions = survey.list('indexVersions', versionsAtMost).map((value): [number, number] => {
    const one = new StrictObject(value, 'indexVersions');
    return [one.whole('version'), one.whole('mailboxes')];
  });
  return new Map(versions.sort(([a], [b]) => a - b));
}

function readQuarantines(survey: StrictObject): QuarantineSurvey {
  return {
    runs: survey.whole('runs'),
    files: survey.whole('files'),
    bytes: survey.whole('bytes'),
    examples: readPaths(survey, 'examples', examplesAtMost),
    refusals: survey
      .list('refusals', rootsAtMost)
      .map((sentence) => String(sentence).slice(0, sentenceAtMost)),
  };
}

function readCounted(counted: StrictObject): Counted {
  return {
    count: counted.whole('count'),
    examples: readPaths(counted, 'examples', examplesAtMost),
  };
}

function readPaths(fields: StrictObject, key: string, atMost: number): BytePath[] {
  return fields.list(key, atMost).map((value) => pathOf(new StrictObject(value, key)));
}
