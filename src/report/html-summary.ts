/** What a reader must know who reads no further: what was asked, whether it is the whole answer, and the answer. */
import type { Fleet } from '../model/fleet.ts';
import type { PageFacts, PageHost } from './html-facts.ts';
import { mailboxMarkup, pathMarkup } from './html-names.ts';
import { joined, markup, nothing, type Markup } from './markup.ts';
import { age, bytes, count, many } from './quantities.ts';
import { auditAnswer } from './table-audit.ts';

/** What a fleet knows beside its reports. */
export type Absent = Pick<Fleet, 'missing' | 'refused'>;

/** Hosts that a sentence still names. */
const namedLimit = 12;

export function* summarySection(facts: PageFacts, absent: Absent): Generator<Markup> {
  yield markup`<section id="summary" aria-labelledby="summary-title"><h2 id="summary-title">Summary</h2>
`;
  yield* banners(facts, absent);
  const scans = facts.hosts.filter(({ kind }) => kind === 'scan');
  const audits = facts.hosts.filter(({ kind }) => kind === 'audit');
  const figures = [...scanFigures(scans, facts), ...auditFigures(audits), damageFigure(facts)];
  const [damaged, ...others] = figures.reverse();
  yield markup`<dl class="figures">${[damaged ?? nothing, ...others.reverse()]}</dl>
`;
  if (facts.hosts.length === 1) {
    for (const host of facts.hosts) yield* answer(host);
  }
  yield markup`</section>
`;
}

function* banners(facts: PageFacts, { missing, refused }: Absent): Generator<Markup> {
  const open = facts.hosts.filter(({ gaps }) => gaps.length > 0);
  const isFleet = facts.hosts.length + missing.length > 1;
  if (open.length + missing.length + refused.length > 0) {
    const reasons = [
      ...open.map(
        (host) =>
          markup`<li>${isFleet ? markup`<strong>${hostName(host)}</strong>: ` : nothing}${host.gaps.join(', ')}</li>`,
      ),
      ...missing.map(
        ({ host, why }) => markup`<li><strong>${host}</strong>: no complete report: ${why}</li>`,
      ),
      ...refused.map(
        ({ file, why, host }) =>
          markup`<li>${pathMarkup(file)}${host === undefined ? '' : ` (of ${host})`} was not taken: ${why}</li>`,
      ),
    ];
    yield markup`<div class="banner doubt"><h3>INCOMPLETE: this is not the whole answer</h3><ul>${reasons.slice(0, namedLimit * 4)}${more(reasons.length - namedLimit * 4, 'reason')}</ul><p>What is missing on this page is <strong>not known to be absent</strong>.</p></div>
`;
  } else if (facts.hosts.length > 0) {
    yield markup`<div class="banner good"><h3>Complete</h3><p>${isFleet ? 'Every host' : 'This run'} looked at everything that was asked of it, and every name that had to be found was found. <a href="#coverage">What was looked at</a></p></div>
`;
  }
  const { total } = facts.damage.mails;
  if (total === 0) return;
  const disclosures = facts.damage.disclosures();
  const readers = new Set(disclosures.map(({ host, row }) => `${host} ${row.reader}`)).size;
  const told =
    disclosures.length === 0
      ? markup`No bytes among them are known to be another user’s mail.`
      : markup`<strong>${many(readers, 'mailbox owner')} could read mail of somebody else.</strong>`;
  yield markup`<div class="banner bad"><h3>DAMAGE: ${many(total, 'message holds', 'messages hold')} wrong bytes</h3><p>${told} <a href="#mail">Who could read whose mail</a></p><p>Save the JSON report before anything is removed or repaired: the shared inodes are the evidence.</p></div>
`;
}

function more(left: number, one: string): Markup {
  return left <= 0 ? nothing : markup`<li>and ${many(left, `more ${one}`)}</li>`;
}

export function hostName({ header, kind }: PageHost): string {
  return `${header.host} (${kind})`;
}

function figure(name: string, value: string, look = '', note = ''): Markup {
  const small = note === '' ? nothing : markup`<dd class="quiet">${note}</dd>`;
  return markup`<div class="${look}"><dt>${name}</dt><dd>${value}</dd>${small}</div>`;
}

function damageFigure(facts: PageFacts): Markup {
  const { total } = facts.damage.mails;
  // A scan compares some messages only: its 0 is no promise for the others.
  const isAudited = facts.hosts.some(({ kind }) => kind === 'audit');
  const note = isAudited ? '' : 'among messages that share an inode with a stage file';
  return figure('Damaged messages', count(total), total > 0 ? 'bad' : '', note);
}

function scanFigures(scans: readonly PageHost[], facts: PageFacts): Markup[] {
  if (scans.length === 0) return [];
  const sum = (of: (host: PageHost) => number): number =>
    scans.reduce((all, host) => all + of(host), 0);
  const doubts = sum(({ totals }) => totals.undecided + totals.unknownNames);
  const unseen = sum(({ totals }) => totals.unseenLinks);
  const orphans = sum(({ totals }) => totals.orphans);
  const lastNames = sum(({ totals }) => totals.lastName);
  return [
    figure('Stage files', count(sum(({ totals }) => totals.stageFiles))),
    figure(
      'Orphans',
      count(orphans),
      orphans > 0 ? 'doubt' : '',
      `${bytes(sum(({ totals }) => totals.bytes))}; ${count(lastNames)} are the last name of their bytes`,
    ),
    figure('Crashes', count(crashesIn(facts)), '', 'pids that left files behind'),
    figure('Undecided or unknown', count(doubts), doubts > 0 ? 'doubt' : ''),
    figure('In use or too young', count(sum(({ totals }) => totals.inUse + totals.tooYoung))),
    figure('Names not found', count(unseen), unseen > 0 ? 'doubt' : ''),
  ];
}

function crashesIn({ crashes: { crashes } }: PageFacts): number {
  return crashes.total - crashes.of(2);
}

function auditFigures(audits: readonly PageHost[]): Markup[] {
  if (audits.length === 0) return [];
  const sum = (of: (messages: NonNullable<PageHost['messages']>) => number): number =>
    audits.reduce((all, { messages }) => all + (messages === undefined ? 0 : of(messages)), 0);
  const unverifiable = sum((messages) => messages.unverifiable);
  const unindexed = sum((messages) => messages.unindexed);
  return [
    figure('Messages checked', count(sum(({ checked }) => checked))),
    figure('Intact', count(sum(({ intact }) => intact))),
    figure('Cannot be verified', count(unverifiable), unverifiable > 0 ? 'doubt' : ''),
    figure('Without a record', count(unindexed), unindexed > 0 ? 'doubt' : ''),
  ];
}

function* answer({ header, messages, audit, roots }: PageHost): Generator<Markup> {
  if (messages !== undefined && audit !== undefined)
    yield markup`<p>${auditAnswer(messages, audit)}</p>
`;
  if (roots.length > 0) {
    const places = roots.map(({ partition, kind, path, filesystem }) =>
      partition === path && kind === 'data'
        ? markup`${pathMarkup(path)} (${filesystem})`
        : markup`${mailboxMarkup(partition)} ${kind}: ${pathMarkup(path)} (${filesystem})`,
    );
    yield markup`<p>Looked at ${joined(places, ', ')}.</p>
`;
  }
  if (header.clockAheadSeconds === undefined) return;
  yield markup`<p><strong>The clock of this run was set ahead by ${age(header.clockAheadSeconds)}:</strong> ages and the time of the report are that much too high.</p>
`;
}
