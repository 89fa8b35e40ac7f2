/**
 * Many hosts' reports as one CSV table, the rows of each host as in its own. More kinds of `row`: `missing`, a host that
 * has no complete report; `refused`, a file that is none; and `fleet`, always last, without which the file was cut off.
 */
import { isWholeFleet } from '../model/fleet.ts';
import { pathCells } from './csv-line.ts';
import { csvHeader, csvRow, csvRows } from './csv.ts';
import type { FleetRenderer } from './fleet-renderer.ts';
import { isoTime } from './quantities.ts';
import { printable } from './quote.ts';

export const renderFleetCsv: FleetRenderer = function* (fleet) {
  yield csvHeader;
  for (const report of fleet.reports()) yield* csvRows(report);
  for (const { host, note } of fleet.hosts) {
    if (note !== undefined) yield csvRow(host, { row: 'note', detail: printable(note) });
  }
  for (const { host, why } of fleet.missing) {
    yield csvRow(host, { row: 'missing', complete: false, detail: printable(why) });
  }
  for (const { file, why, host = '' } of fleet.refused) {
    const [path, path_base64] = pathCells(file);
    yield csvRow(host, { row: 'refused', path, path_base64, detail: printable(why) });
  }
  yield csvRow('', {
    row: 'fleet',
    complete: isWholeFleet(fleet),
    finished_at: isoTime(fleet.header.mergedNs),
  });
};
