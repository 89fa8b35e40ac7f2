/** A path as JSON has it. */
import { base64Of, toBuffer, utf8Of, type BytePath } from '../model/byte-path.ts';

export interface PathFields {
  readonly path: string;
  readonly pathBase64: string | undefined;
}

/** A path that is not UTF-8 has its bytes beside it, and the text has U+FFFD in their place. */
export function pathFields(path: BytePath): PathFields {
  return { path: textOf(path), pathBase64: bytesBeside(path) };
}

export function textOf(path: BytePath): string {
  return utf8Of(path) ?? toBuffer(path).toString('utf8');
}

export function bytesBeside(path: BytePath): string | undefined {
  return utf8Of(path) === undefined ? base64Of(path) : undefined;
}
