/**
 * The report as one web page that needs nothing else: for the incident file, for people who have no terminal.
 *
 * It loads nothing and runs nothing but its own constant script, which its Content-Security-Policy knows by hash, so
 * a name that got past the escaping still could not act. Without scripts it is a plain page with the same content.
 */
import type { FleetHost, MissingHost, RefusedReport } from '../model/fleet.ts';
import type { Report } from '../model/report.ts';
import { adviceSection } from './html-advice.ts';
import { coverageSection } from './html-coverage.ts';
import { crashSection } from './html-crashes.ts';
import { PageFacts } from './html-facts.ts';
import { findingSection } from './html-findings.ts';
import { headMarkup } from './html-head.ts';
import { hostsSection } from './html-hosts.ts';
import { mailSection } from './html-mail.ts';
import { script } from './html-script.ts';
import { stageFileSection } from './html-stage-files.ts';
import { summarySection } from './html-summary.ts';
import { Markup, markup } from './markup.ts';
import type { Renderer } from './renderer.ts';

export interface PageSource {
  /** Each is read once, and of its rows only what is shown is kept. Those of one host come one after another. */
  readonly reports: () => Iterable<Report>;
  readonly hosts?: readonly FleetHost[];
  readonly missing?: readonly MissingHost[];
  readonly refused?: readonly RefusedReport[];
}

export const renderHtml: Renderer = (report) => renderPage({ reports: () => [report] });

/** A page over several reports, as merge makes it, or over one. */
export function* renderPage(source: PageSource): Generator<string> {
  const facts = PageFacts.of(source.reports());
  for (const piece of pageMarkup(facts, source)) yield piece.text;
}

function* pageMarkup(
  facts: PageFacts,
  { hosts = [], missing = [], refused = [] }: PageSource,
): Generator<Markup> {
  const absent = { missing, refused };
  const sections = [
    summarySection(facts, absent),
    ...(facts.hosts.length + missing.length > 1 ? [hostsSection(facts, hosts, absent)] : []),
    mailSection(facts),
    crashSection(facts),
    stageFileSection(facts),
    findingSection(facts),
    coverageSection(facts),
    adviceSection(facts),
  ];
  yield* headMarkup(facts, missing);
  yield markup`<main>
`;
  for (const section of sections) yield* section;
  yield markup`</main>
<script>${Markup.trusted(script)}</script>
</body>
</html>
`;
}
