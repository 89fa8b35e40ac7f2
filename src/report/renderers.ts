/** Every format by its name on the command line. */
import { renderBody } from './body.ts';
import { renderCsv } from './csv.ts';
import type { Format } from './formats.ts';
import { renderHtml } from './html.ts';
import { renderJson } from './json.ts';
import { renderJsonl } from './jsonl.ts';
import { renderNagios } from './nagios.ts';
import { renderPrometheus } from './prometheus.ts';
import type { Renderer } from './renderer.ts';
import { renderTable } from './table.ts';

export type { Format } from './formats.ts';
export type { Renderer, RenderOptions } from './renderer.ts';

export const renderers: Readonly<Record<Format, Renderer>> = {
  table: renderTable,
  json: renderJson,
  jsonl: renderJsonl,
  csv: renderCsv,
  body: renderBody,
  html: renderHtml,
  prometheus: renderPrometheus,
  nagios: renderNagios,
};
