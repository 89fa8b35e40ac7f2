/** The host of a row, on pages of more than one. */
import type { PageFacts } from './html-facts.ts';
import { hostMarkup } from './html-names.ts';
import type { Column, Facet } from './html-table.ts';
import type { OfHost } from './ranked-rows.ts';

/** More hosts than a list of choices is read to; the text filter takes any name. */
const choiceLimit = 300;

export function hostNames({ hosts }: PageFacts): readonly string[] {
  return [...new Set(hosts.map(({ header }) => header.host))];
}

export function nameOfHost({ hosts }: PageFacts, host: number): string {
  return hosts[host]?.header.host ?? '';
}

export function hostColumn(facts: PageFacts): readonly Column<OfHost<unknown>>[] {
  if (hostNames(facts).length < 2) return [];
  return [
    {
      title: 'Host',
      sort: 'text',
      isAside: true,
      cell: ({ host }) => hostMarkup(nameOfHost(facts, host)),
    },
  ];
}

export function hostFacet(facts: PageFacts): readonly Facet<OfHost<unknown>>[] {
  const names = hostNames(facts);
  if (names.length < 2 || names.length > choiceLimit) return [];
  const marks = new Map(names.map((name, at) => [name, `host-${at}`]));
  return [
    {
      label: 'Host',
      all: 'all',
      options: [...marks].map(([name, mark]) => [mark, name]),
      marks: ({ host }) => [marks.get(nameOfHost(facts, host)) ?? 'host'],
    },
  ];
}
