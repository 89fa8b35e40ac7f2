/** Messages of a manifest with defaults, and the text of one. */
import type { ManifestHeader, ManifestLine, ManifestMessage } from '../../src/model/manifest.ts';
import { manifestText } from '../../src/report/manifest-text.ts';
import type { ManifestSource } from '../../src/steps/manifest-cursor.ts';

/** A digest by number, so that a test can say "the same" and "another". */
export function sha(number: number): string {
  return number.toString(16).padStart(40, '0');
}

/** A message whose file is what its record says, unless told otherwise. */
export function message(over: Partial<ManifestMessage> = {}): ManifestMessage {
  return {
    mailbox: 'user.fred',
    messageUid: 1,
    recordSize: 935,
    recordGuid: sha(1),
    isExpunged: false,
    size: 935,
    sha1: sha(1),
    isMissing: false,
    ...over,
  };
}

/** Without one of the keys. */
export function without<K extends keyof ManifestMessage>(
  from: ManifestMessage,
  ...keys: K[]
): Omit<ManifestMessage, K> {
  return Object.fromEntries(
    Object.entries(from).filter(([key]) => !keys.some((other) => other === key)),
  ) as Omit<ManifestMessage, K>;
}

export const missing = (over: Partial<ManifestMessage> = {}): ManifestMessage => ({
  ...without(message(over), 'size', 'sha1'),
  isMissing: true,
});

const plainHeader: ManifestHeader = {
  version: '0.1.0',
  host: 'mx1',
  command: ['manifest'],
  startedAt: '2026-08-10T12:00:00.000000000Z',
  selection: [],
};
export const header: ManifestLine = { kind: 'header', header: plainHeader };

/** Of a site whose configuration was read. */
export function siteHeader(unixHierarchySep: boolean): ManifestLine {
  return { kind: 'header', header: { ...plainHeader, unixHierarchySep } };
}

export function endOf(messages: number, complete = true): ManifestLine {
  return {
    kind: 'end',
    end: { finishedAt: '2026-08-10T13:00:00.000000000Z', complete, mailboxes: 1, messages },
  };
}

/** A whole manifest. */
export function manifestOf(messages: readonly ManifestMessage[]): string {
  return textOf([
    header,
    ...messages.map((each): ManifestLine => ({ kind: 'message', message: each })),
    endOf(messages.length),
  ]);
}

export function textOf(lines: readonly ManifestLine[]): string {
  return lines.map(manifestText).join('');
}

/** @param pieceBytes  where the text is cut into chunks, lines or not */
export function sourceOf(text: string, name = 'a.jsonl', pieceBytes = 1 << 16): ManifestSource {
  return { name, chunks: piecesOf(Buffer.from(text), pieceBytes) };
}

// eslint-disable-next-line @typescript-eslint/require-await -- what reads a file waits
async function* piecesOf(bytes: Buffer, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}
