/** Many hosts' reports as metrics: those of one host with its name as a label. */
import type { FleetHost } from '../model/fleet.ts';
import type { FleetRenderer } from './fleet-renderer.ts';
import { measurementsOf, type Measurement } from './measure-report.ts';
import { familyText, metricFamilies, type Measured } from './prometheus.ts';
import { printable } from './quote.ts';

export const renderFleetPrometheus: FleetRenderer = function* (fleet) {
  const measured = new Map<string, Map<string, Measurement>>();
  for (const report of fleet.reports()) {
    // As everywhere: a label may hold any character, and who reads the file is a terminal too.
    const host = printable(report.header.host);
    const known = measured.get(host) ?? new Map<string, Measurement>();
    // A check --deep and an audit of one host measure the same: a sample that stands twice is an error to its readers.
    // The audit comes second, and looked at everything.
    for (const one of measurementsOf(report)) known.set(sampleKey(one), one);
    measured.set(host, known);
  }
  const all = [...measured].map(([host, samples]): Measured => ({
    labels: { host },
    measurements: [...samples.values()],
  }));
  for (const family of metricFamilies([...all, ...silent(fleet.missing, fleet.hosts)])) {
    yield* familyText(family);
  }
};

/** A host that sent nothing has no numbers, but whether its scan is complete is known: an alert needs a sample. */
function silent(
  missing: readonly { readonly host: string }[],
  hosts: readonly FleetHost[],
): Measured[] {
  const heard = new Set(hosts.map(({ host }) => printable(host)));
  return [...new Set(missing.map(({ host }) => printable(host)))]
    .filter((host) => !heard.has(host))
    .map((host) => ({
      labels: { host },
      measurements: [{ name: 'cyrus_stage_scan_complete', labels: {}, value: 0 }],
    }));
}

function sampleKey({ name, labels }: Measurement): string {
  return JSON.stringify([name, Object.entries(labels).sort()]);
}
