// Writes docs/stagesweep.8: the prose of docs/stagesweep.8.in, and the tables of --help and explain set in mdoc(7).
// `npm run man` builds dist first; test/package/man-page.test.ts compares the committed page with what comes out here.
import { readFileSync, writeFileSync } from 'node:fs';
import { commands } from '../dist/cli/commands.js';
import { exitStatuses } from '../dist/cli/exit-statuses.js';
import { groups } from '../dist/cli/options.js';
import { findingCodes, severityOf } from '../dist/model/finding.js';
import { explanationOf } from '../dist/report/explain.js';

const at = (path) => new URL(`../${path}`, import.meta.url);
const read = (path) => readFileSync(at(path), 'utf8');
/** mdoc wants no line of more than 80 bytes. */
const width = 78;

/** What stands for a value; an option that is not here takes a `value`. */
const valueNames = {
  config: 'file',
  'cyrus-conf': 'file',
  archive: 'dir',
  meta: 'dir',
  'links-in': 'dir',
  proc: 'dir',
  journal: 'dir',
  'min-age': 'duration',
  output: 'file',
  resume: 'file',
  from: 'report',
  jobs: 'number',
  'max-delete': 'number',
  'max-report-age': 'duration',
  'upgrade-to': 'version',
  host: 'name',
  expect: 'file',
  format: 'format',
  seed: 'number',
  sample: 'share',
  bwlimit: 'rate',
  user: 'user',
  mailbox: 'mailbox',
  pid: 'pid',
};

function valueName(name) {
  return valueNames[name] ?? (/^(warn|crit)-/.test(name) ? 'range' : 'value');
}
const dozens = 24;

/** Text as roff shows it literally; a hyphen stays one that can be copied into a shell. */
function literal(text) {
  const escapes = {
    '\\': '\\e',
    '-': '\\-',
    '^': '\\(ha',
    '~': '\\(ti',
    '`': '\\(ga',
    "'": '\\(aq',
  };
  return text.replace(/[\\^~`'-]/g, (character) => escapes[character]);
}

/** Words of a macro line: quotes and what looks like a macro or punctuation would be taken for one. */
function argument(text) {
  const escaped = literal(text).replaceAll('"', '\\(dq');
  return /\s/.test(escaped) ? `"${escaped}"` : escaped;
}

/** A text line may not begin like a request. Every sentence begins a line, so that roff knows where it ends. */
function prose(text) {
  const lines = [];
  for (const sentence of text.split(/(?<=[.:?!]\)?) (?=[A-Z(])/)) {
    let line = '';
    for (const plain of sentence.split(/\s+/)) {
      // Only an option is typed again; the hyphens of ordinary words may be set as such.
      const word = /^\W?-/.test(plain) ? literal(plain) : plain.replace(/[\\^~`]/g, literal);
      if (line !== '' && line.length + 1 + word.length > width) {
        lines.push(line);
        line = word;
      } else line += line === '' ? word : ` ${word}`;
    }
    lines.push(line);
  }
  return lines.map((line) => (/^[.']/.test(line) ? `\\&${line}` : line));
}

function sentence(text) {
  // imapd.conf is written so.
  const isName = /^\S*\.\w/.test(text);
  const whole = isName ? text : text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}

/** `[partition..]` -> `Op Ar partition ...` */
function operands(usage) {
  return usage
    .split(' ')
    .slice(1)
    .map((word) => {
      const [, open, name, dots] = /^([[<])(.+?)(\.\.)?[\]>]$/.exec(word);
      const value = dots === undefined ? `Ar ${name}` : `Ar ${name} ...`;
      return open === '[' ? `Op ${value}` : value;
    })
    .join(' ');
}

/** `Op Ar partition ...` does not close before what follows, so each stands on a line of its own. */
function synopsis() {
  return commands.flatMap((command) => [
    '.Nm',
    command.isDefault ? `.Op Cm ${command.name}` : `.Cm ${command.name}`,
    ...(command.groups.length > 0 ? ['.Op Ar option ...'] : []),
    ...operands(command.usage)
      .split(/ (?=Op|Ar)(?<!Op )/)
      .filter((part) => part !== '')
      .map((part) => `.${part}`),
  ]);
}

function commandList() {
  const items = commands.flatMap((command) => [
    `.It Cm ${command.name} ${operands(command.usage)}`.trimEnd(),
    ...prose(sentence(command.summary)),
    ...Object.entries(command.positionals).flatMap(([name, { describe, choices }]) => [
      '.Pp',
      `.Ar ${name} :`,
      ...prose(`${describe}${choices === undefined ? '' : ` (${choices.join(', ')})`}.`),
    ]),
    ...(command.formats === undefined
      ? []
      : ['.Pp', ...prose(`Formats: ${command.formats.join(', ')}.`)]),
    ...optionNames(command),
  ]);
  return ['.Bl -tag -width Ds', ...items, '.El'];
}

function optionNames(command) {
  const all = command.groups.flatMap((group) => {
    const options = Object.entries(groups[group]);
    const [[, { group: heading = '' }]] = options;
    // Dozens of one kind are read where they are described.
    if (options.length > dozens) return [`.Sx ${headingOf(heading).title}`];
    return options.map(([name, option]) => `.Fl ${long(name, option)}`);
  });
  if (all.length === 0) return [];
  return ['.Pp', 'Options:', ...all.map((one, i) => `${one} ${i === all.length - 1 ? '.' : ','}`)];
}

/** The headings of --help: `Title (what holds for all of them):` */
function headingOf(text) {
  const [, title, note] = /^(.*?)(?: \((.*)\))?:?$/.exec(text);
  return { title, note };
}

/** As it is typed: what is on already can only be turned off. */
function long(name, option) {
  return literal(option.default === true ? `-no-${name}` : `-${name}`);
}

/** By the headings of --help. One name can mean two things, as --offline does for scan and audit. */
function optionList() {
  const headings = new Map();
  for (const [group, options] of Object.entries(groups)) {
    const takers = commands.filter((command) => command.groups.includes(group));
    for (const [name, option] of Object.entries(options)) {
      const heading = option.group ?? 'Other';
      headings.set(heading, [
        ...(headings.get(heading) ?? []),
        ...optionItem(name, option, takers),
      ]);
    }
  }
  return [...headings].flatMap(([heading, items]) => [
    `.Ss ${headingOf(heading).title}`,
    ...(headingOf(heading).note === undefined ? [] : prose(`(${headingOf(heading).note})`)),
    '.Bl -tag -width Ds',
    ...items,
    '.El',
  ]);
}

function optionItem(name, option, takers) {
  const takesValue = option.type !== 'boolean' && option.type !== 'count';
  const values = Array.from({ length: option.nargs ?? 1 }, () => valueName(name));
  const value = takesValue ? ` Ar ${values.join(' ')}` : '';
  const short = typeof option.alias === 'string' ? `Fl ${option.alias} , ` : '';
  // Each command has its own formats; COMMANDS lists them.
  const choices = name === 'format' ? undefined : option.choices;
  const facts = [
    ...(choices === undefined ? [] : [`One of ${choices.join(', ')}.`]),
    ...(typeof option.default === 'string' ? [`Default: ${option.default}.`] : []),
  ];
  return [
    `.It ${short}Fl ${long(name, option)}${value}`,
    ...prose([described(name, option), ...facts].join(' ')),
    ...prose(`(${takers.map((command) => command.name).join(', ')})`),
  ];
}

function described(name, option) {
  return sentence(option.default === true ? `no ${option.describe}` : (option.describe ?? name));
}

function statusList() {
  const items = exitStatuses.flatMap(([status, meaning]) => [
    `.It ${status}`,
    ...prose(sentence(meaning)),
  ]);
  return ['.Bl -tag -width Ds', ...items, '.El'];
}

function exampleList() {
  const items = commands
    .flatMap((command) => command.examples)
    .filter(([, explanation]) => explanation !== '')
    .flatMap(([line, explanation]) => [`.It ${argument(line)}`, ...prose(sentence(explanation))]);
  return ['.Bl -tag -width Ds', ...items, '.El'];
}

function findingList() {
  return ['critical', 'warning', 'info'].flatMap((severity) => [
    `.Ss Findings: ${severity}`,
    '.Bl -tag -width Ds',
    ...findingCodes
      .filter((code) => severityOf(code) === severity)
      .flatMap((code) => [`.It Li ${literal(code)}`, ...explained(explanationOf(code))]),
    '.El',
  ]);
}

function explained({ means, arises, todo, never }) {
  return [
    ...prose(means),
    ...(arises === undefined ? [] : ['.Pp', ...prose(`How it arises: ${arises}`)]),
    ...['.Pp', ...prose(`What to do: ${todo}`)],
    ...(never === undefined ? [] : ['.Pp', ...prose(never)]),
  ];
}

const fillings = {
  os: () => [`.Os stagesweep ${JSON.parse(read('package.json')).version}`],
  synopsis,
  commands: commandList,
  options: optionList,
  status: statusList,
  examples: exampleList,
  findings: findingList,
};

const [, , target = at('docs/stagesweep.8')] = process.argv;
const lines = read('docs/stagesweep.8.in').split('\n');
const body = lines.slice(lines.findIndex((line) => line.startsWith('.Dd')));
const page = [
  '.\\" Made by bin/make-man.mjs from docs/stagesweep.8.in (npm run man): edit that.',
  ...body.flatMap((line) => {
    const [, name] = /^\.\\" @(\w+)$/.exec(line) ?? [];
    return name === undefined ? [line] : fillings[name]();
  }),
];
writeFileSync(target, page.join('\n'));
