/** The inverse of quote(), written from its documentation alone. */
import { asBytes, bytePath, type BytePath } from '../../src/model/byte-path.ts';

export function unquote(text: string): BytePath {
  const parts = text.match(/\\x[0-9a-f]{2}|\\u\{[0-9a-f]+\}|\\\\|[^\\]/gsu) ?? [];
  return asBytes(
    parts
      .map((part) => {
        if (part === '\\\\') return '\\';
        if (part.startsWith('\\x')) return String.fromCharCode(parseInt(part.slice(2), 16));
        const character = part.startsWith('\\u{')
          ? String.fromCodePoint(parseInt(part.slice(3), 16))
          : part;
        return bytePath(character);
      })
      .join(''),
  );
}
