/**
 * Paths and names as the kernel has them: any bytes but NUL.
 *
 * A BytePath is a string in which every character is one byte (code units 0 to 255), so nothing is lost when
 * a name is not UTF-8, and it still sorts, joins and serves as a key. Node takes and gives this form as
 * 'latin1'. Text for people is made by utf8Of() and, when that fails, by report/quote.ts.
 */
declare const bytes: unique symbol;
export type BytePath = string & { readonly [bytes]: 'BytePath' };

/** Nearly every name in a spool is, and then it is the same string in both forms. */
// eslint-disable-next-line no-control-regex -- control characters are ASCII too
const ascii = /^[\x00-\x7f]*$/;

/** The bytes of `text` in UTF-8, as typed on a command line or read from a configuration. */
export function bytePath(text: string): BytePath {
  if (ascii.test(text)) return text as BytePath;
  return Buffer.from(text, 'utf8').toString('latin1') as BytePath;
}

/** A string that holds one byte per character already, as `encoding: 'latin1'` gives. */
export function asBytes(latin1: string): BytePath {
  return latin1 as BytePath;
}

/** What the OS takes. */
export function toBuffer(path: BytePath): Buffer {
  return Buffer.from(path, 'latin1');
}

/** The path as text, or undefined when it is not valid UTF-8. */
export function utf8Of(path: BytePath): string | undefined {
  if (ascii.test(path)) return path;
  const raw = toBuffer(path);
  const text = raw.toString('utf8');
  return Buffer.from(text, 'utf8').equals(raw) ? text : undefined;
}

export function base64Of(path: BytePath): string {
  return toBuffer(path).toString('base64');
}

export function join(directory: BytePath, leaf: string): BytePath {
  return (directory.endsWith('/') ? directory + leaf : `${directory}/${leaf}`) as BytePath;
}

export function leafOf(path: BytePath): BytePath {
  return path.slice(path.lastIndexOf('/') + 1) as BytePath;
}

/** The directory part; '/' for a name at the root. */
export function parentOf(path: BytePath): BytePath {
  return (path.slice(0, Math.max(path.lastIndexOf('/'), 0)) || '/') as BytePath;
}

/**
 * `path` relative to `root`: '' for the root itself, undefined when it lies elsewhere. Compares components, so
 * /spool2 is not below /spool. Both must be absolute and without '.', '..' or doubled slashes.
 */
export function relativeTo(path: BytePath, root: BytePath): BytePath | undefined {
  if (path === root) return '' as BytePath;
  const prefix = root.endsWith('/') ? root : `${root}/`;
  return path.startsWith(prefix) ? (path.slice(prefix.length) as BytePath) : undefined;
}

/** Byte order, which is what sorts a report the same everywhere. */
export function compareBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
