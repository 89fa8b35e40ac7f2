/** One stage file after another, with everything that is known of it. */
import { relativeTo, type BytePath } from '../model/byte-path.ts';
import type { Evidence } from '../model/evidence.ts';
import { severityOf, type FindingCode } from '../model/finding.ts';
import { linkPath, unseenLinks, type Link, type LinkStatus } from '../model/link.ts';
import { stagePath } from '../model/stage.ts';
import type { Reason } from '../model/verdict.ts';
import { displayWidth, padded } from './display-width.ts';
import { gridLines, type Column, type Entry } from './grid.ts';
import { otherNames } from './other-names.ts';
import { ownerLine } from './owner-line.ts';
import { paint, toned, type Tone, type Toned } from './paint.ts';
import { quote, quoteMailbox } from './quote.ts';
import { age, bytes, many } from './quantities.ts';
import type { RenderOptions } from './renderer.ts';
import { claimOf, messageName, reasonWords, unseenWords } from './sentences.ts';
import { verdictTones } from './table-summary.ts';
import { pathLines, wrap } from './wrap.ts';

/** More stage files than this, and without -v only those are listed that a person has to look at. */
const rowLimit = 50;
const personLimit = 20;
/** Other names of one file that are listed without -v. */
const nameLimit = 10;

const columns: readonly Column[] = [
  { title: 'verdict', align: 'left' },
  { title: 'age', align: 'right' },
  { title: 'owner', align: 'left' },
  { title: 'size', align: 'right' },
  { title: 'links', align: 'right' },
];

export function* rowLines(rows: readonly Evidence[], options: RenderOptions): Generator<string> {
  const isAll = options.verbose > 0 || rows.length <= rowLimit;
  const wanted = isAll ? rows : rows.filter(needsPerson);
  const shown = isAll ? rows : wanted.slice(0, personLimit);
  if (shown.length > 0) {
    yield '';
    const title = isAll ? 'Stage files' : 'Stage files that a person has to look at';
    yield paint(toned(title, 'title'), options.color) + ' (links: names found / names there are)';
    // Rows are sorted by path, so the files of one root stand together.
    for (const [start, end] of runs(shown, (evidence) => evidence.file.directory.root)) {
      yield* sectionLines(shown.slice(start, end), options);
    }
    const left = wanted.length - shown.length;
    if (left > 0) yield `  … and ${many(left, 'more stage file')} (-v shows all)`;
  }
  if (!isAll) {
    yield '';
    yield* wrap(
      `${many(rows.length - wanted.length, 'stage file')} with nothing unusual not listed (-v shows all).`,
      options.columns,
    );
  }
}

/** Damage, doubt, or an account that is open although the file is nobody's. */
export function needsPerson(evidence: Evidence): boolean {
  const { verdict, account } = evidence;
  if (evidence.damage === 'damaged' || verdict === 'undecided' || verdict === 'unknown-name') {
    return true;
  }
  if (evidence.codes.includes('stage-reused-pid')) return true;
  if (evidence.codes.some((code) => severityOf(code) === 'critical')) return true;
  return verdict === 'orphan' && !account.complete;
}

function* sectionLines(rows: readonly Evidence[], options: RenderOptions): Generator<string> {
  const [first] = rows;
  if (first === undefined) return;
  const { partition, rootKind, root } = first.file.directory;
  yield* wrap(`Partition ${quoteMailbox(partition)}, ${rootKind}: ${quote(root)}`, options.columns);
  yield* gridLines(
    columns,
    'name',
    rows,
    (evidence, at) => entryOf(evidence, rows[at - 1], options),
    options,
  );
}

function entryOf(evidence: Evidence, before: Evidence | undefined, options: RenderOptions): Entry {
  const { file, owner, account } = evidence;
  const isOpen =
    !account.complete && (evidence.verdict === 'orphan' || evidence.verdict === 'undecided');
  return {
    cells: [
      toned(evidence.verdict, verdictTones[evidence.verdict]),
      toned(age(evidence.ageSeconds)),
      toned(`${shownPid(file.ownerPid)} ${owner.state}`),
      toned(bytes(file.stat.sizeBytes)),
      toned(`${account.links.length}/${account.expected}`, isOpen ? 'bad' : undefined),
    ],
    name: below(stagePath(file), file.directory.root),
    below: (room) => [
      ...factLines(evidence, before).flatMap(({ text, tone }) =>
        wrap(text, room, '', '  ').map((line) => toned(line, tone)),
      ),
      ...nameLines(evidence, room, options),
    ],
  };
}

/** A name can claim any number; Linux has no pid above 2^22 (include/linux/threads.h), and the column no room. */
function shownPid(pid: number | undefined): string {
  if (pid === undefined) return '-';
  return pid > 4_194_304 ? '>4194304' : `${pid}`;
}

/** Codes that the columns tell already. */
const told: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'stage-orphan',
  'stage-undecided',
  'stage-unknown-name',
  'stage-too-young',
  'stage-in-use',
  'link-unseen',
  'last-name',
]);
/** Reasons that the evidence of the owner tells already. */
const ofOwner: ReadonlySet<Reason> = new Set<Reason>([
  'owner-dead',
  'owner-reused',
  'owner-alive',
  'owner-unknown',
]);

function factLines(evidence: Evidence, before: Evidence | undefined): Toned[] {
  const { file, owner, account, action } = evidence;
  const lines: Toned[] = [];
  for (const code of evidence.codes) {
    if (told.has(code)) continue;
    const claim = claimOf({ code, path: stagePath(file) });
    lines.push(toned(`! ${code}: ${claim}`, severityOf(code) === 'critical' ? 'bad' : 'doubt'));
  }
  if (file.stat.kind !== 'file') lines.push(toned(`it is a ${file.stat.kind}`, 'doubt'));
  const isSame =
    before?.file.ownerPid === file.ownerPid && before?.owner.evidence === owner.evidence;
  if (!isSame) lines.push(toned(ownerLine(owner, file.ownerPid), 'quiet'));
  const why = evidence.reasons.filter((reason) => !ofOwner.has(reason));
  if (why.length > 0) {
    lines.push(toned(`${action}: ${why.map((reason) => reasonWords[reason]).join('; ')}`, 'quiet'));
  }
  const [copy, ...more] = evidence.redundantWith ?? [];
  if (copy !== undefined) {
    const others = more.length === 0 ? '' : ` and ${many(more.length, 'more mailbox name')}`;
    lines.push(toned(`the same message is ${messageName(copy)}${others}`, 'quiet'));
  }
  const unseen = unseenLinks(account);
  if (!account.complete) {
    const words = account.reasons.map((reason) => unseenWords[reason]).join('; ');
    const what =
      unseen > 0 ? `${many(unseen, 'name')} not found` : 'its names could not be counted';
    lines.push(toned(words === '' ? what : `${what}: ${words}`, 'doubt'));
  }
  return lines;
}

const statusWords: Readonly<Record<LinkStatus, string>> = {
  intact: 'intact',
  damaged: 'DAMAGED',
  // The notes of the report say when messages were not compared; a word on every line would only hide the others.
  unverifiable: '',
  unindexed: 'no record',
};
const statusTones: Readonly<Record<LinkStatus, Tone | undefined>> = {
  intact: 'good',
  damaged: 'bad',
  unverifiable: undefined,
  unindexed: 'doubt',
};

function* nameLines(evidence: Evidence, room: number, options: RenderOptions): Generator<Toned> {
  const names = otherNames(evidence);
  const shown = options.verbose > 0 ? names : names.slice(0, nameLimit);
  const root = evidence.file.directory.root;
  const entries = shown.map((link) => ({
    link,
    path: below(linkPath(link), root),
    who: whoOf(link),
  }));
  const widest = entries.reduce((most, { path }) => Math.max(most, displayWidth(path)), 0);
  for (const { link, path, who } of entries) {
    const tone = link.status === undefined ? undefined : statusTones[link.status];
    const kind = `= ${padded(link.kind, 10)} `;
    const left = room - kind.length;
    const oneLine = who === '' ? path : `${padded(path, widest)}  ${who}`;
    const tight = `${path}  ${who}`;
    if (displayWidth(oneLine) <= left) yield toned(kind + oneLine, tone);
    else if (displayWidth(tight) <= left) yield toned(kind + tight, tone);
    else {
      const lead = ' '.repeat(kind.length);
      const [first = '', ...more] = pathLines(path, left);
      yield toned(kind + first, tone);
      for (const line of more) yield toned(lead + line, tone);
      if (who !== '') for (const line of wrap(who, room, `${lead}  `)) yield toned(line, tone);
    }
  }
  const left = names.length - shown.length;
  if (left > 0) yield toned(`… and ${many(left, 'more name')} (-v shows all)`);
}

/** "user.glad uid 71229, intact" */
function whoOf(link: Link): string {
  const uid = link.messageUid === undefined ? '' : `uid ${link.messageUid}`;
  const mailbox = link.mailbox === undefined ? '' : quoteMailbox(link.mailbox);
  const message = [mailbox, uid].filter((part) => part !== '').join(' ');
  const status = link.status === undefined ? '' : statusWords[link.status];
  return [message, status].filter((part) => part !== '').join(', ');
}

/** Relative to the root of the row, which its heading names; else the whole path. */
function below(path: BytePath, root: BytePath): string {
  return quote(relativeTo(path, root) ?? path);
}

/** Consecutive items with one key, as half-open ranges. */
function* runs<T>(items: readonly T[], keyOf: (item: T) => string): Generator<[number, number]> {
  let start = 0;
  let key: string | undefined;
  for (const [at, item] of items.entries()) {
    const own = keyOf(item);
    if (key !== undefined && own !== key) {
      yield [start, at];
      start = at;
    }
    key = own;
  }
  if (items.length > 0) yield [start, items.length];
}
