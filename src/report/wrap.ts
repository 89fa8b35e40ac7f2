/** Sentences and paths in lines that fit. */
import { brokenInto, displayWidth } from './display-width.ts';

/**
 * Words in lines of at most `width` columns; a longer word (a path) is broken.
 * @param first  begins the first line, `rest` every other; both count
 */
export function wrap(text: string, width: number, first = '', rest = first): string[] {
  const room = Math.max(width - Math.max(displayWidth(first), displayWidth(rest)), 10);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) <= room) {
      line += ` ${word}`;
      continue;
    }
    if (line !== '') lines.push(line);
    const parts = brokenInto(word, room);
    lines.push(...parts.slice(0, -1));
    line = parts.at(-1) ?? '';
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines.map((each, index) => ((index === 0 ? first : rest) + each).trimEnd());
}

/**
 * A quoted path in as few lines as show it: one; or broken after slashes; or, past three lines, with its middle
 * left out. The leaf is always whole, since it is what tells two names apart.
 */
export function pathLines(path: string, width: number): string[] {
  if (displayWidth(path) <= width) return [path];
  const atSlashes = brokenAtSlashes(path, width);
  if (atSlashes.length <= 3) return atSlashes;
  const leaf = path.slice(path.lastIndexOf('/') + 1);
  const room = width - displayWidth(leaf) - 2;
  if (room < 4) {
    const [head = ''] = brokenInto(path, width - 2);
    return [`${head}…/`, ...brokenInto(leaf, width)];
  }
  const [head = ''] = brokenInto(path, room);
  return [`${head}…/${leaf}`];
}

function brokenAtSlashes(path: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const component of path.match(/[^/]*\/|[^/]+$/g) ?? []) {
    if (line !== '' && displayWidth(line) + displayWidth(component) > width) {
      lines.push(line);
      line = '';
    }
    const parts = brokenInto(line + component, width);
    lines.push(...parts.slice(0, -1));
    line = parts.at(-1) ?? '';
  }
  return [...lines, line];
}
