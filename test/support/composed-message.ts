/** Messages as Cyrus stores them, and what its cache keeps of them, made from a few words. */
import { createHash } from 'node:crypto';
import {
  composeCacheRecord,
  composeEnvelope,
  composeSection,
  type EnvelopeText,
} from './mailbox-writer.ts';

export interface ComposedMessage extends EnvelopeText {
  readonly bytes: Buffer;
  readonly headerBytes: number;
  readonly sha1: string;
}

export interface MessageWords {
  readonly from: string;
  readonly subject?: string;
  /** Left out: a message without one. */
  readonly messageId?: string;
  /** Day of November 2007; left out: a message without a date. */
  readonly day?: number;
  readonly body?: string;
  /** The body is padded to give the message this size. */
  readonly sizeBytes?: number;
}

export function composeMessage(words: MessageWords): ComposedMessage {
  const date =
    words.day === undefined
      ? undefined
      : `Thu, ${String(words.day).padStart(2, '0')} Nov 2007 10:00:00 +0100`;
  const lines = [
    'Received: from mx.lab.example by imap.lab.example with LMTPA',
    ...(date === undefined ? [] : [`Date: ${date}`]),
    `From: ${words.from} <${words.from}@lab.example>`,
    ...(words.subject === undefined ? [] : [`Subject: ${words.subject}`]),
    ...(words.messageId === undefined ? [] : [`Message-ID: <${words.messageId}@lab.example>`]),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=us-ascii',
  ];
  const header = `${lines.join('\r\n')}\r\n\r\n`;
  const body = `${words.body ?? `A letter from ${words.from}.`}\r\n`;
  const missing = (words.sizeBytes ?? 0) - header.length - body.length;
  if (words.sizeBytes !== undefined && missing < 0) {
    throw new Error(`${words.sizeBytes} bytes are too few for the message of ${words.from}`);
  }
  const bytes = Buffer.from(header + ''.padEnd(Math.max(missing, 0), 'x') + body, 'latin1');
  return {
    bytes,
    headerBytes: header.length,
    sha1: sha1Of(bytes),
    from: [[words.from, 'lab.example']],
    subject: words.subject,
    date,
    messageId: words.messageId === undefined ? undefined : `<${words.messageId}@lab.example>`,
  };
}

export function cacheRecordOf(message: ComposedMessage): Buffer {
  const { bytes, headerBytes } = message;
  return composeCacheRecord(
    composeEnvelope(message),
    composeSection(headerBytes, bytes.length - headerBytes),
    message.subject ?? '',
  );
}

export function sha1Of(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('hex');
}
