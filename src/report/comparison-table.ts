/** A comparison for people: the answer, the messages that differ, and what is at one end only by mailbox. */
import type { Difference, EndSummary } from '../model/comparison.ts';
import { severityOf } from '../model/finding.ts';
import type { ManifestMessage } from '../model/manifest.ts';
import { ComparisonAdvice } from './comparison-advice.ts';
import type { ComparisonEnd, ComparisonRenderer } from './comparison-json.ts';
import { paint, toned, type Tone } from './paint.ts';
import { printable, quote, quoteMailbox } from './quote.ts';
import { clockTime, count, many } from './quantities.ts';
import type { RenderOptions } from './renderer.ts';
import { severityTones } from './table-findings.ts';
import { wrap } from './wrap.ts';

/** More can be told by JSON; a table is held in memory, since its answer comes first. */
const listedAtMost = { brief: 20, verbose: 10_000 };
const narrowest = 80;

/** Differences of one mailbox and one kind, which lie together in the order of a comparison. */
interface Group {
  readonly first: Difference;
  messages: number;
  lastUid: number | undefined;
}

export function comparisonTable(asked: RenderOptions): ComparisonRenderer {
  const options = { ...asked, columns: Math.max(asked.columns, narrowest) };
  return async function* render(header, differences, outcome) {
    const told = await collect(new ComparisonAdvice(header), differences, options);
    for (const line of tableLines(header, told, outcome(), options)) yield `${line}\n`;
  };
}

interface Told {
  readonly critical: readonly Difference[];
  readonly criticals: number;
  readonly groups: readonly Group[];
  readonly groupCount: number;
  readonly advice: readonly string[];
}

async function collect(
  advice: ComparisonAdvice,
  differences: AsyncIterable<Difference>,
  options: RenderOptions,
): Promise<Told> {
  const most = options.verbose > 0 ? listedAtMost.verbose : listedAtMost.brief;
  const critical: Difference[] = [];
  const groups: Group[] = [];
  const last = new Map<string, Group>();
  let [criticals, groupCount] = [0, 0];
  for await (const difference of differences) {
    advice.see(difference);
    if (severityOf(difference.code) === 'critical') {
      criticals += 1;
      if (critical.length < most) critical.push(difference);
      continue;
    }
    const messages = difference.messages ?? 1;
    const known = last.get(difference.code);
    if (known !== undefined && isAlike(known.first, difference)) {
      known.messages += messages;
      known.lastUid = difference.messageUid;
      continue;
    }
    const group = { first: difference, messages, lastUid: difference.messageUid };
    last.set(difference.code, group);
    groupCount += 1;
    if (groups.length < most) groups.push(group);
  }
  return { critical, criticals, groups, groupCount, advice: advice.steps };
}

function isAlike(one: Difference, other: Difference): boolean {
  return (
    one.messageUid !== undefined &&
    other.messageUid !== undefined &&
    one.mailbox === other.mailbox &&
    one.uniqueId === other.uniqueId &&
    one.detail === other.detail
  );
}

function* tableLines(
  ...[header, told, end, options]: [
    Parameters<ComparisonRenderer>[0],
    Told,
    ComparisonEnd,
    RenderOptions,
  ]
): Generator<string> {
  const say = function* (text: string, tone?: Tone, lead = '', rest = lead): Generator<string> {
    for (const line of wrap(text, options.columns, lead, rest)) {
      yield paint(toned(line, tone), options.color);
    }
  };
  yield* say(
    `stagesweep ${printable(header.version)} on ${printable(header.host)}, ${clockTime(header.startedNs)}`,
  );
  yield* say(endText('a', end.a), undefined, '', '   ');
  yield* say(endText('b', end.b), undefined, '', '   ');
  if (end.retry !== undefined) {
    yield* say(`again ${endText('a', end.retry.a)}`, undefined, '', '   ');
    yield* say(`again ${endText('b', end.retry.b)}`, undefined, '', '   ');
  }
  if (!end.complete) yield* say(incompleteText(end), 'bad');
  if (told.criticals > 0) {
    yield* say(
      `DAMAGE: ${many(told.criticals, 'message holds', 'messages hold')} wrong bytes at one end or both.`,
      'bad',
    );
  }
  yield* say(answerText(end));
  if (told.criticals > 0) {
    yield '';
    yield* say('Wrong bytes', 'title');
    for (const each of told.critical) yield* criticalLines(each, say);
    yield* left(told.criticals - told.critical.length, 'more message');
  }
  if (told.groupCount > 0) {
    yield '';
    yield* say('Also found', 'title');
    for (const group of told.groups) {
      yield* say(groupText(group), severityTones[severityOf(group.first.code)], '  ', '    ');
    }
    yield* left(told.groupCount - told.groups.length, 'more line');
  }
  yield '';
  for (const note of end.notes) yield* say(printable(note));
  yield* say(totalsText(end));
  yield* nextLines(told, end, say);
}

function endText(letter: string, end: EndSummary): string {
  const times = [end.startedAt, end.finishedAt].filter((time) => time !== undefined).map(shortTime);
  return [
    `${letter}: ${printable(end.file)}`,
    ...(end.host === undefined ? [] : [`of ${printable(end.host)}`]),
    ...(times.length === 0 ? [] : [`made ${times.join(' to ')}`]),
    `${many(end.messages, 'message')} in ${many(end.mailboxes, 'mailbox', 'mailboxes')}`,
  ].join(', ');
}

function incompleteText(end: ComparisonEnd): string {
  const whys = [
    ['a', end.a],
    ['b', end.b],
    ['the second a', end.retry?.a],
    ['the second b', end.retry?.b],
  ] as const;
  const told = whys.flatMap(([name, summary]) =>
    summary?.incompleteBecause === undefined ? [] : [`of ${name}: ${summary.incompleteBecause}`],
  );
  const { notCompared } = end.totals;
  if (notCompared > 0) told.push(`${many(notCompared, 'message')} could not be compared`);
  return `INCOMPLETE: this is not the whole answer; ${told.join('; ')}. What is missing below is not known to be equal or absent.`;
}

function answerText({ totals, complete }: ComparisonEnd): string {
  const { compared, same: sameAtOnce, endsDiffer, onlyAtA, onlyAtB, settled } = totals;
  if (endsDiffer + onlyAtA + onlyAtB === 0 && settled > 0) {
    const stays = `Nothing differs that the second look did not settle: ${many(settled, 'difference')} went away, and ${count(sameAtOnce)} of ${many(compared, 'message')} that could be compared were the same from the first`;
    return complete ? `${stays}. Neither end lacks a message that the other has.` : `${stays}.`;
  }
  if (endsDiffer + onlyAtA + onlyAtB === 0) {
    const same = `The bytes of all ${many(compared, 'message')} that could be compared are the same at both ends`;
    return complete ? `${same}, and neither end has one that the other lacks.` : `${same}.`;
  }
  return `${many(endsDiffer, 'message')} of ${count(compared)} with other bytes at the other end; ${count(onlyAtA)} only at a, ${count(onlyAtB)} only at b.`;
}

function* criticalLines(
  difference: Difference,
  say: (text: string, tone?: Tone, lead?: string, rest?: string) => Generator<string>,
): Generator<string> {
  const { code, a, b, damagedEnd = 'neither', detail } = difference;
  const end = damagedEnd === 'a' || damagedEnd === 'b' ? `at ${damagedEnd}` : 'at both ends';
  const verdict =
    damagedEnd === 'neither'
      ? 'no end disagrees with its own record'
      : `${end} the bytes are not those of the record`;
  const text = `critical ${code}: ${whoOf(difference)}: ${verdict}`;
  yield* say(detail === undefined ? text : `${text} (${printable(detail)})`, 'bad', '  ', '    ');
  if (a !== undefined) yield* say(`a: ${bytesText(a)}`, undefined, '      ', '         ');
  if (b !== undefined) yield* say(`b: ${bytesText(b)}`, undefined, '      ', '         ');
}

function bytesText(message: ManifestMessage): string {
  const { size, sha1 = 'no digest', recordSize, recordGuid } = message;
  const file = `${sha1}, ${size === undefined ? 'no size' : `${count(size)} B`}`;
  if (recordGuid !== undefined && recordGuid === sha1) return `${file}, as its record says`;
  return `${file}; record ${recordGuid ?? 'without a digest'}, ${count(recordSize)} B`;
}

function groupText({ first, messages, lastUid }: Group): string {
  const { code, messageUid, detail, path } = first;
  const many1 = messages === 1 ? '' : `, ${many(messages, 'message')}`;
  const upTo = lastUid === messageUid || lastUid === undefined ? '' : ` to ${lastUid}`;
  const where = path === undefined ? '' : ` ${quote(path)}`;
  const why = detail === undefined ? '' : `: ${printable(detail)}`;
  return `${severityOf(code)} ${code}: ${whoOf(first)}${upTo}${many1}${where}${why}`;
}

function whoOf({ mailbox, uniqueId, messageUid }: Difference): string {
  if (mailbox === undefined) return 'some mailbox';
  if (messageUid !== undefined) return `${quoteMailbox(mailbox)} uid ${messageUid}`;
  const id = uniqueId === undefined ? '' : ` (unique id ${printable(uniqueId)})`;
  return quoteMailbox(mailbox) + id;
}

function totalsText({ totals }: ComparisonEnd): string {
  const parts = [
    `${count(totals.compared)} compared`,
    `${count(totals.same)} the same`,
    `${count(totals.endsDiffer)} differ`,
    `${count(totals.onlyAtA)} only at a`,
    `${count(totals.onlyAtB)} only at b`,
    `unlike their own record: ${count(totals.damagedAtA)} at a, ${count(totals.damagedAtB)} at b`,
    many(totals.filesMissing, 'file missing', 'files missing'),
    `${count(totals.purgedAtOneEnd)} purged at one end`,
    `${count(totals.notCompared)} not compared`,
    ...(totals.settled === 0 ? [] : [`${count(totals.settled)} settled by the second look`]),
  ];
  return `Totals: ${parts.join(', ')}.`;
}

function* nextLines(
  told: Told,
  end: ComparisonEnd,
  say: (text: string, tone?: Tone, lead?: string, rest?: string) => Generator<string>,
): Generator<string> {
  if (told.criticals + told.groupCount === 0) return;
  yield '';
  yield* say('What to do next', 'title');
  for (const step of told.advice) yield* say(step, undefined, '  - ', '    ');
  if (end.retry === undefined) {
    yield* say(
      'On servers in use messages and expunges are on their way: make both manifests again later, and compare with --retry A2 B2, which tells what both comparisons have.',
      undefined,
      '  - ',
      '    ',
    );
  }
  const code = told.critical[0]?.code ?? told.groups[0]?.first.code;
  if (code !== undefined) yield* say(`stagesweep explain ${code}`, undefined, '  - ', '    ');
}

function* left(more: number, what: string): Generator<string> {
  if (more > 0) yield `  … and ${many(more, what)} (-v shows more, --format jsonl all)`;
}

/** "2026-08-10T12:00:00.000000000Z" for people; what is no such time stays as it is. */
function shortTime(iso: string): string {
  return printable(iso).replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)\.\d+Z$/, '$1 $2');
}
