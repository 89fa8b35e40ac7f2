/** What else was found: every code with its meaning and number, and the findings that stand nowhere above. */
import {
  findingCodes,
  severityOf,
  type Finding,
  type FindingCode,
  type Severity,
} from '../model/finding.ts';
import { explanationOf } from './explain.ts';
import type { PageFacts } from './html-facts.ts';
import { hostColumn, hostFacet, hostNames, nameOfHost } from './html-host.ts';
import { mailboxMarkup, pathMarkup, tag, type Look } from './html-names.ts';
import { stacked, tableMarkup, type Column } from './html-table.ts';
import { markup, nothing, type Markup } from './markup.ts';
import { count, many } from './quantities.ts';
import { printable } from './quote.ts';
import type { OfHost } from './ranked-rows.ts';
import { adviceFor, claimOf } from './sentences.ts';

export function* findingSection(facts: PageFacts): Generator<Markup> {
  yield markup`<section id="findings" aria-labelledby="findings-title"><h2 id="findings-title">Findings</h2>
`;
  if (facts.codes.size === 0) {
    yield markup`<p>Nothing was found that is worth telling.</p></section>
`;
    return;
  }
  const codes = findingCodes.flatMap((code) => {
    const found = facts.codes.get(code);
    return found === undefined ? [] : [{ code, found }];
  });
  yield* tableMarkup<CodeRow>({
    id: 'code-table',
    caption: 'Findings by code, with what each means',
    columns: codeColumns,
    rows: codes,
    total: codes.length,
    one: 'code',
    facets: [severityFacet(({ code }) => code)],
  });
  const rows = facts.findings.shown();
  if (rows.length > 0) {
    yield* tableMarkup<OfHost<Finding>>({
      id: 'finding-table',
      isLong: true,
      caption: 'Findings that belong to no stage file and no damaged message',
      columns: [...hostColumn(facts), ...findingColumns],
      rows,
      total: facts.findings.total,
      one: 'finding',
      facets: [severityFacet(({ row }) => row.code), ...hostFacet(facts)],
    });
  }
  yield* emptyDirectories(facts);
  yield markup`</section>
`;
}

interface CodeRow {
  readonly code: FindingCode;
  readonly found: number;
}

const severityLooks: Readonly<Record<Severity, Look>> = {
  critical: 'bad',
  warning: 'doubt',
  info: 'quiet',
};
const severityKeys: Readonly<Record<Severity, number>> = { critical: 2, warning: 1, info: 0 };

function severityFacet<T>(codeOf: (row: T) => FindingCode): {
  label: string;
  all: string;
  options: [string, string][];
  marks: (row: T) => string[];
} {
  return {
    label: 'Severity',
    all: 'any',
    options: (['critical', 'warning', 'info'] as const).map((severity) => [severity, severity]),
    marks: (row) => [severityOf(codeOf(row))],
  };
}

function severityTag(code: FindingCode): Markup {
  const severity = severityOf(code);
  return tag(severity, severityLooks[severity]);
}

const codeColumns: readonly Column<CodeRow>[] = [
  { title: 'Code', sort: 'text', cell: ({ code }) => markup`<code>${code}</code>` },
  {
    title: 'Severity',
    sort: ({ code }) => severityKeys[severityOf(code)],
    cell: ({ code }) => severityTag(code),
  },
  {
    title: 'Number',
    sort: ({ found }) => found,
    look: 'number',
    cell: ({ found }) => markup`${count(found)}`,
  },
  { title: 'Meaning', look: 'wide', cell: ({ code }) => markup`${explanationOf(code).means}` },
];

const findingColumns: readonly Column<OfHost<Finding>>[] = [
  { title: 'Code', sort: 'text', cell: ({ row }) => markup`<code>${row.code}</code>` },
  {
    title: 'Severity',
    sort: ({ row }) => severityKeys[severityOf(row.code)],
    cell: ({ row }) => severityTag(row.code),
  },
  {
    title: 'Where',
    sort: 'text',
    look: 'wide',
    cell: ({ row: { mailbox, messageUid, path } }) =>
      stacked([
        mailbox === undefined
          ? undefined
          : markup`${mailboxMarkup(mailbox)}${messageUid === undefined ? nothing : markup` uid ${messageUid}`}`,
        pathMarkup(path),
      ]),
  },
  { title: 'What', look: 'wide', cell: ({ row }) => markup`${claim(row)}` },
];

/** With what to do, where the operating system refused something. */
function claim(finding: Finding): string {
  const detail = finding.detail === undefined ? '' : `: ${printable(finding.detail)}`;
  const errno = /\bE[A-Z0-9]+\b/.exec(detail)?.[0];
  return `${claimOf(finding)}${detail}${errno === undefined ? '' : `; ${adviceFor(errno)}`}`;
}

/** A line for each area, since a busy replica has thousands of them. */
function* emptyDirectories(facts: PageFacts): Generator<Markup> {
  if (facts.emptyDirectories.length === 0) return;
  const isFleet = hostNames(facts).length > 1;
  const lines = facts.emptyDirectories.map(
    ({ host, row }) =>
      markup`<li>${isFleet ? markup`${nameOfHost(facts, host)}: ` : nothing}${many(row.count, 'empty pid directory', 'empty pid directories')} in ${pathMarkup(row.area)}</li>`,
  );
  yield markup`<h3>Empty pid directories</h3><ul>${lines}</ul>
`;
}
