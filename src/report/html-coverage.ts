/** What was looked at, and what was not. */
import type { PageFacts, PageHost, Place } from './html-facts.ts';
import { hostColumn, hostFacet } from './html-host.ts';
import { pathMarkup, timeMarkup } from './html-names.ts';
import { hostName } from './html-summary.ts';
import { tableMarkup, type Column } from './html-table.ts';
import { joined, markup, nothing, type Markup } from './markup.ts';
import { bytePath } from '../model/byte-path.ts';
import { age } from './quantities.ts';
import { shellQuote } from './quote.ts';
import type { OfHost } from './ranked-rows.ts';
import { adviceFor, notEnteredWords } from './sentences.ts';

export function* coverageSection(facts: PageFacts): Generator<Markup> {
  yield markup`<section id="coverage" aria-labelledby="coverage-title"><h2 id="coverage-title">What was looked at, and what was not</h2>
`;
  const isFleet = facts.hosts.length > 1;
  yield* isFleet ? runs(facts) : facts.hosts.map(searchOf);
  for (const [note, hosts] of notesOf(facts.hosts)) {
    yield markup`<p class="note">${note}${isFleet ? markup` <span class="quiet">(${hosts.join(', ')})</span>` : nothing}</p>
`;
  }
  const rows = facts.places.shown();
  if (rows.length > 0) {
    yield* tableMarkup<OfHost<Place>>({
      id: 'place-table',
      isLong: true,
      caption: 'Places that were not looked at',
      columns: [...hostColumn(facts), ...placeColumns],
      rows,
      total: facts.places.total,
      one: 'place',
      facets: hostFacet(facts),
    });
  }
  yield markup`</section>
`;
}

function searchOf(host: PageHost): Markup {
  const { header, search } = host;
  const told =
    search === undefined
      ? nothing
      : markup`<p>${search}</p>
`;
  return markup`${told}<p>Command: ${commandOf(host)}. It took ${durationOf(header)}.</p>
`;
}

/** One line for each report of a fleet. */
function runs(facts: PageFacts): Generator<Markup> {
  return tableMarkup<PageHost>({
    id: 'run-table',
    caption: 'What every host did for its report',
    rows: facts.hosts,
    total: facts.hosts.length,
    one: 'report',
    columns: [
      { title: 'Host', sort: 'text', cell: (host) => markup`${hostName(host)}` },
      {
        title: 'Began (UTC)',
        sort: ({ header }) => header.startedNs,
        cell: ({ header }) => timeMarkup(header.startedNs),
      },
      {
        title: 'Took',
        sort: ({ header }) => header.finishedNs - header.startedNs,
        cell: ({ header }) => markup`${durationOf(header)}`,
      },
      { title: 'Command', look: 'wide', cell: (host) => commandOf(host) },
      {
        title: 'Searched',
        look: 'wide',
        cell: ({ search, roots }) =>
          markup`${joined(
            roots.map(({ path }) => pathMarkup(path)),
            ', ',
          )} ${search ?? ''}`,
      },
    ],
  });
}

function durationOf({ startedNs, finishedNs }: PageHost['header']): string {
  const ns = finishedNs - startedNs;
  return ns < 1_000_000_000n ? 'less than a second' : age(Number(ns / 1_000_000_000n));
}

function commandOf({ header }: PageHost): Markup {
  const words = header.command.map((word) => shellQuote(bytePath(word)));
  return markup`<code>${words[0] === 'stagesweep' ? '' : 'stagesweep '}${words.join(' ')}</code>`;
}

/** Each sentence once, with who says it. */
function notesOf(hosts: readonly PageHost[]): Map<string, string[]> {
  const notes = new Map<string, string[]>();
  for (const host of hosts) {
    for (const note of host.notes) {
      notes.set(note, [...(notes.get(note) ?? []), hostName(host)]);
    }
  }
  return notes;
}

const placeColumns: readonly Column<OfHost<Place>>[] = [
  {
    title: 'Place',
    sort: 'text',
    look: 'wide',
    cell: ({ row }) => pathMarkup('trouble' in row ? row.trouble.path : row.notEntered.path),
  },
  {
    title: 'Why',
    sort: 'text',
    cell: ({ row }) =>
      'trouble' in row
        ? markup`${row.trouble.syscall}: ${row.trouble.errno}`
        : markup`${row.notEntered.reason}`,
  },
  {
    title: 'What to do',
    look: 'wide',
    cell: ({ row }) =>
      'trouble' in row
        ? markup`${adviceFor(row.trouble.errno)}`
        : markup`${notEnteredWords[row.notEntered.reason]}`,
  },
];
