/**
 * HTML that cannot forget to escape: whatever a template takes in is text, unless it is Markup already, and only this
 * file makes Markup. Values go between tags or into double-quoted attributes, where the same five escapes suffice.
 */
import { printable } from './quote.ts';

export class Markup {
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  /** @internal of a text that is markup by construction: what the template below joined, or a constant of ours. */
  static trusted(text: string): Markup {
    return new Markup(text);
  }
}

type Part = string | number | Markup | readonly Markup[];

/** markup`<td>${name}</td>`; a list is joined without anything between. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let text = strings[0] ?? '';
  parts.forEach((part, at) => {
    text += textOf(part) + (strings[at + 1] ?? '');
  });
  return Markup.trusted(text);
}

export const nothing = markup``;

/** With a constant of ours between the pieces. */
export function joined(pieces: readonly Markup[], between: string): Markup {
  return Markup.trusted(pieces.map(({ text }) => text).join(escapeText(between)));
}

function textOf(part: Part): string {
  if (part instanceof Markup) return part.text;
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escapeText(part);
  return part.map(({ text }) => text).join('');
}

/**
 * Control characters, bidi overrides and what is drawn as nothing are made visible first, as in every other format: a
 * browser obeys them as readily as a terminal does.
 */
export function escapeText(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
