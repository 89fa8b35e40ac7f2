/** --warn-… and --crit-… of every item of a check. */
import type { Options } from 'yargs';
import { defaultThresholds } from '../decide/default-thresholds.ts';
import {
  checkItemNames,
  checkItems,
  rangeText,
  type CheckItemName,
  type Thresholds,
} from '../model/check.ts';
import { parseAlertRange } from '../parse/alert-range.ts';

const levels = { warn: 'warning', crit: 'critical' } as const;
const levelNames = ['warn', 'crit'] as const;
type Level = (typeof levelNames)[number];

/** What could not be looked at is UNKNOWN whatever its number; the others are told beside one that has thresholds. */
const withoutLimits: ReadonlySet<CheckItemName> = new Set([
  'unreadable',
  'corrupt_indexes',
  'newer_indexes',
  'audit_checked',
  'audit_unverifiable',
  'quarantine_files',
]);
const withLimits = checkItemNames.filter((name) => !withoutLimits.has(name));

const about: Readonly<Record<(typeof checkItems)[CheckItemName], string>> = {
  count: 'RANGE',
  seconds: 'RANGE, in seconds or as 36h:7d',
  bytes: 'RANGE, in bytes or as 500M',
};

export const thresholdOptions: Readonly<Record<string, Options>> = Object.fromEntries(
  withLimits.flatMap((name) =>
    levelNames.map((level): [string, Options] => {
      const usual = defaultThresholds[name]?.[levels[level]];
      const otherwise = usual === undefined ? '' : `; default ${rangeText(usual)}`;
      return [
        optionName(level, name),
        {
          type: 'string',
          requiresArg: true,
          group:
            'Thresholds (alert: 10 above 10, 10: below, 10:20 outside, @10:20 inside, ~: never):',
          describe: `${levels[level].toUpperCase()} by this ${about[checkItems[name]]}${otherwise}`,
        },
      ];
    }),
  ),
);

/**
 * @param limits  as typed, by the option's name without its dashes
 * @throws        UsageError
 */
export function thresholdsOf(
  limits: Readonly<Record<string, string>>,
): Partial<Record<CheckItemName, Thresholds>> {
  const thresholds: Partial<Record<CheckItemName, Thresholds>> = {};
  for (const name of withLimits) {
    for (const level of levelNames) {
      const option = optionName(level, name);
      const typed = limits[option];
      if (typed === undefined) continue;
      const range = parseAlertRange(typed, `--${option}`, checkItems[name]);
      thresholds[name] = { ...thresholds[name], [levels[level]]: range };
    }
  }
  return thresholds;
}

function optionName(level: Level, name: CheckItemName): string {
  return `${level}-${name.replaceAll('_', '-')}`;
}
