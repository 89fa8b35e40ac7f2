/**
 * Numbers for the textfile collector of Prometheus's node_exporter. Without timestamps, which that collector refuses;
 * when the scan ended is a metric of its own.
 *
 * Source: Prometheus, "Exposition formats", text format 0.0.4; "Metric and label naming".
 */
import {
  measurementsOf,
  metricNames,
  metrics,
  type Measurement,
  type MetricName,
} from './measure-report.ts';
import type { Renderer } from './renderer.ts';

/** The measurements of one report, and the labels that tell it from others: the host, in a fleet. */
export interface Measured {
  readonly labels: Readonly<Record<string, string>>;
  readonly measurements: readonly Measurement[];
}

export interface MetricFamily {
  readonly name: MetricName;
  readonly help: string;
  readonly samples: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
}

/** Each metric once, with the samples of all: a second HELP or TYPE for a name is an error to its readers. */
export function metricFamilies(all: readonly Measured[]): MetricFamily[] {
  const families = new Map<MetricName, MetricFamily['samples'][number][]>();
  for (const { labels, measurements } of all) {
    for (const measurement of measurements) {
      const sample = { labels: { ...labels, ...measurement.labels }, value: measurement.value };
      const samples = families.get(measurement.name);
      if (samples === undefined) families.set(measurement.name, [sample]);
      else samples.push(sample);
    }
  }
  return metricNames.flatMap((name) => {
    const samples = families.get(name);
    return samples === undefined ? [] : [{ name, help: metrics[name], samples }];
  });
}

export function* familyText({ name, help, samples }: MetricFamily): Generator<string> {
  yield `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} gauge\n`;
  for (const { labels, value } of samples) {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${labelValue(text)}"`);
    yield `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`;
  }
}

export const renderPrometheus: Renderer = function* (report) {
  for (const family of metricFamilies([{ labels: {}, measurements: measurementsOf(report) }])) {
    yield* familyText(family);
  }
};

function labelValue(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
