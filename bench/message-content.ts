/** The bytes of a real message: all different, always the same, and cheap to make by the hundred thousand. */
import { createHash } from 'node:crypto';
import { contentSize, type SpoolDescription } from './spool-shape.ts';

export interface Content {
  readonly bytes: Buffer;
  readonly headerBytes: number;
  readonly sha1: string;
}

const blockBytes = 128 * 1024;
const block = textBlock();

export function contentOf(spool: SpoolDescription, message: number): Content {
  const header = Buffer.from(
    [
      'From: Bench <sender@bench.example>',
      `Subject: Message ${message} of ${spool.shape}-${spool.files}`,
      'Date: Tue, 13 Feb 2007 10:00:00 +0000',
      `Message-ID: <${message}.${spool.shape}@bench.example>`,
      '',
      '',
    ].join('\r\n'),
    'latin1',
  );
  const bodyBytes = Math.max(contentSize(spool, message) - header.length, 2);
  // Another beginning for every message, or a disk that looks for equal blocks would find them.
  const from = (message * 4_099) % (blockBytes - 65_536);
  const body = block.subarray(from, from + bodyBytes);
  const bytes = Buffer.concat([header, body]);
  return {
    bytes,
    headerBytes: header.length,
    sha1: createHash('sha1').update(bytes).digest('hex'),
  };
}

/** Lines of base64, as attachments are: a generator with a fixed seed (xorshift32). */
function textBlock(): Buffer {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const bytes = Buffer.alloc(blockBytes);
  let state = 2_463_534_242;
  for (let at = 0; at < blockBytes; at += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const column = at % 78;
    const letter = alphabet.charCodeAt((state >>> 8) & 63);
    bytes[at] = column === 76 ? 13 : column === 77 ? 10 : letter;
  }
  return bytes;
}
