/** Writes down what was measured, so that a later change can be held against it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';

/**
 * Formatted as everything in this checkout is, or its check would fail after every measurement.
 *
 * @param results   the directory
 * @param markdown  a table beside it
 */
export async function keepResults(
  results: string,
  name: string,
  value: unknown,
  markdown?: string,
): Promise<void> {
  mkdirSync(results, { recursive: true });
  const style = await resolveConfig(import.meta.filename);
  const write = async (file: string, parser: string, text: string): Promise<void> => {
    writeFileSync(join(results, file), await format(text, { ...style, parser }));
  };
  await write(`${name}.json`, 'json', JSON.stringify(value, rounded));
  if (markdown !== undefined) await write(`${name}.md`, 'markdown', markdown);
}

/** As many digits as mean something. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value)
    ? Number(value.toPrecision(6))
    : value;
}
