/** What a scan found, from its report in `jsonl`. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { ItemsOf } from './answer.ts';

interface ScanLine {
  readonly type: string;
  readonly path?: string;
  readonly sha1?: string;
  readonly links?: { readonly names: readonly { readonly path: string }[] };
  readonly coverage?: { readonly entries: number };
}

/** Every name of every stage file that has several, its own too. */
export const namesOfScan: ItemsOf = (line) => {
  const { type, path, links } = parse(line);
  return type === 'stageFile' && path !== undefined
    ? [path, ...(links?.names ?? []).map((name) => name.path)]
    : [];
};

/** Names that were read, from the header: the first line, in a file that may be a gigabyte. */
export function entriesOfScan(output: string): number {
  const head = Buffer.alloc(65_536);
  const fd = openSync(output, 'r');
  try {
    const [line = ''] = head.toString('utf8', 0, readSync(fd, head)).split('\n');
    return line === '' ? Number.NaN : (parse(line).coverage?.entries ?? Number.NaN);
  } finally {
    closeSync(fd);
  }
}

function parse(line: string): ScanLine {
  const value: unknown = JSON.parse(line);
  if (typeof value !== 'object' || value === null || !('type' in value)) {
    throw new Error('a line of the report has no type');
  }
  // Our own report, whose fields test/report pins; a wrong one shows as another answer than that of the peers.
  return value as ScanLine;
}
