/** JSON that can be shown on a terminal. */

// JSON.stringify escapes the controls below a space only: DEL, the C1 controls (0x9b begins an escape sequence
// on some terminals), bidi controls and everything invisible would go out as they are.
const unsafe = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const everyUnsafe = new RegExp(unsafe, 'gu');

/** One line of JSON, in which every character that is not to be seen is an escape. */
export function safeJson(value: unknown): string {
  const text = JSON.stringify(value);
  if (/^[ -~]*$/.test(text) || !unsafe.test(text)) return text;
  return text.replace(everyUnsafe, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
