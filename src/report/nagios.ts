/**
 * A check as a monitoring plugin tells it: one line, performance data behind a bar, with -v the items below.
 *
 * Source: Monitoring Plugins Development Guidelines, "Plugin Output for Nagios" and "Performance data"; Nagios Plugin
 * API, "Plugin Output Spec": a bar begins performance data wherever it stands, so no name may hold one.
 */
import {
  checkItems,
  rangeText,
  type CheckItem,
  type CheckResult,
  type CheckState,
} from '../model/check.ts';
import { itemWords } from './check-words.ts';
import { printable, quote } from './quote.ts';
import type { Renderer } from './renderer.ts';
import { safe, unknownLine } from './unknown-line.ts';

/** A report that nobody judged is UNKNOWN: cli/rendered.ts has one judged before. */
export const renderNagios: Renderer = function* ({ check }, { verbose }) {
  if (check === undefined) {
    yield unknownLine('nobody judged this report');
    return;
  }
  yield `${headline(check)}|${check.items.filter(isWhole).map(performance).join(' ')}\n`;
  if (verbose > 0) yield* itemLines(check);
  else if (check.upgradeTo !== undefined) yield* upgradeLines(check, check.items);
};

const order: readonly CheckState[] = ['CRITICAL', 'UNKNOWN', 'WARNING'];
/** What is said when all is well. */
const calm: ReadonlySet<string> = new Set(['orphans', 'damaged', 'audit_damaged', 'mailboxes']);

function headline({ status, items, doubts }: CheckResult): string {
  const troubled = order.flatMap((state) => items.filter((item) => item.state === state));
  const hasOrphans = troubled.some(({ name }) => name === 'orphans');
  const told = items.filter(({ name }) =>
    troubled.length === 0 ? calm.has(name) : hasOrphans && name === 'age',
  );
  const shown = new Set([...troubled, ...told]);
  const words = [...doubts.map(printable), ...[...shown].map(itemWords)];
  return safe(`STAGESWEEP ${status} - ${words.join(', ')}`);
}

/** "At least 3" is no point of a graph. */
function isWhole({ isAtLeast }: CheckItem): boolean {
  return !isAtLeast;
}

/** 'label'=value[unit];[warn];[crit];[min] */
function performance({ name, value, thresholds }: CheckItem): string {
  const unit = { count: '', seconds: 's', bytes: 'B' }[checkItems[name]];
  const { warning, critical } = thresholds;
  const limits = [warning, critical].map((range) => (range === undefined ? '' : rangeText(range)));
  return `${performanceLabel(name)}=${value}${unit};${limits.join(';')};0`;
}

/** In single quotes when it holds a blank, an equals sign or a quote; a quote is doubled. */
export function performanceLabel(name: string): string {
  const text = safe(name);
  return /[\s=']/.test(text) ? `'${text.replaceAll("'", "''")}'` : text;
}

function* itemLines(check: CheckResult): Generator<string> {
  const sorted = [...order, 'OK'].flatMap((state) =>
    check.items.filter((item) => item.state === state),
  );
  for (const item of sorted) {
    yield `${item.state} ${item.name}: ${safe(itemWords(item))}\n`;
    for (const path of item.examples) yield `    ${safe(quote(path))}\n`;
    const more = item.value - item.examples.length;
    if (item.examples.length > 0 && more > 0 && checkItems[item.name] === 'count') {
      yield `    and ${more} more\n`;
    }
    yield* reasonLines(check, item);
  }
  if (check.upgradeTo !== undefined) yield* nothingMatters(check);
  for (const sentence of check.notLookedAt) yield `not looked at: ${safe(printable(sentence))}\n`;
}

/** Without -v only what was asked for. */
function* upgradeLines(check: CheckResult, items: readonly CheckItem[]): Generator<string> {
  for (const item of items) {
    if (item.matters.length > 0) yield `${item.state} ${item.name}: ${safe(itemWords(item))}\n`;
    yield* reasonLines(check, item);
  }
  yield* nothingMatters(check);
}

function* reasonLines({ upgradeTo }: CheckResult, { matters }: CheckItem): Generator<string> {
  for (const { why, source } of matters) {
    yield `    for ${upgradeTo ?? ''}: ${safe(why)} [${safe(source)}]\n`;
  }
}

function* nothingMatters({ upgradeTo, items, doubts }: CheckResult): Generator<string> {
  if (doubts.length > 0 || items.some(({ matters }) => matters.length > 0)) return;
  yield `for ${upgradeTo ?? ''}: nothing of what was looked at matters\n`;
}
