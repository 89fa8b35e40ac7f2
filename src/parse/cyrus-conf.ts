/**
 * cyrus.conf: which programs the master process starts, and the imapd.conf that each of them reads.
 *
 * Source: cyrus-imapd master/masterconf.c (sections, entries, quoting), master/service.c (-C). Sections have
 * the form `NAME {` … `}`, with one entry a line: `name cmd="program arguments" key=value …`.
 */
import { refusal, trimmed, type ConfigLine } from './imapd-conf.ts';

export type Section = (typeof sections)[number];
const sections = ['START', 'SERVICES', 'EVENTS', 'DAEMON'] as const;

export interface CyrusEntry extends ConfigLine {
  readonly section: Section;
  /** With the program's name one of the two prefixes that `<service>_option` can have. */
  readonly name: string;
  /** Name of the program without its directory; behind Debian's wrapper `cyrus` the command given to it. */
  readonly program: string;
  /** What -C names, one character per byte; absent when the program reads the default file. */
  readonly configFile?: string;
}

/**
 * @param text  the file's bytes, one per character
 * @throws      ConfigError for a missing quote and for a relative -C; anything else that Cyrus refuses is passed
 *              over, since it says nothing about where mail lies
 */
export function parseCyrusConf(text: string, file: string): CyrusEntry[] {
  const entries: CyrusEntry[] = [];
  let section: Section | 'unknown' | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    const place = { file, line: index + 1 };
    // Unlike in imapd.conf a # starts a comment anywhere, in quotes too.
    const line = trimmed(raw.replace(/#.*$/s, ''));
    if (section === undefined) {
      section = openedBy(line);
      continue;
    }
    if (section !== 'unknown') entries.push(...entryOf(line, section, place));
    // In older versions a section may also end behind an entry, on its line.
    if (line.replace(/"[^"]*"/g, '').includes('}')) section = undefined;
  }
  return entries;
}

/** Entries of a section that is not known are not entries: the master process never asks for them. */
function openedBy(line: string): Section | 'unknown' | undefined {
  if (!line.includes('{') || line.includes('}')) return undefined;
  const name = /^[A-Za-z0-9]*/.exec(line)?.[0] ?? '';
  // Case counts for the first letter only.
  return (
    sections.find((known) => name[0] === known[0] && name.toUpperCase() === known) ?? 'unknown'
  );
}

function entryOf(line: string, section: Section, place: ConfigLine): CyrusEntry[] {
  const [, name, rest = ''] = /^([A-Za-z0-9]+)\s+(.*)$/s.exec(line) ?? [];
  if (name === undefined) return [];
  const [, value] = /(?:^|\s)cmd=("[^"]*"?|\S*)/.exec(rest) ?? [];
  if (value === undefined) return [];
  if (value.startsWith('"') && !/^".*"$/s.test(value)) {
    throw refusal(place, `${name}: the quote after cmd= is not closed`);
  }
  const words = value
    .replace(/^"|"$/g, '')
    .split(/[ \t\v\f\r]+/)
    .filter(Boolean);
  const program = programOf(words);
  const configFile = configFileOf(words);
  if (configFile !== undefined && !configFile.startsWith('/')) {
    throw refusal(
      place,
      `${name}: -C ${configFile} is relative; write the whole path, or read the file with -C`,
    );
  }
  return [
    { section, name, program, ...(configFile === undefined ? {} : { configFile }), ...place },
  ];
}

function programOf(words: readonly string[]): string {
  const leaves = words.map((word) => word.slice(word.lastIndexOf('/') + 1));
  const [first = '', second] = leaves;
  return first === 'cyrus' && second !== undefined ? second : first;
}

/**
 * The master process splits a command at blanks and knows no quotes within it, so a word is an argument. The
 * last -C counts, as with getopt(3). Of options in one word (`-sC FILE`) only those are taken where a path
 * follows: which letters take a value differs by program.
 */
function configFileOf(words: readonly string[]): string | undefined {
  let found: string | undefined;
  for (const [index, word] of words.entries()) {
    const next = words[index + 1];
    const attached = /^-C(.+)$/s.exec(word)?.[1];
    if (attached !== undefined) found = attached;
    else if (word === '-C' || (/^-[A-Za-z]+C$/.test(word) && next?.startsWith('/'))) {
      found = next ?? found;
    }
  }
  return found;
}
