/** Everything before the first section: what the page may do, how it looks, and what it is about. */
import type { MissingHost } from '../model/fleet.ts';
import type { PageFacts } from './html-facts.ts';
import { hostNames } from './html-host.ts';
import { scriptHash } from './html-script.ts';
import { style, styleHash } from './html-style.ts';
import { Markup, markup, nothing } from './markup.ts';
import { clockTime, many } from './quantities.ts';

/** Nothing but the style and the script of this page, and no way to make markup of a text at run time. */
const policy = [
  "default-src 'none'",
  `style-src '${styleHash}'`,
  `script-src '${scriptHash}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** Hosts that a title still names. */
const namedLimit = 3;

export function* headMarkup(facts: PageFacts, missing: readonly MissingHost[]): Generator<Markup> {
  const names = hostNames(facts);
  const who = names.length > namedLimit ? many(names.length, 'host') : names.join(', ');
  const times = facts.hosts.map(({ header }) => header.startedNs);
  const [first, last] = [least(times), greatest(times)];
  const when = first === undefined || last === undefined ? 'no report' : spanOf(first, last);
  const versions = [...new Set(facts.hosts.map(({ header }) => header.version))].join(', ');
  const name = facts.damage.mails.total > 0 ? 'Incident report' : 'Report on stage files';
  const silent =
    missing.length === 0
      ? nothing
      : markup`; <strong>${many(missing.length, 'host has', 'hosts have')} no complete report</strong>`;
  // The policy holds for what comes after it, so it comes first. No-break of the order below.
  yield markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${Markup.trusted(policy)}">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="stagesweep ${versions}">
<title>${name}: ${who}, ${when}</title>
<style>${Markup.trusted(style)}</style>
</head>
<body>
<header>
<p class="tool">stagesweep ${versions}</p>
<h1>${name}</h1>
<p class="about">${who === '' ? 'no host' : who}${silent}<br>${when}</p>
</header>
<nav aria-label="Sections"><ul>
`;
  for (const [id, title] of sectionsOf(facts, missing)) {
    yield markup`<li><a href="#${id}">${title}</a></li>
`;
  }
  yield markup`</ul></nav>
`;
}

function sectionsOf(
  facts: PageFacts,
  missing: readonly MissingHost[],
): (readonly [id: string, title: string])[] {
  const all = [
    ['summary', 'Summary', true],
    ['hosts', 'Hosts', facts.hosts.length + missing.length > 1],
    ['mail', 'Whose mail', true],
    ['crashes', 'Crashes', true],
    ['sharing', 'Shared inodes', facts.hosts.some(({ kind }) => kind === 'scan')],
    ['findings', 'Findings', true],
    ['coverage', 'Coverage', true],
    ['advice', 'What to do', facts.hosts.some(({ steps }) => steps.length > 0)],
  ] as const;
  return all.flatMap(([id, title, isThere]) => (isThere ? [[id, title] as const] : []));
}

function spanOf(first: bigint, last: bigint): string {
  return first === last ? clockTime(first) : `${clockTime(first)} to ${clockTime(last)}`;
}

function least(times: readonly bigint[]): bigint | undefined {
  return times.reduce<bigint | undefined>(
    (found, time) => (found === undefined || time < found ? time : found),
    undefined,
  );
}

function greatest(times: readonly bigint[]): bigint | undefined {
  return times.reduce<bigint | undefined>(
    (found, time) => (found === undefined || time > found ? time : found),
    undefined,
  );
}
