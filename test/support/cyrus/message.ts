/** Messages that are all different, and always the same. */
import { createHash } from 'node:crypto';

/**
 * @param subject    makes the message what it is: no two of a lab may be equal, or Cyrus shares their inode
 * @param sizeBytes  about this many bytes, in lines that end in CRLF
 */
export function message(subject: string, sizeBytes = 900): Buffer {
  const id = createHash('sha1').update(subject).digest('hex').slice(0, 16);
  const header = [
    'From: Lab <sender@lab.invalid>',
    'To: Lab <receiver@lab.invalid>',
    `Subject: ${subject}`,
    'Date: Tue, 13 Feb 2007 10:00:00 +0000',
    `Message-ID: <${id}@lab.invalid>`,
    '',
    '',
  ].join('\r\n');
  const line = `${id} ${'x'.repeat(50)}\r\n`;
  const lines = Math.max(Math.ceil((sizeBytes - header.length) / line.length), 1);
  return Buffer.from(header + line.repeat(lines));
}

/** What Cyrus calls the GUID, and names an uploaded stage file by. */
export function sha1Of(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('hex');
}
