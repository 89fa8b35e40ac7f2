/** The key `check` of a saved report, a judgement with its thresholds: the way back of report/check-fields.ts. */
import {
  checkItems,
  type AlertRange,
  type CheckItem,
  type CheckItemName,
  type CheckPart,
  type CheckResult,
  type CheckState,
  type Thresholds,
} from '../model/check.ts';
import { UsageError } from '../model/errors.ts';
import { parseAlertRange } from './alert-range.ts';
import { pathOf } from './report-fields.ts';
import { StrictObject, wrong } from './strict-object.ts';

/** More than there are items, areas and partitions, versions, or rules of one upgrade. */
const itemsAtMost = 1000;
const partsAtMost = 1_000_000;
const sentencesAtMost = 100_000;
const textAtMost = 16_384;

const stateWords: Readonly<Record<CheckState, true>> = {
  OK: true,
  WARNING: true,
  CRITICAL: true,
  UNKNOWN: true,
};
const itemWords = Object.fromEntries(Object.keys(checkItems).map((name) => [name, true])) as Record<
  CheckItemName,
  true
>;

/** @throws FormatError */
export function readCheck(check: StrictObject): CheckResult {
  const upgradeTo = check.ifAny('upgradeTo', (key) => check.text(key, 64));
  return {
    status: check.word('status', stateWords),
    items: objects(check, 'items', itemsAtMost).map(readItem),
    doubts: sentences(check, 'doubts'),
    notLookedAt: sentences(check, 'notLookedAt'),
    ...(upgradeTo === undefined ? {} : { upgradeTo }),
  };
}

function readItem(item: StrictObject): CheckItem {
  return {
    name: item.word('name', itemWords),
    state: item.word('state', stateWords),
    value: item.number('value'),
    isAtLeast: item.ifAny('atLeast', (key) => item.flag(key)) ?? false,
    thresholds: readThresholds(item),
    parts: item.ifAny('parts', (key) => objects(item, key, partsAtMost).map(readPart)) ?? [],
    examples: item.ifAny('examples', (key) => objects(item, key, itemsAtMost).map(pathOf)) ?? [],
    matters:
      item.ifAny('matters', (key) =>
        objects(item, key, itemsAtMost).map((reason) => ({
          why: reason.text('why', textAtMost),
          source: reason.text('source', textAtMost),
        })),
      ) ?? [],
  };
}

function readPart(part: StrictObject): CheckPart {
  const partition = part.ifAny('partition', (key) => part.text(key, textAtMost));
  const area = part.ifAny('area', (key) => part.text(key, 64));
  const version = part.ifAny('version', (key) => part.whole(key));
  return {
    ...(partition === undefined ? {} : { partition }),
    ...(area === undefined ? {} : { area }),
    ...(version === undefined ? {} : { version }),
    value: part.number('value'),
  };
}

function readThresholds(item: StrictObject): Thresholds {
  const warning = item.ifAny('warn', (key) => readRange(item, key));
  const critical = item.ifAny('crit', (key) => readRange(item, key));
  return {
    ...(warning === undefined ? {} : { warning }),
    ...(critical === undefined ? {} : { critical }),
  };
}

/** As they are written there: plain numbers, whatever the item counts. */
function readRange(item: StrictObject, key: string): AlertRange {
  try {
    return parseAlertRange(item.text(key, 64), key, 'count');
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw wrong(key, 'is no alert range');
  }
}

function sentences(fields: StrictObject, key: string): string[] {
  return fields.list(key, sentencesAtMost).map((sentence) => String(sentence).slice(0, textAtMost));
}

function objects(fields: StrictObject, key: string, most: number): StrictObject[] {
  return fields.list(key, most).map((value) => new StrictObject(value, key));
}
