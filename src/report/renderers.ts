/** Every format by its name on the command line. */
import { renderJson } from './json.ts';
import { renderJsonl } from './jsonl.ts';
import type { Renderer } from './renderer.ts';
import { renderTable } from './table.ts';

export type { Renderer, RenderOptions } from './renderer.ts';

export const formats = ['table', 'json', 'jsonl'] as const;
export type Format = (typeof formats)[number];

export const renderers: Readonly<Record<Format, Renderer>> = {
  table: renderTable,
  json: renderJson,
  jsonl: renderJsonl,
};
