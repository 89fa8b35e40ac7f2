/** Names from a spool as markup: escaped, set apart from the words around them, in a face that shows every character. */
import type { BytePath } from '../model/byte-path.ts';
import type { MessageRef } from '../model/finding.ts';
import { markup, type Markup } from './markup.ts';
import { clockTime, isoTime } from './quantities.ts';
import { quote, quoteMailbox } from './quote.ts';

/** A line may break after a slash. */
export function pathMarkup(path: BytePath): Markup {
  return markup`<code>${breakable(quote(path))}</code>`;
}

/** A path of some length, after whose slashes a line may break. @param text  quoted */
export function breakable(text: string): readonly Markup[] {
  if (text.length < unbrokenLength) return [markup`${text}`];
  const parts = text.split(/(?<=\/)(?=[^/])/);
  return parts.map((part, at) => (at === 0 ? markup`${part}` : markup`<wbr>${part}`));
}

/** Of 5,000 rows every element counts, and what is this short finds room. */
const unbrokenLength = 24;

export function mailboxMarkup(mailbox: string): Markup {
  return markup`<code class="box">${quoteMailbox(mailbox)}</code>`;
}

/** "user.glad uid 71229" */
export function messageMarkup({ mailbox, messageUid }: MessageRef): Markup {
  return markup`${mailboxMarkup(mailbox)} uid ${messageUid}`;
}

/** For columns whose title says UTC. @param ns since 1970 */
export function timeMarkup(ns: bigint): Markup {
  return markup`<time datetime="${isoTime(ns)}">${clockTime(ns).slice(0, -' UTC'.length)}</time>`;
}

/** A line may break after a dot. */
export function hostMarkup(host: string): Markup {
  const parts = host.split(/(?<=\.)/);
  return markup`${parts.map((part, at) => (at === 0 ? markup`${part}` : markup`<wbr>${part}`))}`;
}

export type Look = 'bad' | 'doubt' | 'good' | 'quiet';

/** A word with a colour, which never is all that tells it. */
export function tag(word: string, look: Look): Markup {
  return markup`<span class="tag ${look}">${word}</span>`;
}
