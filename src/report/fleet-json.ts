/** Many hosts' reports as one JSON document, `stagesweep.fleet/1`: each of `reports` is a whole `stagesweep.report/1`. */
import { isWholeFleet } from '../model/fleet.ts';
import {
  fleetHeaderFields,
  fleetHostFields,
  missingFields,
  refusedFields,
} from './fleet-fields.ts';
import type { FleetRenderer } from './fleet-renderer.ts';
import type { Fields } from './json-fields.ts';
import { renderJson } from './json.ts';
import { safeJson } from './safe-json.ts';

/** What is known without the rows comes before `reports`, in whose order the hosts are. */
export const renderFleetJson: FleetRenderer = function* (fleet) {
  const { hosts, missing, refused } = fleet;
  const head = { ...fleetHeaderFields(fleet), complete: isWholeFleet(fleet) };
  yield safeJson(head).slice(0, -1);
  yield* list('hosts', hosts.map(fleetHostFields));
  yield* list('missing', missing.map(missingFields));
  yield* list('refused', refused.map(refusedFields));
  yield ',\n"reports":[';
  let separator = '\n';
  for (const report of fleet.reports()) {
    yield separator;
    yield* renderJson(report);
    separator = ',\n';
  }
  yield ']}\n';
};

function* list(name: string, items: readonly Fields[]): Generator<string> {
  yield `,\n${safeJson(name)}:[`;
  for (const [at, item] of items.entries()) yield (at === 0 ? '\n' : ',\n') + safeJson(item);
  yield ']';
}
