/** The summary at the top of the table: by verdict, and by the directory that the files lie in. */
import type { Evidence } from '../model/evidence.ts';
import type { Verdict } from '../model/verdict.ts';
import { gridLines, type Column, type Entry } from './grid.ts';
import { ownersLine } from './owner-line.ts';
import { paint, toned, type Tone, type Toned } from './paint.ts';
import { quote, quoteMailbox } from './quote.ts';
import { age, bytes, count, many } from './quantities.ts';
import type { RenderOptions } from './renderer.ts';
import { summarize, type DirectoryTally, type Tally } from './tally.ts';
import { wrap } from './wrap.ts';

/** Directories that are listed without -v. */
const directoryLimit = 12;

export const verdictTones: Readonly<Record<Verdict, Tone | undefined>> = {
  orphan: 'doubt',
  'in-use': 'good',
  'too-young': undefined,
  undecided: 'bad',
  'unknown-name': 'bad',
};

/** In the order in which a reader needs them. */
const verdicts: readonly Verdict[] = ['orphan', 'undecided', 'unknown-name', 'too-young', 'in-use'];

export function* summaryLines(
  rows: readonly Evidence[],
  options: RenderOptions,
): Generator<string> {
  const { byVerdict, byDirectory } = summarize(rows);
  const hasUnseen = [...byVerdict.values()].some((tally) => tally.unseen > 0);
  const columns: Column[] = [
    ...['files', 'linked', 'last name', ...(hasUnseen ? ['unseen'] : []), 'size', 'oldest'],
  ].map((title) => ({ title, align: 'right' }));
  const cells = (tally: Tally): Toned[] => [
    toned(count(tally.files)),
    toned(count(tally.linked)),
    toned(count(tally.lastNames)),
    ...(hasUnseen ? [toned(count(tally.unseen), tally.unseen > 0 ? 'bad' : undefined)] : []),
    toned(bytes(tally.bytes)),
    toned(age(tally.oldestSeconds)),
  ];

  const found = verdicts.flatMap((verdict) => {
    const tally = byVerdict.get(verdict);
    return tally === undefined ? [] : [{ verdict, tally }];
  });
  yield paint(toned('By verdict', 'title'), options.color);
  yield* gridLines(
    columns,
    'verdict',
    found,
    ({ verdict, tally }) => ({ cells: cells(tally), name: verdict }),
    options,
  );

  yield '';
  yield paint(toned('By directory', 'title'), options.color);
  const shown = mostImportant(byDirectory, options);
  const isOnly = new Set(byDirectory.map(({ directory }) => directory.partition)).size === 1;
  yield* gridLines(
    columns,
    'directory',
    shown,
    (place): Entry => ({
      cells: cells(place.tally),
      name: quote(place.directory.path),
      below: (room) => wrap(placeLine(place, isOnly), room).map((text) => toned(text, 'quiet')),
    }),
    options,
  );
  const left = byDirectory.length - shown.length;
  if (left > 0) {
    const files = byDirectory.reduce((sum, place) => sum + place.tally.files, 0);
    const told = shown.reduce((sum, place) => sum + place.tally.files, 0);
    yield `  … and ${many(left, 'more directory', 'more directories')} with ${many(files - told, 'stage file')} (-v shows all)`;
  }
}

/** The fullest directories, in the order of the report. */
function mostImportant(
  places: readonly DirectoryTally[],
  options: RenderOptions,
): readonly DirectoryTally[] {
  if (options.verbose > 0 || places.length <= directoryLimit) return places;
  const fullest = [...places]
    .sort((a, b) => b.tally.files - a.tally.files)
    .slice(0, directoryLimit);
  const chosen = new Set(fullest);
  return places.filter((place) => chosen.has(place));
}

/** Which kind of root needs a word only where it is not the data directory of the only partition. */
function placeLine(place: DirectoryTally, isOnly: boolean): string {
  const mixed = verdicts.flatMap((verdict) => {
    const files = place.verdicts.get(verdict);
    return files === undefined ? [] : [`${count(files)} ${verdict}`];
  });
  const { partition, rootKind } = place.directory;
  const where = isOnly && rootKind === 'data' ? '' : `${quoteMailbox(partition)} (${rootKind}): `;
  return `${where}${mixed.join(', ')}; ${ownersLine(place.owners)}`;
}
