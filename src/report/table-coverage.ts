/** What was looked at, and what was not. */
import type { FindingCode } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import { paint, toned } from './paint.ts';
import { printable, quote } from './quote.ts';
import { count, many } from './quantities.ts';
import type { RenderOptions } from './renderer.ts';
import { notEnteredWords, troubleSentence } from './sentences.ts';
import { wrap } from './wrap.ts';

const placeLimit = 10;
const isGap: ReadonlySet<FindingCode> = new Set(['unreadable', 'area-skipped', 'no-mailbox']);

/** Was everything looked at? Never taken from `complete` alone: "nothing found" must not rest on one flag. */
export function isWhole(report: Report): boolean {
  return (
    report.complete &&
    report.coverage.unreadable.length === 0 &&
    !report.findings.some(({ code }) => isGap.has(code))
  );
}

/** Why the answer is not the whole one, each as a clause; empty when it is. */
export function gapsOf(report: Report): string[] {
  if (isWhole(report)) return [];
  const { coverage, totals, findings } = report;
  const unreadable = new Set([
    ...coverage.unreadable.map(({ path }) => path),
    ...findings.flatMap(({ code, path }) => (code === 'unreadable' ? [path] : [])),
  ]).size;
  const skipped = findings.filter(({ code }) => code === 'area-skipped').length;
  const corrupt = new Set(
    findings.flatMap(({ code, path }) => (code === 'index-corrupt' ? [path] : [])),
  ).size;
  const gaps = [
    report.audit !== undefined && corrupt > 0
      ? `${many(corrupt, 'index', 'indexes')} could not be understood to the end`
      : '',
    unreadable > 0 ? `${many(unreadable, 'place')} could not be read` : '',
    report.audit !== undefined && coverage.notEntered.length > 0
      ? `${many(coverage.notEntered.length, 'place')} ${coverage.notEntered.length === 1 ? 'was' : 'were'} not entered`
      : '',
    findings.some(({ code }) => code === 'no-mailbox')
      ? 'mailboxes were looked for where there are none'
      : '',
    skipped > 0 ? `${many(skipped, 'area')} had to be left out` : '',
    totals.unseenLinks > 0
      ? `${many(totals.unseenLinks, 'other name')} of stage files ${totals.unseenLinks === 1 ? 'was' : 'were'} not found`
      : '',
  ].filter((gap) => gap !== '');
  return gaps.length > 0 ? gaps : ['the names of some stage files could not be counted'];
}

/** Places that were not looked at, and the notes of the run. */
export function* notLookedAtLines(report: Report, options: RenderOptions): Generator<string> {
  const { coverage, findings, notes } = report;
  // A place that is a finding has been told with it.
  const told = new Set(findings.flatMap(({ code, path }) => (code === 'unreadable' ? [path] : [])));
  const troubles = coverage.unreadable.filter(({ path }) => !told.has(path));
  const places = [
    ...troubles.map(troubleSentence),
    ...coverage.notEntered.map(
      ({ path, reason }) => `${quote(path)} was not entered: ${notEnteredWords[reason]}`,
    ),
  ];
  if (places.length + notes.length === 0) return;
  yield '';
  yield paint(toned('Not looked at', 'title'), options.color);
  const shown = options.verbose > 0 ? places : places.slice(0, placeLimit);
  for (const sentence of shown) yield* wrap(sentence, options.columns, '  ', '    ');
  const left = places.length - shown.length;
  if (left > 0) yield `  … and ${many(left, 'more place')} (-v shows all)`;
  for (const note of notes) yield* wrap(printable(note), options.columns, '  ', '    ');
}

/** The same as one paragraph. */
export function* coverageLines(report: Report, options: RenderOptions): Generator<string> {
  yield '';
  yield* wrap(coverageText(report), options.columns);
}

/** How names were searched for, in sentences. */
export function coverageText(report: Report): string {
  const { coverage, totals } = report;
  const { entries, directories, leftOut = 0, walker, vanished, unpinned, pinned } = coverage;
  const sentences: string[] = [];
  const hasSearched = walker !== 'none' && totals.inodesSearched > 0;
  if (!hasSearched) sentences.push('No inode had another name to search for.');
  else {
    sentences.push(
      `Searched ${many(coverage.roots.length, 'root')} for the other names of ${many(totals.inodesSearched, 'inode')} with the ${walker} walker: ${many(entries, 'entry', 'entries')} in ${many(directories, 'directory', 'directories')}.`,
    );
    if (leftOut > 0) {
      sentences.push(
        `${many(leftOut, 'more directory', 'more directories')} last changed before any of those inodes was made, and ${leftOut === 1 ? 'was' : 'were'} not read.`,
      );
    }
  }
  if (vanished > 0) {
    sentences.push(`${many(vanished, 'name')} went away meanwhile, as on a running server.`);
  }
  if (unpinned > 0) {
    sentences.push(
      `${count(pinned)} of those inodes were held open, ${count(unpinned)} told apart by birth time, change time and size.`,
    );
  }
  if (!isWhole(report)) sentences.push('The search is not complete (see the top).');
  else if (hasSearched) {
    sentences.push(
      totals.unseenLinks === 0
        ? 'Every name was found.'
        : // design.md 6: a live session moves its links all the time.
          'Every name was found, but for files that are in use or too young to judge.',
    );
  }
  return sentences.join(' ');
}
