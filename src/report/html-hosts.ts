/** The hosts of a fleet: a row for each report, and for each host that has none. */
import type { FleetHost } from '../model/fleet.ts';
import type { PageFacts, PageHost } from './html-facts.ts';
import { hostMarkup, pathMarkup, tag, timeMarkup } from './html-names.ts';
import type { Absent } from './html-summary.ts';
import { tableMarkup, type Column } from './html-table.ts';
import { markup, nothing, type Markup } from './markup.ts';
import { count } from './quantities.ts';

/** @param known  which files the reports came from */
export function* hostsSection(
  facts: PageFacts,
  known: readonly FleetHost[],
  { missing }: Absent,
): Generator<Markup> {
  const files = new Map(known.map((host) => [`${host.kind} ${host.host}`, host]));
  const rows: HostRow[] = [
    ...missing.map(({ host, why }) => ({ host, why })),
    ...facts.hosts.map((page) => {
      const entry = files.get(`${page.kind} ${page.header.host}`);
      return { host: page.header.host, page, ...(entry === undefined ? {} : { entry }) };
    }),
  ];
  yield markup`<section id="hosts" aria-labelledby="hosts-title"><h2 id="hosts-title">Hosts</h2>
`;
  yield* tableMarkup({
    id: 'host-table',
    caption: 'The newest report of every host',
    columns: hostColumns,
    rows,
    total: rows.length,
    one: 'host',
    facets: [
      {
        label: 'Answer',
        all: 'all',
        options: [
          ['none', 'no complete report'],
          ['part', 'incomplete'],
          ['whole', 'complete'],
          ['damage', 'with damage'],
        ],
        marks: ({ page }) => {
          if (page === undefined) return ['none'];
          const answered = page.gaps.length > 0 ? 'part' : 'whole';
          return page.totals.damagedMessages > 0 ? [answered, 'damage'] : [answered];
        },
      },
    ],
  });
  yield markup`</section>
`;
}

interface HostRow {
  readonly host: string;
  readonly page?: PageHost;
  readonly entry?: FleetHost;
  readonly why?: string;
}

const total = (name: 'stageFiles' | 'orphans' | 'damagedMessages') => (row: HostRow) =>
  row.page?.totals[name] ?? -1;
const totalCell = (name: 'stageFiles' | 'orphans' | 'damagedMessages') => (row: HostRow) =>
  row.page === undefined || (row.page.kind === 'audit' && name !== 'damagedMessages')
    ? markup`–`
    : markup`${count(row.page.totals[name])}`;

const hostColumns: readonly Column<HostRow>[] = [
  { title: 'Host', sort: 'text', cell: ({ host }) => hostMarkup(host) },
  { title: 'Report', sort: 'text', cell: ({ page }) => markup`${page?.kind ?? 'none'}` },
  {
    title: 'When (UTC)',
    sort: ({ page }) => page?.header.startedNs ?? 0n,
    cell: ({ page }) => (page === undefined ? markup`–` : timeMarkup(page.header.startedNs)),
  },
  {
    title: 'Answer',
    sort: 'text',
    cell: ({ page }) => {
      if (page === undefined) return tag('no report', 'bad');
      return page.gaps.length > 0 ? tag('incomplete', 'doubt') : tag('complete', 'good');
    },
  },
  {
    title: 'Damaged',
    sort: total('damagedMessages'),
    look: 'number',
    cell: totalCell('damagedMessages'),
  },
  { title: 'Orphans', sort: total('orphans'), look: 'number', cell: totalCell('orphans') },
  {
    title: 'Stage files',
    sort: total('stageFiles'),
    look: 'number',
    cell: totalCell('stageFiles'),
  },
  {
    title: 'Remarks',
    look: 'wide',
    cell: ({ page, entry, why }) => {
      const told = [why ?? '', entry?.note ?? '', ...(page?.gaps ?? [])].filter(
        (text) => text !== '',
      );
      const file = entry === undefined ? nothing : markup` ${pathMarkup(entry.file)}`;
      return markup`${told.join('; ')}${file}`;
    },
  },
];
