/** One row for each report of a fleet: the scans, then the audits. */
import type { Fleet, FleetHost } from '../model/fleet.ts';
import { displayWidth } from './display-width.ts';
import { gridLines, type Column, type Entry } from './grid.ts';
import { paint, toned, type Toned } from './paint.ts';
import { printable } from './quote.ts';
import { age, bytes, count } from './quantities.ts';
import type { RenderOptions } from './renderer.ts';
import { wrap } from './wrap.ts';

/** Of the longest name of a host that 80 columns have room for beside the number of stage files. */
const shortName = 17;

interface Cell {
  readonly title: string;
  readonly align?: Column['align'];
  readonly of: (host: FleetHost) => Toned;
}

export function* scanLines(fleet: Fleet, options: RenderOptions): Generator<string> {
  const scans = fleet.hosts.filter(({ kind }) => kind === 'scan');
  const longest = scans.reduce(
    (most, { host }) => Math.max(most, displayWidth(printable(host))),
    0,
  );
  const hasUnseen = scans.some(({ totals }) => totals.unseenLinks > 0);
  const hasRoom = !hasUnseen && longest <= shortName + options.columns - 80;
  yield* section(
    'Scans',
    scans,
    [
      ageCell(fleet),
      completeCell,
      // What is not orphaned is in use or in doubt, which the report of the host tells; a name on one line is worth more.
      ...(hasRoom ? [numberCell('files', ({ totals }) => totals.stageFiles)] : []),
      numberCell('orphans', ({ totals }) => totals.orphans),
      numberCell('linked', ({ totals }) => totals.linked),
      alarmCell('damaged', ({ totals }) => totals.damagedMessages),
      ...(hasUnseen ? [alarmCell('unseen', ({ totals }) => totals.unseenLinks)] : []),
      { title: 'size', of: ({ totals }) => toned(bytes(totals.bytes)) },
    ],
    options,
  );
}

export function* auditLines(fleet: Fleet, options: RenderOptions): Generator<string> {
  const audits = fleet.hosts.filter(({ kind }) => kind === 'audit');
  yield* section(
    'Audits',
    audits,
    [
      ageCell(fleet),
      completeCell,
      numberCell('checked', ({ messages }) => messages?.checked ?? 0),
      alarmCell('damaged', ({ totals }) => totals.damagedMessages),
      numberCell('unverifiable', ({ messages }) => messages?.unverifiable ?? 0),
    ],
    options,
  );
}

function* section(
  title: string,
  hosts: readonly FleetHost[],
  cells: readonly Cell[],
  options: RenderOptions,
): Generator<string> {
  if (hosts.length === 0) return;
  yield '';
  yield paint(toned(title, 'title'), options.color);
  const columns = cells.map(({ title: name, align = 'right' }): Column => ({ title: name, align }));
  const entry = (host: FleetHost): Entry => {
    const { note } = host;
    return {
      cells: cells.map(({ of }) => of(host)),
      name: printable(host.host),
      ...(note === undefined
        ? {}
        : {
            below: (room) => wrap(printable(note), room).map((text) => toned(text, 'quiet')),
          }),
    };
  };
  yield* gridLines(columns, 'host', hosts, entry, options);
}

/** Since the report ended; of one that is dated ahead "future". */
function ageCell({ header }: Fleet): Cell {
  return {
    title: 'age',
    of: ({ finishedNs }) => {
      const seconds = Number((header.mergedNs - finishedNs) / 1_000_000_000n);
      // Clocks differ by a little. The largest unit is enough to see which reports are old.
      const text = seconds < 0 && seconds > -300 ? '0 s' : age(seconds);
      return toned(text.split(' ').slice(0, 2).join(' '), seconds <= -300 ? 'bad' : undefined);
    },
  };
}

const completeCell: Cell = {
  title: 'complete',
  align: 'left',
  of: ({ complete }) => (complete ? toned('yes') : toned('NO', 'bad')),
};

function numberCell(title: string, of: (host: FleetHost) => number): Cell {
  return { title, of: (host) => toned(count(of(host))) };
}

/** A number that should be 0. */
function alarmCell(title: string, of: (host: FleetHost) => number): Cell {
  return { title, of: (host) => toned(count(of(host)), of(host) > 0 ? 'bad' : undefined) };
}
