/** Reads one JSON object of a file that anybody may have written: every field is asked for by its form. */
import { asBytes, type BytePath } from '../model/byte-path.ts';
import { FormatError } from '../model/errors.ts';

/** Kernel numbers are of 64 bits at most; times before 1970 are negative. */
const integer = /^(?:0|-?[1-9]\d{0,19})$/;

export class StrictObject {
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(value: unknown, name: string) {
    if (!isRecord(value)) throw new FormatError(`${name} is no JSON object`, 0);
    this.#fields = value;
  }

  has(key: string): boolean {
    return this.#fields[key] !== undefined;
  }

  object(key: string): StrictObject {
    return new StrictObject(this.#fields[key], key);
  }

  list(key: string, most: number): readonly unknown[] {
    const value = this.#fields[key];
    if (!Array.isArray(value) || value.length > most) throw wrong(key, `is no list up to ${most}`);
    return value;
  }

  text(key: string, most: number): string {
    const value = this.#fields[key];
    if (typeof value !== 'string' || value.length > most) {
      throw wrong(key, `is no text up to ${most} characters`);
    }
    return value;
  }

  matching(key: string, pattern: RegExp, most: number): string {
    const value = this.text(key, most);
    if (!pattern.test(value)) throw wrong(key, 'has another form');
    return value;
  }

  /** Text with one character per byte. */
  bytes(key: string, most: number): BytePath {
    return bytesOf(this.text(key, most), key);
  }

  whole(key: string, most: number = Number.MAX_SAFE_INTEGER): number {
    const value = this.#fields[key];
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > most) {
      throw wrong(key, `is no whole number up to ${most}`);
    }
    return value;
  }

  number(key: string): number {
    const value = this.#fields[key];
    if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong(key, 'is no number');
    return value;
  }

  /** A whole number that may be below 0. */
  integer(key: string): number {
    const value = this.#fields[key];
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
      throw wrong(key, 'is no whole number');
    }
    return value;
  }

  /** The value where the key is there. */
  ifAny<T>(key: string, read: (key: string) => T): T | undefined {
    return this.has(key) ? read(key) : undefined;
  }

  /** An integer as a string, since JSON's numbers end at 2^53. */
  big(key: string): bigint {
    return BigInt(this.matching(key, integer, 20));
  }

  flag(key: string): boolean {
    const value = this.#fields[key];
    if (typeof value !== 'boolean') throw wrong(key, 'is neither true nor false');
    return value;
  }

  /** One of the keys of `words`. */
  word<T extends string>(key: string, words: Readonly<Record<T, true>>): T {
    return wordOf(this.text(key, 64), words, key);
  }
}

export function wordOf<T extends string>(
  value: unknown,
  words: Readonly<Record<T, true>>,
  name: string,
): T {
  if (typeof value === 'string' && isKey(words, value)) return value;
  throw wrong(name, 'is no word that is known here');
}

export function bytesOf(value: unknown, name: string): BytePath {
  if (typeof value !== 'string' || value.includes('\0') || /[\u0100-\uffff]/.test(value)) {
    throw wrong(name, 'is not one character per byte');
  }
  return asBytes(value);
}

/** @param value absolute, in its only form: no empty component, no `.`, no `..` */
export function absolutePath(value: BytePath, name: string): BytePath {
  if (!value.startsWith('/') || /\/(?:\/|$|\.\.?(?:\/|$))/.test(value)) {
    throw wrong(name, 'is no plain absolute path');
  }
  return value;
}

export function wrong(key: string, what: string): FormatError {
  return new FormatError(`${key} ${what}`, 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isKey<T extends string>(words: Readonly<Record<T, true>>, value: string): value is T {
  return Object.hasOwn(words, value);
}
