/**
 * The style of the page: on a screen in light and dark, from a telephone to a wide monitor, and on paper.
 *
 * Below 45 em rows become cards, and what a cell is stands before it. Cells are counted from the last one, since pages
 * of several hosts have one column more in front.
 */
export const style = `:root {
  color-scheme: light dark;
  --page: #f4f6f8; --card: #fff; --text: #1b2530; --quiet: #566270; --line: #d5dce4; --head: #eaeff4;
  --link: #0b5394; --bad: #a31510; --bad-back: #fdeceb; --bad-line: #d9534b; --doubt: #6f4700;
  --doubt-back: #fdf3da; --doubt-line: #c98a00; --good: #145c2c; --good-back: #e6f4ea; --good-line: #3d9a5b;
  --quiet-back: #e8edf2; --grid: #dfe5ec;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #11161c; --card: #1a2129; --text: #e4e9ee; --quiet: #a3afbb; --line: #34404c; --head: #242d37;
    --link: #8cc2f5; --bad: #ffb4ad; --bad-back: #44191a; --bad-line: #e5675f; --doubt: #f6cf78;
    --doubt-back: #3b2d0d; --doubt-line: #d19a2a; --good: #97dcac; --good-back: #16351f; --good-line: #46a366;
    --quiet-back: #2b3540; --grid: #2f3944;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 3.5rem; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 0.9375rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
}
header, main { max-width: 96rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 1.75rem; }
.tool { margin: 0; color: var(--quiet); font-size: 0.875rem; letter-spacing: 0.02em; }
h1 { margin: 0.1rem 0 0.25rem; font-size: 2rem; line-height: 1.2; letter-spacing: -0.015em; }
.about { margin: 0 0 1rem; font-size: 1.0625rem; }
nav {
  position: sticky; top: 0; z-index: 2; background: var(--page);
  border-bottom: 1px solid var(--line);
}
nav ul {
  display: flex; gap: 1.5rem; max-width: 96rem; margin: 0 auto; padding: 0.6rem 1.5rem;
  overflow-x: auto; list-style: none; white-space: nowrap;
}
a { color: var(--link); }
nav a { text-decoration: none; }
nav a:hover { text-decoration: underline; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px; }
section {
  margin: 1.5rem 0; padding: 1.25rem 1.5rem 1.5rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 10px;
}
h2 { margin: 0 0 0.75rem; font-size: 1.3125rem; line-height: 1.3; }
h3 { margin: 1.5rem 0 0.25rem; font-size: 1.0625rem; }
section > :last-child { margin-bottom: 0; }
p { max-width: 54rem; margin: 0.5rem 0; }
.quiet { color: var(--quiet); }
code, pre { font: 0.875em/1.45 ui-monospace, "SF Mono", "DejaVu Sans Mono", "Liberation Mono", Menlo, monospace; }
pre code { font-size: inherit; }
#code-table code { white-space: nowrap; }
code { unicode-bidi: isolate; overflow-wrap: anywhere; }
pre {
  margin: 0.5rem 0; padding: 0.6rem 0.8rem; background: var(--head); border-radius: 6px;
  white-space: pre-wrap; overflow-wrap: anywhere;
}
.banner { margin: 0 0 0.75rem; padding: 0.75rem 1rem; border-left: 6px solid; border-radius: 6px; }
.banner h3 { margin: 0; font-size: 1.1875rem; }
.banner p { margin: 0.25rem 0 0; max-width: 70rem; }
.banner ul { margin: 0.25rem 0; padding-left: 1.25rem; }
.banner.bad { background: var(--bad-back); border-color: var(--bad-line); }
.banner.doubt { background: var(--doubt-back); border-color: var(--doubt-line); }
.banner.good { background: var(--good-back); border-color: var(--good-line); }
.banner.bad h3 { color: var(--bad); }
.banner.doubt h3 { color: var(--doubt); }
.banner.good h3 { color: var(--good); }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: 0.75rem; margin: 1rem 0; }
.figures div { padding: 0.6rem 0.9rem 0.7rem; border: 1px solid var(--line); border-radius: 8px; }
.figures dt { color: var(--quiet); font-size: 0.875rem; }
.figures dd { margin: 0; font-size: 1.75rem; font-weight: 650; line-height: 1.2; font-variant-numeric: tabular-nums; }
.figures dd.quiet { font-size: 0.8125rem; font-weight: 400; line-height: 1.35; }
.figures .bad { border-color: var(--bad-line); background: var(--bad-back); }
.figures .bad dd:not(.quiet) { color: var(--bad); }
.figures .doubt dd:not(.quiet) { color: var(--doubt); }
.filters { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1rem; margin: 0.5rem 0; }
.filters[hidden], tr[hidden], .long tr[hidden] { display: none; }
.filters label { color: var(--quiet); font-size: 0.875rem; }
input, select, .filters button {
  font: inherit; color: var(--text); background: var(--card);
  border: 1px solid var(--quiet); border-radius: 6px; padding: 0.2rem 0.5rem; max-width: 100%;
}
.filters button { cursor: pointer; }
.count { margin: 0.4rem 0; color: var(--quiet); font-size: 0.875rem; }
.count.filtered { color: var(--doubt); font-weight: 600; }
.left { padding: 0.6rem 0.9rem; background: var(--doubt-back); border-left: 6px solid var(--doubt-line); border-radius: 6px; }
table { width: 100%; border-collapse: collapse; font-size: 0.875rem; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
th, td { overflow-wrap: break-word; padding: 0.45rem 0.6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; font-weight: 400; }
thead th { position: sticky; top: 2.6rem; z-index: 1; background: var(--head); font-weight: 600; vertical-align: bottom; }
th.number, td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
tbody tr:hover { background: color-mix(in srgb, var(--head) 45%, transparent); }
thead button {
  all: unset; cursor: pointer; text-decoration: underline dotted; text-underline-offset: 0.2em;
}
thead button:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
thead button::after { content: " \\2195"; color: var(--quiet); text-decoration: none; display: inline-block; padding-left: 0.3em; }
[aria-sort="ascending"] button::after { content: " \\2191"; color: var(--text); }
[aria-sort="descending"] button::after { content: " \\2193"; color: var(--text); }
time { display: inline-block; font-variant-numeric: tabular-nums; }
.box { font-weight: 600; }
.path { display: block; color: var(--quiet); }
.tag {
  display: inline-block; padding: 0 0.45em; border-radius: 4px; font-size: 0.8125rem;
  line-height: 1.5;
}
.tag.bad { background: var(--bad-back); color: var(--bad); font-weight: 600; }
.tag.doubt { background: var(--doubt-back); color: var(--doubt); }
.tag.good { background: var(--good-back); color: var(--good); }
.tag.quiet { background: var(--quiet-back); color: var(--text); }
.names { margin: 0; padding: 0; list-style: none; }
.names li + li { margin-top: 0.25rem; }
.steps { padding-left: 1.5rem; }
.steps li { margin-bottom: 0.9rem; }
.steps p { margin: 0; }
.note { padding-left: 0.8rem; border-left: 3px solid var(--line); }
svg { display: block; overflow: visible; }
.bar line { stroke: var(--grid); }
.bar rect { opacity: 0.45; }
.bar .bad { fill: var(--bad-line); }
.bar .doubt { fill: var(--doubt-line); }
.bar .good { fill: var(--good-line); }
.bar .good circle { fill: var(--card); stroke: var(--good-line); stroke-width: 2; }
.key { color: var(--quiet); }
.key svg { display: inline-block; vertical-align: -2px; margin-left: 1em; }
.key svg:first-child { margin-left: 0; }
.scale { font-weight: 400; }
.scale text { fill: var(--quiet); font-size: 0.75rem; text-anchor: middle; }
/* A column has room for every other date. */
th .scale text:nth-child(even) { display: none; }
.lanes { display: grid; grid-template-columns: max-content 1fr; gap: 0.15rem 1rem; margin: 1rem 0; align-items: center; font-size: 0.875rem; }
.lanes svg { padding-inline: 0.5rem; }
/* Tables of thousands of rows: columns of known widths, so that a row out of sight is neither laid out nor painted. */
#stage-table { --columns: minmax(0, 1fr) 10% 10% 11.5rem 6% 7% 25%; }
#mail-table { --columns: 17% 13% minmax(0, 1fr) 11.5rem 15% 15%; }
#disclosure-table { --columns: 18% 18% 9% minmax(0, 1fr); }
#crash-table { --columns: 18% 14% 7.5rem 11.5rem minmax(0, 1fr); }
#finding-table { --columns: 15% 9% 38% minmax(0, 1fr); }
#place-table { --columns: minmax(0, 1fr) 15% 40%; }
#stage-table { --row: 5.5rem; }
.long, .long > thead, .long > tbody { display: block; }
.long tr { display: grid; grid-template-columns: var(--columns); border-bottom: 1px solid var(--line); }
.long.hosts tr { grid-template-columns: 9% var(--columns); }
.lazy > tbody > tr { content-visibility: auto; contain-intrinsic-block-size: auto var(--row, 4rem); }
.long > thead { position: sticky; top: 2.6rem; z-index: 1; background: var(--head); }
.long > thead th { position: static; align-self: end; }
.long th, .long td { min-width: 0; border: 0; }
#crash-table th:last-child, #crash-table td:last-child { padding-inline: 2.25rem; }
@media (max-width: 75rem) {
  .scroll { overflow-x: auto; }
  .long { min-width: 72rem; }
  thead th, .long > thead { position: static; }
}
@media (max-width: 45rem) {
  header, main { padding-inline: 0.75rem; }
  nav ul { padding-inline: 0.75rem; }
  section { padding: 1rem 0.9rem; }
  h1 { font-size: 1.5rem; }
  .figures { grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); }
  .lanes { grid-template-columns: 1fr; }
  .scale text:nth-child(even) { display: none; }
  thead, .long > thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .long { min-width: 0; --row: 20rem; }
  .long tr, .long.hosts tr { display: block; }
  table, tbody, tr { display: block; }
  tbody tr { padding: 0.6rem 0; border-bottom: 2px solid var(--line); }
  tbody tr[hidden], .long tr[hidden] { display: none; }
  th, td, th.number, td.number, .long th, .long td { display: block; padding: 0.15rem 0; border: 0; text-align: left; white-space: normal; }
  #crash-table td:last-child { padding: 0.15rem 0.5rem; }
  td::before { color: var(--quiet); }
  #stage-table td:nth-last-child(1)::before { content: "Shares its bytes with"; display: block; }
  #stage-table td:nth-last-child(2)::before { content: "Names "; }
  #stage-table td:nth-last-child(3)::before { content: "Size "; }
  #stage-table td:nth-last-child(4)::before { content: "Changed "; }
  #stage-table td:nth-last-child(5)::before { content: "Owner "; }
  #mail-table td:nth-last-child(1)::before { content: "Good copy"; display: block; }
  #mail-table td:nth-last-child(2)::before { content: "Same inode"; display: block; }
  #mail-table td:nth-last-child(5)::before { content: "Holds the bytes of"; display: block; }
  #disclosure-table td:nth-last-child(2)::before { content: "Messages "; }
  #disclosure-table td:nth-last-child(3)::before { content: "could read mail of "; }
  #crash-table td:nth-last-child(2)::before { content: "First trace, last change"; display: block; }
  #crash-table td:nth-last-child(3)::before { content: "Files "; }
  #host-table td:nth-last-child(2)::before { content: "Stage files "; }
  #host-table td:nth-last-child(3)::before { content: "Orphans "; }
  #host-table td:nth-last-child(4)::before { content: "Damaged "; }
  #code-table td:nth-last-child(2)::before { content: "Number "; }
}
@media print {
  :root {
    color-scheme: light;
    --page: #fff; --card: #fff; --text: #000; --quiet: #222; --line: #888; --head: #eee; --link: #000;
    --bad: #000; --bad-back: #fff; --bad-line: #000; --doubt: #000; --doubt-back: #fff; --doubt-line: #444;
    --good: #000; --good-back: #fff; --good-line: #777; --quiet-back: #fff; --grid: #bbb;
  }
  @page { size: A4 landscape; margin: 12mm; }
  body { font-size: 9pt; }
  nav, .filters, thead button::after { display: none; }
  .count:not(.filtered) { display: none; }
  .count.filtered { font-size: 10pt; }
  header, main { max-width: none; padding: 0; }
  section { margin: 0 0 5mm; padding: 0; border: 0; border-radius: 0; border-top: 1px solid #000; padding-top: 2mm; }
  h2, h3 { break-after: avoid; }
  table { font-size: 8pt; }
  .long { display: table; min-width: 0; table-layout: fixed; }
  .long > tbody { display: table-row-group; }
  .lazy > tbody > tr { content-visibility: visible; }
  .long tr, .long.hosts tr { display: table-row; }
  .long tr[hidden] { display: none; }
  thead, .long > thead { display: table-header-group; position: static; }
  .long th, .long td { border-bottom: 1px solid var(--line); }
  /* The same widths once more, as tables want them, counted from the last column. */
  .long.hosts thead th:first-child { width: 9%; }
  #stage-table thead th:nth-last-child(1) { width: 27%; }
  #stage-table thead th:nth-last-child(2), #stage-table thead th:nth-last-child(3) { width: 7%; }
  #stage-table thead th:nth-last-child(4) { width: 12%; }
  #stage-table thead th:nth-last-child(5), #stage-table thead th:nth-last-child(6) { width: 10%; }
  #mail-table thead th:nth-last-child(1), #mail-table thead th:nth-last-child(2) { width: 15%; }
  #mail-table thead th:nth-last-child(3), #mail-table thead th:nth-last-child(5) { width: 13%; }
  #mail-table thead th:nth-last-child(6) { width: 17%; }
  #crash-table thead th:nth-last-child(1) { width: 36%; }
  #crash-table thead th:nth-last-child(3) { width: 9%; }
  #crash-table thead th:nth-last-child(5) { width: 20%; }
  #finding-table thead th:nth-last-child(1), #finding-table thead th:nth-last-child(2) { width: 34%; }
  #disclosure-table thead th:nth-last-child(1) { width: 50%; }
  #place-table thead th:nth-last-child(2) { width: 15%; }
  thead th { position: static; border-bottom: 1px solid #000; }
  /* Chromium leaves boxes of controls out where it repeats the head of a table. */
  thead button { display: contents; }
  tr, .banner, .figures div, .steps li, pre { break-inside: avoid; }
  .scroll { overflow: visible; }
  th, td { padding: 1mm 1.5mm; }
  .scale text { font-size: 6pt; }
  #crash-table th:last-child, #crash-table td:last-child { padding-inline: 5mm; }
  .figures { grid-template-columns: repeat(7, 1fr); gap: 2mm; }
  .figures dd { font-size: 13pt; }
  .figures dd.quiet, .tag { font-size: 7.5pt; }
  .tag { border: 0.5pt solid #888; line-height: 1.3; }
  .tag.bad { border: 1pt solid #000; font-weight: 700; }
  .banner { border: 1.5pt solid #000; }
  .banner.good { border-width: 0.5pt; }
  .bar { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  a { text-decoration: none; }
}
`;

/** Kept true by test/report/html.test.ts: this folder computes no digests. */
export const styleHash = 'sha256-nnB/Prfmw7/GG4M0qC2g2fQi5Xq9KtUEfdaFPOVAgS0=';
