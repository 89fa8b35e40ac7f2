/** What JSON.parse gave, read as strictly as the tests need it. */

export function optional<T>(value: unknown, read: (value: unknown) => T): T | undefined {
  return value === undefined ? undefined : read(value);
}

export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new Error(`no object: ${String(value)}`);
  return Object.fromEntries(Object.entries(value));
}

export function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`no list: ${String(value)}`);
  return value;
}

export function stringOf(value: unknown): string {
  if (typeof value !== 'string') throw new Error(`no string: ${String(value)}`);
  return value;
}

export function numberOf(value: unknown): number {
  if (typeof value !== 'number') throw new Error(`no number: ${String(value)}`);
  return value;
}

export function booleanOf(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new Error(`no boolean: ${String(value)}`);
  return value;
}
