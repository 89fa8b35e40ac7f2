/** Who could read whose mail, and every damaged message with what is known of it. */
import { linkPath } from '../model/link.ts';
import { isDisclosed, isForeign, type DamagedMail, type Disclosure } from './damaged-mail.ts';
import { hostColumn, hostFacet } from './html-host.ts';
import type { PageFacts } from './html-facts.ts';
import { mailboxMarkup, messageMarkup, pathMarkup, tag, timeMarkup } from './html-names.ts';
import { listMarkup, stacked, tableMarkup, type Column } from './html-table.ts';
import { joined, markup, nothing, type Markup } from './markup.ts';
import { bytes, count, many } from './quantities.ts';
import { printable } from './quote.ts';
import { rowLimit, type OfHost } from './ranked-rows.ts';

export function* mailSection(facts: PageFacts): Generator<Markup> {
  yield markup`<section id="mail" aria-labelledby="mail-title"><h2 id="mail-title">Who could read whose mail</h2>
`;
  const { mails } = facts.damage;
  if (mails.total === 0) {
    const where = facts.hosts.every(({ kind }) => kind === 'scan')
      ? 'None of the messages that share an inode with a stage file is known to be damaged. Other messages were not compared with their records: an audit does that.'
      : 'No message that was looked at is known to be damaged.';
    yield markup`<p>${where}</p></section>
`;
    return;
  }
  const disclosures = facts.damage.disclosures();
  yield markup`<p>A message is damaged when its bytes are not those that its record or its name says. Where the bytes are known to be another user’s message, whoever reads the mailbox could read that message too. That it was read is not known.</p>
`;
  if (disclosures.length > 0) {
    yield* tableMarkup({
      id: 'disclosure-table',
      isLong: true,
      caption: 'Owners of mailboxes who could read mail of somebody else',
      columns: [...hostColumn(facts), ...disclosureColumns],
      rows: disclosures.slice(0, rowLimit),
      total: disclosures.length,
      one: 'pair of users',
      many: 'pairs of users',
      facets: hostFacet(facts),
    });
  }
  const rows = mails.shown();
  yield* tableMarkup({
    id: 'mail-table',
    isLong: true,
    caption: 'Damaged messages',
    columns: [...hostColumn(facts), ...mailColumns],
    rows,
    total: mails.total,
    one: 'damaged message',
    facets: [
      {
        label: 'Holds',
        all: 'any wrong bytes',
        options: [
          ['disclosed', 'another user’s message'],
          ['foreign', 'another message, whoever’s'],
          ['copy', 'wrong bytes, with a good copy here'],
          ['no-copy', 'wrong bytes, with no good copy known'],
        ],
        marks: ({ row }) => [
          ...(isDisclosed(row) ? ['disclosed'] : []),
          ...(isForeign(row) ? ['foreign'] : []),
          row.goodCopy === undefined ? 'no-copy' : 'copy',
        ],
      },
      ...hostFacet(facts),
    ],
  });
  yield markup`<p class="quiet">Times are UTC, and those of the inode, where a scan saw it. “Changed” is the last time that bytes or names of it changed. “Written” is what its mtime says: up to Cyrus 2.3.8 the time at which the bytes were last written, later the date of the message.</p></section>
`;
}

const disclosureColumns: readonly Column<OfHost<Disclosure>>[] = [
  {
    title: 'Who reads',
    sort: 'text',
    cell: ({ row }) => mailboxMarkup(row.reader),
  },
  {
    title: 'could read mail of',
    sort: 'text',
    cell: ({ row }) => mailboxMarkup(row.owner),
  },
  {
    title: 'Messages',
    sort: ({ row }) => row.messages,
    look: 'number',
    cell: ({ row }) => markup`${count(row.messages)}`,
  },
  {
    title: 'Which',
    look: 'wide',
    cell: ({ row }) => {
      const told = row.examples.map(
        ({ mailbox, messageUid, donor }) =>
          markup`${mailbox === undefined ? nothing : mailboxMarkup(mailbox)} uid ${messageUid ?? '?'} holds ${donor === undefined ? nothing : messageMarkup(donor)}`,
      );
      const left = row.messages - told.length;
      const rest = left <= 0 ? [] : [markup`and ${many(left, 'more message')}, below`];
      return listMarkup([...told, ...rest], told.length + 1, 'message');
    },
  },
];

const mailColumns: readonly Column<OfHost<DamagedMail>>[] = [
  {
    title: 'Message',
    sort: 'text',
    cell: ({ row: { mailbox, messageUid, path } }) =>
      stacked([
        mailbox === undefined
          ? undefined
          : markup`<strong>${mailboxMarkup(mailbox)}</strong>${messageUid === undefined ? nothing : markup` uid ${messageUid}`}`,
        pathMarkup(path),
      ]),
  },
  {
    title: 'Holds the bytes of',
    sort: 'text',
    cell: ({ row }) => holds(row),
  },
  {
    title: 'Found by',
    look: 'wide',
    cell: ({ row: { codes, detail } }) =>
      stacked([
        joined(
          [...codes].map((code) => tag(code, 'bad')),
          ' ',
        ),
        detail === undefined ? undefined : markup`${printable(detail)}`,
      ]),
  },
  {
    title: 'When (UTC), size',
    sort: ({ row }) => row.inode?.stat.changedNs ?? 0n,
    cell: ({ row: { inode } }) =>
      inode === undefined
        ? markup`<span class="quiet">not in this report</span>`
        : stacked([
            markup`changed ${timeMarkup(inode.stat.changedNs)}`,
            markup`written ${timeMarkup(inode.stat.modifiedNs)}`,
            markup`${bytes(inode.stat.sizeBytes)}`,
          ]),
  },
  {
    title: 'Same inode',
    look: 'wide',
    cell: ({ row }) => sharers(row),
  },
  {
    title: 'Good copy',
    look: 'wide',
    cell: ({ row: { goodCopy } }) =>
      goodCopy === undefined
        ? markup`<span class="quiet">none known</span>`
        : stacked([
            markup`${tag('whole by its SHA-1', 'good')} ${goodCopy.message === undefined ? markup`a stage file` : messageMarkup(goodCopy.message)}`,
            pathMarkup(goodCopy.path),
          ]),
  },
];

function holds(mail: DamagedMail): Markup {
  const { donor, codes } = mail;
  if (donor !== undefined) {
    const whose = isDisclosed(mail) ? tag('another user', 'bad') : tag('same user', 'quiet');
    return stacked([messageMarkup(donor), whose]);
  }
  if (isForeign(mail)) {
    return stacked([markup`another message`, tag('nobody knows whose', 'bad')]);
  }
  return codes.has('message-truncated')
    ? markup`the beginning of its own message, or nothing`
    : markup`something that no record describes`;
}

const sharerLimit = 6;

function sharers({ path, inode }: DamagedMail): Markup {
  if (inode === undefined) return markup`<span class="quiet">see a scan</span>`;
  const others = inode.account.links
    .filter((link) => linkPath(link) !== path)
    .map((link) =>
      link.mailbox === undefined || link.messageUid === undefined
        ? pathMarkup(linkPath(link))
        : messageMarkup({ mailbox: link.mailbox, messageUid: link.messageUid }),
    );
  return listMarkup(others, sharerLimit, 'name');
}
