/** Every format of a fleet by its name on the command line. */
import { renderFleetBody } from './fleet-body.ts';
import { renderFleetCsv } from './fleet-csv.ts';
import { renderFleetHtml } from './fleet-html.ts';
import { renderFleetJson } from './fleet-json.ts';
import { renderFleetJsonl } from './fleet-jsonl.ts';
import { renderFleetNagios } from './fleet-nagios.ts';
import { renderFleetPrometheus } from './fleet-prometheus.ts';
import type { FleetRenderer } from './fleet-renderer.ts';
import { renderFleetTable } from './fleet-table.ts';
import type { Format } from './formats.ts';

export const fleetRenderers: Readonly<Record<Format, FleetRenderer>> = {
  table: renderFleetTable,
  json: renderFleetJson,
  jsonl: renderFleetJsonl,
  csv: renderFleetCsv,
  body: renderFleetBody,
  html: renderFleetHtml,
  prometheus: renderFleetPrometheus,
  nagios: renderFleetNagios,
};
