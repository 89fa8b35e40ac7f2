/** How many columns text takes on a terminal. */

// East Asian Wide and Fullwidth by block, wider than any single Unicode version, and every character that some
// terminal draws as an emoji. Erring upwards keeps a line within its columns.
const wide =
  /\p{Extended_Pictographic}|\p{Emoji_Presentation}|[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3040-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{1b2ff}\u{1d300}-\u{1d37f}\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** @param text printable text (see quote.ts): without marks, controls and colours */
export function displayWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += wide.test(character) ? 2 : 1;
  return width;
}

/** Pads on the right to `width` columns; longer text stays as it is. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(width - displayWidth(text), 0));
}

/** Printable text as the pieces that a line may end after: an escape such as `\x1b` is not torn. */
export function pieces(text: string): string[] {
  return text.match(/\\x[0-9a-f]{2}|\\u\{[0-9a-f]+\}|\\\\|./gsu) ?? [];
}

/** Breaks text without spaces into lines of at most `width` columns, at any piece. */
export function brokenInto(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const piece of pieces(text)) {
    const size = displayWidth(piece);
    if (used + size > width && line !== '') {
      lines.push(line);
      line = '';
      used = 0;
    }
    line += piece;
    used += size;
  }
  return line === '' ? lines : [...lines, line];
}
