/** Crashes by pid and time: a bar for each, all on one scale. */
import type { Crash } from './crash-times.ts';
import type { PageFacts } from './html-facts.ts';
import { hostColumn, hostFacet, hostNames, nameOfHost } from './html-host.ts';
import { pathMarkup, tag, timeMarkup, type Look } from './html-names.ts';
import { stacked, tableMarkup } from './html-table.ts';
import { markup, nothing, type Markup } from './markup.ts';
import type { OwnerState } from '../model/owner.ts';
import { count } from './quantities.ts';
import type { OfHost } from './ranked-rows.ts';
import { ownerWords } from './sentences.ts';
import { timeAxis, type TimeAxis } from './time-axis.ts';

export function* crashSection(facts: PageFacts): Generator<Markup> {
  yield markup`<section id="crashes" aria-labelledby="crashes-title"><h2 id="crashes-title">Crashes by pid and time</h2>
`;
  const { crashes } = facts.crashes;
  const rows = [...crashes.shown()].sort((a, b) => order(a.row, b.row));
  const [first] = rows;
  if (first === undefined) {
    yield markup`<p>No stage file names a process that made it.</p></section>
`;
    return;
  }
  const axis = timeAxis(
    first.row.firstNs,
    rows.reduce((last, { row }) => (row.lastNs > last ? row.lastNs : last), first.row.lastNs),
  );
  yield markup`<p>A process that ends as it should takes its stage files away. Each line is a process that did not, or that still runs: its bar reaches from the birth of the earliest file it left (where the file system keeps no births, from its change) to the last change of any, and the marks are single files. A file also changes when a mailbox drops or gains a name of it, so a crash lies within its bar or before its end. Two clusters in one bar are two processes that had the same pid.</p>
`;
  yield* lanes(facts, rows, axis);
  yield* tableMarkup<OfHost<Crash>>({
    id: 'crash-table',
    isLong: true,
    caption: 'Processes that left stage files, by time',
    rows,
    total: crashes.total,
    one: 'process',
    many: 'processes',
    columns: [
      ...hostColumn(facts),
      {
        title: 'Pid',
        sort: ({ row }) => row.pid,
        cell: ({ row }) =>
          stacked([markup`<strong>${row.pid}</strong>`, pathMarkup(row.directory)]),
      },
      { title: 'Owner', sort: 'text', cell: ({ row }) => ownerCell(row) },
      {
        title: 'Files',
        sort: ({ row }) => row.files,
        look: 'number',
        cell: ({ row }) =>
          stacked([
            markup`${count(row.files)}`,
            row.damaged === 0 ? undefined : tag(`${count(row.damaged)} damaged`, 'bad'),
          ]),
      },
      {
        title: 'First trace, last change (UTC)',
        sort: ({ row }) => row.firstNs,
        cell: ({ row }) => stacked([timeMarkup(row.firstNs), timeMarkup(row.lastNs)]),
      },
      { title: 'When', look: 'wide', scale: scaleOf(axis), cell: ({ row }) => barOf(row, axis) },
    ],
    facets: [
      {
        label: 'Owner',
        all: 'any',
        options: states.map((state) => [state, `${state}: ${ownerWords[state]}`]),
        marks: ({ row }) => [...row.states],
      },
      ...hostFacet(facts),
    ],
  });
  yield markup`</section>
`;
}

const states: readonly OwnerState[] = ['dead', 'reused', 'unknown', 'alive'];
const stateLooks: Readonly<Record<OwnerState, Look>> = {
  dead: 'quiet',
  reused: 'doubt',
  unknown: 'doubt',
  alive: 'good',
};

function order(one: Crash, other: Crash): number {
  if (one.firstNs !== other.firstNs) return one.firstNs < other.firstNs ? -1 : 1;
  return one.pid - other.pid;
}

function ownerCell({ states: found, owner }: Crash): Markup {
  const tags = [...found].map((state) => markup`${tag(state, stateLooks[state])} `);
  return stacked([markup`${tags}`, markup`<span class="quiet">${owner.evidence}</span>`]);
}

/** Hosts of which each has a line of its own in the overview. */
const laneLimit = 40;

/** All crashes at a glance, a line for each host: for whoever does not read the table. */
function* lanes(
  facts: PageFacts,
  rows: readonly OfHost<Crash>[],
  axis: TimeAxis,
): Generator<Markup> {
  const byHost = new Map<string, Crash[]>();
  const isOne = hostNames(facts).length > laneLimit;
  for (const { host, row } of rows) {
    const name = isOne ? 'all hosts' : nameOfHost(facts, host);
    const crashes = byHost.get(name) ?? [];
    crashes.push(row);
    byHost.set(name, crashes);
  }
  const lines = [...byHost].map(
    ([name, crashes]) =>
      markup`<span>${name}</span><svg class="bar" width="100%" height="24" aria-hidden="true">${gridOf(axis)}${damageOnTop(crashes).map((crash) => marksOf(crash, axis))}</svg>`,
  );
  yield markup`<div class="lanes"><span class="quiet">Every crash</span>${scaleOf(axis)}${lines}</div>
<p class="key">${keyOf('bad')} with damage ${keyOf('doubt')} left behind ${keyOf('good')} the process runs</p>
`;
}

function damageOnTop(crashes: readonly Crash[]): Crash[] {
  return [...crashes].sort((a, b) => a.damaged - b.damaged);
}

/** Told apart by size and filling too, for paper and for eyes that see no red. */
const radii = { bad: 5.5, doubt: 4, good: 4 } as const;

function keyOf(look: keyof typeof radii): Markup {
  return markup`<svg class="bar" width="14" height="14" aria-hidden="true"><g class="${look}"><circle cx="7" cy="7" r="${radii[look]}"/></g></svg>`;
}

/** The columns beside it tell the same in words, so it is a drawing for those who see it. */
function barOf(crash: Crash, axis: TimeAxis): Markup {
  return markup`<svg class="bar" width="100%" height="24" aria-hidden="true">${gridOf(axis)}${marksOf(crash, axis)}</svg>`;
}

function gridOf({ ticks }: TimeAxis): readonly Markup[] {
  return ticks.map(({ at }) => markup`<line x1="${at}%" x2="${at}%" y1="0" y2="24"/>`);
}

function marksOf(crash: Crash, axis: TimeAxis): Markup {
  const { firstNs, lastNs, moments, damaged, states: found } = crash;
  const [from, to] = [axis.at(firstNs), axis.at(lastNs)];
  const look = damaged > 0 ? 'bad' : found.has('alive') ? 'good' : 'doubt';
  // Marks closer than this are one on any screen.
  const places = [...new Set(moments.map((time) => Math.round(axis.at(time) * 4) / 4))];
  const bar =
    to - from < 0.25
      ? nothing
      : markup`<rect x="${from}%" y="9" width="${round(to - from)}%" height="6" rx="2"/>`;
  return markup`<g class="${look}">${bar}${places.map(
    (at) => markup`<circle cx="${at}%" cy="12" r="${radii[look]}"/>`,
  )}</g>`;
}

function scaleOf({ ticks }: TimeAxis): Markup {
  return markup`<svg class="scale" width="100%" height="16" aria-hidden="true">${ticks.map(
    ({ at, label }) => markup`<text x="${at}%" y="12">${label}</text>`,
  )}</svg>`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
