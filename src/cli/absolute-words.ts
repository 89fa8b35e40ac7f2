/** A command line as it means the same in every directory: for the commands that a report offers. */
import { resolve } from 'node:path';

/** Options whose value is a path. */
const paths = new Set([
  '-C',
  '--config',
  '--cyrus-conf',
  '--archive',
  '--meta',
  '--journal',
  '--from',
  '--links-in',
  '--proc',
]);

/** @param words  as typed, without the program; operands stay, since one may be the name of a partition */
export function absoluteWords(words: readonly string[], cwd: string): string[] {
  const end = words.indexOf('--');
  return words.map((word, at) => {
    if (end !== -1 && at >= end) return word;
    if (paths.has(words[at - 1] ?? '')) return resolve(cwd, word);
    const [, option = '', value = ''] = /^(--[a-z-]+=)(.+)$/s.exec(word) ?? [];
    if (value !== '' && paths.has(option.slice(0, -1))) return `${option}${resolve(cwd, value)}`;
    // -Cfile and -C=file
    const [, file = ''] = /^-C=?(.+)$/s.exec(word) ?? [];
    return file === '' ? word : `-C${resolve(cwd, file)}`;
  });
}
