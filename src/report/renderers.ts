/** Every format by its name on the command line. Only the one that was asked for is loaded. */
import type { Format } from './formats.ts';
import type { Renderer } from './renderer.ts';

export type { Format } from './formats.ts';
export type { Renderer, RenderOptions } from './renderer.ts';

export const renderers: Readonly<Record<Format, () => Promise<Renderer>>> = {
  table: async () => (await import('./table.ts')).renderTable,
  json: async () => (await import('./json.ts')).renderJson,
  jsonl: async () => (await import('./jsonl.ts')).renderJsonl,
  csv: async () => (await import('./csv.ts')).renderCsv,
  body: async () => (await import('./body.ts')).renderBody,
  html: async () => (await import('./html.ts')).renderHtml,
  prometheus: async () => (await import('./prometheus.ts')).renderPrometheus,
  nagios: async () => (await import('./nagios.ts')).renderNagios,
};
