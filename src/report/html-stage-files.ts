/** Who shares an inode with whom: every stage file, with all other names of its bytes. */
import { relativeTo } from '../model/byte-path.ts';
import type { Evidence } from '../model/evidence.ts';
import { severityOf, type FindingCode } from '../model/finding.ts';
import { linkPath, unseenLinks, type Link, type LinkStatus } from '../model/link.ts';
import { stagePath } from '../model/stage.ts';
import type { Verdict } from '../model/verdict.ts';
import { isSharedByUsers, type PageFacts } from './html-facts.ts';
import { hostColumn, hostFacet } from './html-host.ts';
import { breakable, messageMarkup, pathMarkup, tag, timeMarkup, type Look } from './html-names.ts';
import { listMarkup, stacked, tableMarkup, type Column } from './html-table.ts';
import { joined, markup, nothing, type Markup } from './markup.ts';
import { otherNames } from './other-names.ts';
import { age, bytes, count, many } from './quantities.ts';
import { quote } from './quote.ts';
import type { OfHost } from './ranked-rows.ts';
import { claimOf, reasonWords, unseenWords } from './sentences.ts';
import { needsPerson } from './table-rows.ts';

export function* stageFileSection(facts: PageFacts): Generator<Markup> {
  if (facts.hosts.every(({ kind }) => kind === 'audit')) return;
  yield markup`<section id="sharing" aria-labelledby="sharing-title"><h2 id="sharing-title">Who shares an inode with whom</h2>
`;
  const { stageFiles } = facts;
  if (stageFiles.total === 0) {
    yield markup`<p>No stage file was found.</p></section>
`;
    return;
  }
  yield markup`<p>Every stage file, with the other names of the same bytes. Sharing is normal: Cyrus keeps one message for many mailboxes as one inode with many names. It becomes damage when somebody writes through one of the names. “Names” are those found of those that the kernel counts; what is not found is said.</p>
`;
  yield* tableMarkup<OfHost<Evidence>>({
    id: 'stage-table',
    isLong: true,
    caption: 'Stage files and the names of their inodes',
    columns: [...hostColumn(facts), ...columns],
    rows: stageFiles.shown(),
    total: stageFiles.total,
    one: 'stage file',
    facets: [
      {
        label: 'Verdict',
        all: 'any',
        options: verdicts.map((verdict) => [verdict, verdict]),
        marks: ({ row }) => [row.verdict],
      },
      {
        label: 'Severity',
        all: 'any',
        options: (['critical', 'warning', 'info'] as const).map((severity) => [severity, severity]),
        marks: ({ row }) => [...new Set(row.codes.map(severityOf))],
      },
      {
        label: 'Only',
        all: 'all',
        options: [
          ['person', 'what a person has to look at'],
          ['shared', 'shared by several users'],
          ['linked', 'with other names'],
          ['lone', 'the last name of its bytes'],
          ['unseen', 'with names not found'],
        ],
        marks: ({ row }) => [
          ...(needsPerson(row) ? ['person'] : []),
          ...(isSharedByUsers(row) ? ['shared'] : []),
          row.account.expected > 1 ? 'linked' : 'lone',
          ...(row.account.complete ? [] : ['unseen']),
        ],
      },
      ...hostFacet(facts),
    ],
  });
  yield markup`</section>
`;
}

const verdicts: readonly Verdict[] = ['orphan', 'undecided', 'unknown-name', 'too-young', 'in-use'];
const verdictLooks: Readonly<Record<Verdict, Look>> = {
  orphan: 'doubt',
  'in-use': 'good',
  'too-young': 'quiet',
  undecided: 'bad',
  'unknown-name': 'bad',
};
const statusTags: Readonly<Record<LinkStatus, Markup>> = {
  intact: tag('intact', 'good'),
  damaged: tag('damaged', 'bad'),
  // The notes say when messages were not compared; a word on every line would only hide the others.
  unverifiable: nothing,
  unindexed: tag('no record', 'doubt'),
};
/** Codes that the other columns tell. */
const told: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'stage-orphan',
  'stage-undecided',
  'stage-unknown-name',
  'stage-too-young',
  'stage-in-use',
  'link-unseen',
  'last-name',
]);
const nameLimit = 12;

const columns: readonly Column<OfHost<Evidence>>[] = [
  {
    title: 'Stage file',
    sort: 'text',
    look: 'wide',
    cell: ({ row }) => fileCell(row),
  },
  {
    title: 'Verdict, action',
    sort: 'text',
    cell: ({ row }) =>
      stacked([tag(row.verdict, verdictLooks[row.verdict]), markup`${row.action}`]),
  },
  {
    title: 'Owner',
    sort: ({ row }) => row.file.ownerPid ?? -1,
    cell: ({ row: { file, owner } }) =>
      stacked([
        markup`${file.ownerPid === undefined ? '–' : `pid ${file.ownerPid}`} ${owner.state}`,
        markup`<span class="quiet">${owner.evidence}</span>`,
      ]),
  },
  {
    title: 'Changed (UTC)',
    sort: ({ row }) => row.file.stat.changedNs,
    cell: ({ row }) =>
      stacked([
        timeMarkup(row.file.stat.changedNs),
        markup`<span class="quiet">${row.ageSeconds < 0 ? 'in the future' : `${age(row.ageSeconds)} ago`}</span>`,
      ]),
  },
  {
    title: 'Size',
    sort: ({ row }) => row.file.stat.sizeBytes,
    look: 'number',
    cell: ({ row }) => markup`${bytes(row.file.stat.sizeBytes)}`,
  },
  {
    title: 'Names',
    sort: ({ row }) => row.account.expected,
    look: 'number',
    cell: ({ row: { account } }) =>
      stacked([
        markup`${count(account.links.length)} of ${count(account.expected)}`,
        account.complete ? undefined : tag('not all', 'doubt'),
      ]),
  },
  {
    title: 'Shares its bytes with',
    sort: ({ row }) => row.account.links.length,
    look: 'wide',
    cell: ({ row }) => namesCell(row),
  },
];

function fileCell(row: Evidence): Markup {
  const path = stagePath(row.file);
  const codes = row.codes.filter((code) => !told.has(code));
  // Those of the owner stand beside it.
  const why = row.reasons.filter((reason) => !reason.startsWith('owner-'));
  return stacked([
    pathMarkup(path),
    ...codes.map(
      (code) =>
        markup`${tag(code, severityOf(code) === 'critical' ? 'bad' : 'doubt')} <span class="quiet">${claimOf({ code, path })}</span>`,
    ),
    why.length === 0
      ? undefined
      : markup`<span class="quiet">${row.action}: ${why.map((reason) => reasonWords[reason]).join('; ')}</span>`,
    row.file.stat.kind === 'file' ? undefined : tag(`a ${row.file.stat.kind}`, 'doubt'),
  ]);
}

function namesCell(row: Evidence): Markup {
  const names = otherNames(row);
  const { account } = row;
  const unseen = unseenLinks(account);
  const left = account.complete
    ? undefined
    : markup`<span class="quiet">${unseen > 0 ? `${many(unseen, 'name')} not found` : 'names could not be counted'}: ${account.reasons.map((reason) => unseenWords[reason]).join('; ')}</span>`;
  const copies = (row.redundantWith ?? []).map(messageMarkup);
  return stacked([
    names.length === 0
      ? markup`<span class="quiet">${account.complete ? 'nobody: it is the last name' : 'no name that was found'}</span>`
      : listMarkup(
          names.map((link) => linkMarkup(link, row)),
          nameLimit,
          'name',
        ),
    copies.length === 0
      ? undefined
      : markup`<span class="quiet">the same message, in a file of its own:</span> ${joined(copies.slice(0, nameLimit), ', ')}`,
    left,
  ]);
}

/** The path below the root of the stage file where it lies there, since the first column has that root. */
function linkMarkup(link: Link, { file }: Evidence): Markup {
  const path = linkPath(link);
  const below = quote(relativeTo(path, file.directory.root) ?? path);
  const shown = markup`<code class="path">${breakable(below)}</code>`;
  const { mailbox, messageUid, status, kind } = link;
  if (mailbox === undefined || messageUid === undefined) return markup`${kind} ${shown}`;
  const who = messageMarkup({ mailbox, messageUid });
  const archived = kind === 'mailbox' ? nothing : markup` (${kind})`;
  return markup`${who}${archived} ${status === undefined ? nothing : statusTags[status]} ${shown}`;
}
