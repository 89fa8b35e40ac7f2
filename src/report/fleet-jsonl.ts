/**
 * Many hosts' reports as one JSON object a line: "fleet-header", every "fleet-host", "fleet-missing" and "fleet-refused",
 * then the lines of each report with its `host` in every one, and "fleet-totals" last.
 */
import {
  fleetHeaderFields,
  fleetHostFields,
  fleetTotalsFields,
  missingFields,
  refusedFields,
} from './fleet-fields.ts';
import type { FleetRenderer } from './fleet-renderer.ts';
import type { Fields } from './json-fields.ts';
import { jsonlObjects } from './jsonl.ts';
import { safeJson } from './safe-json.ts';

export const renderFleetJsonl: FleetRenderer = function* (fleet) {
  yield line('fleet-header', fleetHeaderFields(fleet));
  for (const host of fleet.hosts) yield line('fleet-host', fleetHostFields(host));
  for (const missing of fleet.missing) yield line('fleet-missing', missingFields(missing));
  for (const refused of fleet.refused) yield line('fleet-refused', refusedFields(refused));
  for (const report of fleet.reports()) {
    const { host } = report.header;
    for (const { type, ...fields } of jsonlObjects(report)) {
      yield `${safeJson({ type, host, ...fields })}\n`;
    }
  }
  yield line('fleet-totals', fleetTotalsFields(fleet));
};

function line(type: string, fields: Fields): string {
  return `${safeJson({ type, ...fields })}\n`;
}
