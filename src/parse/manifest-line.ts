/** One line of a manifest, `stagesweep.manifest/1`, from its text. report/manifest-text.ts writes them. */
import { asBytes, bytePath, type BytePath } from '../model/byte-path.ts';
import { FormatError } from '../model/errors.ts';
import {
  manifestSchema,
  type ManifestEnd,
  type ManifestHeader,
  type ManifestLine,
  type ManifestMessage,
  type ManifestTrouble,
} from '../model/manifest.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Uids are 32 bits in every index version. */
const highestUid = 0xffff_ffff;

/**
 * @param text  the line without its newline
 * @returns     undefined for a line of a type that this version does not know: the format only grows
 * @throws      FormatError naming the key that is wrong; its offset is that of the line's start, 0
 */
export function parseManifestLine(text: string): ManifestLine | undefined {
  const fields = objectOf(text);
  const type = fields['type'] ?? (fields['schema'] === undefined ? 'message' : 'header');
  switch (type) {
    case 'message':
      return { kind: 'message', message: messageOf(fields) };
    case 'header':
      return { kind: 'header', header: headerOf(fields) };
    case 'trouble':
      return { kind: 'trouble', trouble: troubleOf(fields) };
    case 'end':
      return { kind: 'end', end: endOf(fields) };
    default:
      if (typeof type !== 'string') throw wrong('type', 'is no string');
      return undefined;
  }
}

function objectOf(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FormatError('is no JSON', 0);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FormatError('is no JSON object', 0);
  }
  return value as Fields;
}

function messageOf(fields: Fields): ManifestMessage {
  const uniqueId = optionalText(fields, 'uniqueId');
  const recordGuid = digest(fields, 'recordGuid');
  const sha1 = digest(fields, 'sha1');
  const size = fields['size'] === undefined ? undefined : whole(fields, 'size');
  const errno = optionalText(fields, 'errno');
  return {
    mailbox: mailboxOf(fields),
    ...(uniqueId === undefined ? {} : { uniqueId }),
    messageUid: whole(fields, 'messageUid', highestUid),
    recordSize: whole(fields, 'recordSize'),
    ...(recordGuid === undefined ? {} : { recordGuid }),
    isExpunged: flag(fields, 'expunged'),
    ...(size === undefined ? {} : { size }),
    ...(sha1 === undefined ? {} : { sha1 }),
    isMissing: flag(fields, 'missing'),
    ...(errno === undefined ? {} : { errno }),
  };
}

function headerOf(fields: Fields): ManifestHeader {
  if (fields['schema'] !== manifestSchema) {
    const found = typeof fields['schema'] === 'string' ? fields['schema'] : 'none';
    throw new FormatError(`is no manifest: its schema is ${found}, not ${manifestSchema}`, 0);
  }
  const tool = fields['tool'];
  const separator = fields['unixHierarchySep'];
  if (separator !== undefined && typeof separator !== 'boolean') {
    throw wrong('unixHierarchySep', 'is neither true nor false');
  }
  const isTool = typeof tool === 'object' && tool !== null && 'version' in tool;
  return {
    version: isTool && typeof tool.version === 'string' ? tool.version : 'unknown',
    host: optionalText(fields, 'host') ?? 'unknown',
    command: texts(fields, 'command'),
    startedAt: optionalText(fields, 'startedAt') ?? 'unknown',
    selection: texts(fields, 'selection'),
    ...(separator === undefined ? {} : { unixHierarchySep: separator }),
  };
}

function troubleOf(fields: Fields): ManifestTrouble {
  const uniqueId = optionalText(fields, 'uniqueId');
  return {
    ...(fields['mailbox'] === undefined ? {} : { mailbox: mailboxOf(fields) }),
    ...(uniqueId === undefined ? {} : { uniqueId }),
    path: bytesOf(fields, 'path'),
    detail: text(fields, 'detail'),
  };
}

function endOf(fields: Fields): ManifestEnd {
  if (typeof fields['complete'] !== 'boolean') throw wrong('complete', 'is neither true nor false');
  return {
    finishedAt: optionalText(fields, 'finishedAt') ?? 'unknown',
    complete: fields['complete'],
    mailboxes: whole(fields, 'mailboxes'),
    messages: whole(fields, 'messages'),
  };
}

function mailboxOf(fields: Fields): string {
  const mailbox = bytesOf(fields, 'mailbox');
  if (mailbox === '') throw wrong('mailbox', 'is empty');
  return mailbox;
}

/** The bytes of a name: those beside it when it is not UTF-8, else its own. */
function bytesOf(fields: Fields, key: string): BytePath {
  const raw = optionalText(fields, `${key}Base64`);
  if (raw === undefined) return bytePath(text(fields, key));
  const bytes = Buffer.from(raw, 'base64');
  if (bytes.toString('base64') !== raw) throw wrong(`${key}Base64`, 'is no base64');
  return asBytes(bytes.toString('latin1'));
}

function digest(fields: Fields, key: string): string | undefined {
  const value = optionalText(fields, key);
  if (value !== undefined && !/^[0-9a-f]{40}$/.test(value)) {
    throw wrong(key, 'is not 40 lower-case hexadecimal digits');
  }
  return value;
}

function whole(fields: Fields, key: string, most = Number.MAX_SAFE_INTEGER): number {
  const value = fields[key];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > most) {
    throw wrong(key, value === undefined ? 'is missing' : `is no whole number up to ${most}`);
  }
  return value;
}

function flag(fields: Fields, key: string): boolean {
  const value = fields[key] ?? false;
  if (typeof value !== 'boolean') throw wrong(key, 'is neither true nor false');
  return value;
}

function texts(fields: Fields, key: string): string[] {
  const value = fields[key] ?? [];
  if (!Array.isArray(value)) throw wrong(key, 'is no list');
  return value.map(String);
}

function text(fields: Fields, key: string): string {
  const value = optionalText(fields, key);
  if (value === undefined) throw wrong(key, 'is missing');
  return value;
}

function optionalText(fields: Fields, key: string): string | undefined {
  const value = fields[key];
  if (value !== undefined && typeof value !== 'string') throw wrong(key, 'is no string');
  return value;
}

function wrong(key: string, what: string): FormatError {
  return new FormatError(`${key} ${what}`, 0);
}
