/** Whoever can name a file or a mailbox must not write in our reports: all formats, and each by its own reader. */
import { describe, expect, test } from 'vitest';
import { asBytes, type BytePath } from '../../src/model/byte-path.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import type { Report } from '../../src/model/report.ts';
import { stagePath } from '../../src/model/stage.ts';
import { fleetRenderers } from '../../src/report/fleet-renderers.ts';
import { formats, type Format } from '../../src/report/formats.ts';
import { printable, quote } from '../../src/report/quote.ts';
import { renderers, type Renderer } from '../../src/report/renderers.ts';
import { judges, textOnly, type Told } from '../support/format-judges.ts';
import { forged, hostileNames } from '../support/hostile-names.ts';
import { reportOf, textOfName } from '../support/hostile-report.ts';
import { neededPrograms } from '../support/needed-programs.ts';

const harmlessNames = hostileNames.map((_, at) => asBytes(`name${at}`));

type Render = (format: Format, verbose?: number, columns?: number) => string;

const loaded = new Map<Format, Renderer>();
for (const format of formats) loaded.set(format, await renderers[format]());

function ofReport(report: Report): Render {
  return (format, verbose = 2, columns = 80) =>
    [...(loaded.get(format)?.(report, { columns, color: false, verbose }) ?? [])].join('');
}

/** A host for every name, which is that of the host and of all that it tells, and more that sent nothing. */
function fleetOf(names: readonly BytePath[]): Fleet {
  const reports = names.map((name): Report => {
    const report = reportOf([name]);
    return { ...report, header: { ...report.header, host: textOfName(name) } };
  });
  const words = names.map(textOfName);
  return {
    header: { version: 'test', mergedNs: 0n },
    hosts: reports.map(({ header, complete, totals }, at) => ({
      ...header,
      kind: 'scan',
      file: names[at] ?? asBytes(''),
      complete,
      totals,
      findings: { critical: 1, warning: 2, info: 3 },
      note: header.host,
    })),
    missing: words.map((host) => ({ host, why: host })),
    refused: names.map((file, at) => ({ file, why: words[at] ?? '', host: words[at] ?? '' })),
    reports: () => reports,
  };
}

function ofFleet(fleet: Fleet): Render {
  return (format, verbose = 2, columns = 80) =>
    [...fleetRenderers[format](fleet, { columns, color: false, verbose })].join('');
}

const hostile = reportOf(hostileNames);
const hostileFleet = fleetOf(hostileNames);
const stageNamesOf = ({ stageFiles }: Report): BytePath[] =>
  stageFiles.map(({ file }) => stagePath(file));
const stageNames = stageNamesOf(hostile);
const fleetReports = [...hostileFleet.reports()];

describe.each(formats)('%s', (format) => {
  test.each([
    ['a scan', ofReport(hostile)],
    ['an audit', ofReport(reportOf(hostileNames, true))],
    ['a fleet', ofFleet(hostileFleet)],
  ])('of %s has no control character, no invisible one, and no forged line', (_what, render) => {
    for (const [verbose, columns] of [
      [0, 40],
      [0, 80],
      [2, 80],
      [2, 200],
    ] as const) {
      const text = render(format, verbose, columns).replaceAll('\r\n', '\n');
      for (const line of text.split('\n')) {
        expect(line).toMatch(textOnly);
        expect(line.startsWith(forged)).toBe(false);
      }
    }
  });
});

const subjects: readonly {
  readonly what: string;
  readonly hostile: Render;
  readonly harmless: Render;
  readonly names: Pick<Told, 'stageNames' | 'bodyNames'>;
}[] = [
  {
    what: 'a report',
    hostile: ofReport(hostile),
    harmless: ofReport(reportOf(harmlessNames)),
    names: { stageNames, bodyNames: stageNames.map(quote) },
  },
  {
    what: 'a fleet',
    hostile: ofFleet(hostileFleet),
    harmless: ofFleet(fleetOf(harmlessNames)),
    names: {
      stageNames: fleetReports.flatMap(stageNamesOf),
      bodyNames: fleetReports.flatMap((report) =>
        stageNamesOf(report).map((path) => `${printable(report.header.host)}:${quote(path)}`),
      ),
    },
  },
];

describe.each(formats)('%s', (format) => {
  const { by, needs, judge } = judges[format];
  const claim = `names are nothing but names to ${by}`;
  const { missing, title } =
    needs === undefined ? { missing: [], title: claim } : neededPrograms(claim, needs);
  test.skipIf(missing.length > 0).each(subjects)(
    `of $what: ${title}`,
    ({ hostile, harmless, names }) => {
      judge({ hostile: hostile(format), harmless: harmless(format), ...names });
    },
  );
});
