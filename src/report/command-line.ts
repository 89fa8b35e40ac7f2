/** Commands that a report offers, for the same spool as the one it is about. */
import { bytePath } from '../model/byte-path.ts';
import { displayWidth } from './display-width.ts';
import { shellQuote } from './quote.ts';

// Options that say how to print or how fast to work; everything else says what is looked at and is kept.
const withValue = new Set([
  '--format',
  '-o',
  '--output',
  '--jobs',
  '--walker',
  '--fail-on',
  '--bwlimit',
  '--resume',
  '--host',
]);
const alone = new Set([
  '--json',
  '-q',
  '--quiet',
  '-v',
  '--verbose',
  '--no-color',
  '--no-progress',
  '--idle',
  '--no-idle',
]);

/**
 * The partitions and configuration of a command line, as shell words.
 *
 * @param name  of the command; `scan` may be left out on a command line
 * @returns     undefined when the run was another command, so that its arguments mean something else
 */
export function spoolArguments(
  command: readonly string[],
  name: 'scan' | 'audit' | 'clean' = 'scan',
): string[] | undefined {
  const words = spoolWords(command, name);
  return words && keptWords(words, withValue, alone);
}

function spoolWords(
  command: readonly string[],
  name: 'scan' | 'audit' | 'clean',
): string[] | undefined {
  const words = [...command];
  if (/(^|\/)stagesweep(\.js)?$/.test(words[0] ?? '')) words.shift();
  if (words[0] === name) words.shift();
  else if (name !== 'scan') return undefined;
  else if (/^[a-z]+$/.test(words[0] ?? '') && commands.has(words[0] ?? '')) return undefined;
  return words;
}

/** Of the words of a scan or an audit those that a manifest of the same spool takes too. */
export function manifestArguments(command: readonly string[], name: 'scan' | 'audit'): string[] {
  return keptWords(
    spoolWords(command, name) ?? [],
    new Set([...withValue, '--links-in', '--min-age', '--proc', '--check', '--sample', '--seed']),
    new Set([...alone, '--offline', '--whole-filesystem', '--enter-mounts', '--shared']),
  );
}

/**
 * Of the words of a scan or an audit those that an audit of the same spool takes too.
 *
 * @param what  'of one mailbox' leaves out what would look at a part of it, or at others
 */
export function auditArguments(
  command: readonly string[],
  name: 'scan' | 'audit',
  what: 'of all' | 'of one mailbox',
): string[] {
  const ofScans = ['--links-in', '--min-age'];
  const ofParts = ['--user', '--mailbox', '--sample', '--seed', '--check'];
  return keptWords(
    spoolWords(command, name) ?? [],
    new Set([...withValue, ...ofScans, ...(what === 'of all' ? [] : ofParts)]),
    new Set([...alone, '--whole-filesystem', '--enter-mounts', '--shared']),
  );
}

/** Of the words of a clean those that undo or purge of its run need too. */
export function runArguments(command: readonly string[], verb: 'undo' | 'purge'): string[] {
  const pairs = new Set(['-C', '--config', '--cyrus-conf', '--archive', '--meta', '--journal']);
  const isUndo = verb === 'undo';
  if (isUndo) pairs.add('--proc');
  const words = spoolWords(command, 'clean') ?? [];
  return words.flatMap((word, at) => {
    const [option = ''] = word.split('=');
    const isValue = pairs.has(words[at - 1] ?? '');
    const isKept =
      isValue || pairs.has(option) || (isUndo && word === '--offline') || /^-C./.test(word);
    return isKept ? [shellQuote(bytePath(word))] : [];
  });
}

/** Without the options of both sets; the first have a value that goes with them. */
function keptWords(
  words: readonly string[],
  pairs: ReadonlySet<string>,
  singles: ReadonlySet<string>,
): string[] {
  const kept: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const [option = ''] = word.split('=');
    if (pairs.has(word)) at += 1;
    else if (!singles.has(word) && !pairs.has(option) && !/^-(o.+|v+|q+)$/.test(word)) {
      kept.push(shellQuote(bytePath(word)));
    }
  }
  return kept;
}

const commands = new Set([
  'audit',
  'clean',
  'undo',
  'purge',
  'history',
  'check',
  'manifest',
  'compare',
  'merge',
  'explain',
  'demo',
  'completion',
]);

/** A command in lines that can be pasted; undefined when a word of it is longer than a line. */
export function commandLines(
  words: readonly string[],
  columns: number,
  lead: string,
): string[] | undefined {
  const room = columns - lead.length - 2;
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (displayWidth(word) > room - 2) return undefined;
    if (line === '') line = word;
    else if (displayWidth(line) + 1 + displayWidth(word) <= room) line += ` ${word}`;
    else {
      lines.push(line);
      line = `  ${word}`;
    }
  }
  lines.push(line);
  return lines.map((each, at) => `${lead}${each}${at < lines.length - 1 ? ' \\' : ''}`);
}
