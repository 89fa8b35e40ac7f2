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
import { jsonLine, jsonlItems } from './jsonl.ts';

export const renderFleetJsonl: FleetRenderer = function* (fleet) {
  yield jsonLine('fleet-header', fleetHeaderFields(fleet));
  for (const host of fleet.hosts) yield jsonLine('fleet-host', fleetHostFields(host));
  for (const missing of fleet.missing) yield jsonLine('fleet-missing', missingFields(missing));
  for (const refused of fleet.refused) yield jsonLine('fleet-refused', refusedFields(refused));
  for (const report of fleet.reports()) {
    const { host } = report.header;
    for (const { type, fields } of jsonlItems(report)) {
      yield jsonLine(type, { host, ...fields });
    }
  }
  yield jsonLine('fleet-totals', fleetTotalsFields(fleet));
};
