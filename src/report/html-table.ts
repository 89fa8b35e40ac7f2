/** One table of the page: readable as it is, sortable and filterable where scripts run. */
import { joined, markup, nothing, type Markup } from './markup.ts';
import { count, many } from './quantities.ts';

export interface Column<T> {
  readonly title: string;
  /** Drawn below the title. */
  readonly scale?: Markup;
  readonly cell: (row: T) => Markup;
  /** What it is sorted by: a number, or the text of the cell; absent where an order would mean nothing. */
  readonly sort?: 'text' | ((row: T) => number | bigint);
  /** Right-aligned, or wide. */
  readonly look?: 'number' | 'wide';
  /** Says where the row is from, not what it is about: never the head of the row. */
  readonly isAside?: boolean;
}

/** A choice among the rows, each option with the word by which rows are marked. */
export interface Facet<T> {
  readonly label: string;
  readonly all: string;
  readonly options: readonly (readonly [mark: string, label: string])[];
  /** One word or several: lower-case letters, digits and hyphens. */
  readonly marks: (row: T) => readonly string[];
}

export interface Table<T> {
  /** Unique in the page; also the name by which the style sheet knows the columns. */
  readonly id: string;
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  /** How many there are, with those that are left to JSON. */
  readonly total: number;
  /** "stage file", for sentences. */
  readonly one: string;
  readonly many?: string;
  readonly facets?: readonly Facet<T>[];
  /** It can have thousands of rows: the style sheet gives its columns their widths, so that rows out of sight cost nothing. */
  readonly isLong?: boolean;
}

/** Fewer rows than these are seen at a glance. */
const filterFrom = 8;
/** From here on the browser draws only rows in sight; a picture of the whole page, which has none of the others, is no use then anyway. */
const lazyFrom = 500;

export function* tableMarkup<T>(table: Table<T>): Generator<Markup> {
  const { id, caption, columns, rows } = table;
  // A heading is what people see, since the filters stand between it and the table; the caption names the table.
  yield markup`<h3>${caption}</h3>
`;
  yield leftOut(table);
  if (rows.length >= filterFrom) yield filters(table);
  // The status stands without scripts too: then it simply is the number of rows.
  yield markup`<p class="count" role="status" id="${id}-count">${many(rows.length, 'row')}</p>
<div class="scroll"><table id="${id}" class="${classesOf(table)}"><caption>${caption}</caption>
<thead><tr>${columns.map(headCell)}</tr></thead>
<tbody>
`;
  const head = columns.find(({ isAside }) => isAside !== true);
  for (const row of rows) {
    const marks = (table.facets ?? []).flatMap((facet) => facet.marks(row)).join(' ');
    const attribute = marks === '' ? nothing : markup` data-marks="${marks}"`;
    yield markup`<tr${attribute}>${columns.map((column) => bodyCell(column, row, column === head))}</tr>
`;
  }
  yield markup`</tbody></table></div>
`;
}

function classesOf<T>({ columns, rows, isLong = false }: Table<T>): string {
  if (!isLong) return 'data';
  const hosts = columns.some(({ isAside }) => isAside === true) ? ' hosts' : '';
  return `data long${hosts}${rows.length > lazyFrom ? ' lazy' : ''}`;
}

function headCell<T>({ title, scale = nothing, sort, look, isAside }: Column<T>): Markup {
  const kind = sort === undefined ? nothing : markup` data-sort="${kindOf(sort)}"`;
  return markup`<th scope="col"${classOf(isAside === true ? 'aside' : look)}${kind}>${title}${scale}</th>`;
}

function kindOf(sort: unknown): string {
  return sort === 'text' ? 'text' : 'number';
}

function bodyCell<T>({ cell, sort, look }: Column<T>, row: T, isHead: boolean): Markup {
  const key = typeof sort === 'function' ? markup` data-key="${sort(row).toString()}"` : nothing;
  return isHead
    ? markup`<th scope="row"${classOf(look)}${key}>${cell(row)}</th>`
    : markup`<td${classOf(look)}${key}>${cell(row)}</td>`;
}

function classOf(look: 'number' | 'wide' | 'aside' | undefined): Markup {
  return look === undefined ? nothing : markup` class="${look}"`;
}

/** Hidden until a script is there to make it work. */
function filters<T>({ id, caption, facets = [] }: Table<T>): Markup {
  const selects = facets.map(
    ({ label, all, options }) =>
      markup`<label>${label} <select><option value="">${all}</option>${options.map(
        ([mark, words]) => markup`<option value="${mark}">${words}</option>`,
      )}</select></label>`,
  );
  return markup`<div class="filters" role="search" aria-label="Filter: ${caption}" data-table="${id}" hidden><label>Contains <input type="search" spellcheck="false" autocomplete="off"></label>${selects}<button type="button">Show all</button></div>
`;
}

function leftOut<T>({ rows, total, one, many: plural = `${one}s` }: Table<T>): Markup {
  const left = total - rows.length;
  if (left <= 0) return nothing;
  return markup`<p class="left"><strong>${count(rows.length)} of ${count(total)} ${plural} are listed here</strong>, the gravest. The other ${count(left)} are left to the JSON report (<code>--json -o report.json</code>, with the same partitions and options), which has every one of them.</p>
`;
}

/** Pieces as the items of a list without bullets; at most so many, and how many more there are. */
export function listMarkup(items: readonly Markup[], limit: number, one: string): Markup {
  const left = items.length - limit;
  const more =
    left <= 0
      ? nothing
      : markup`<li class="quiet">and ${many(left, `more ${one}`)}, in the JSON report</li>`;
  const shown = items.slice(0, limit).map((item) => markup`<li>${item}</li>`);
  return markup`<ul class="names">${shown}${more}</ul>`;
}

/** Lines of one cell, without the empty ones. */
export function stacked(lines: readonly (Markup | undefined)[]): Markup {
  const told = lines.filter((line) => line !== undefined).filter(({ text }) => text !== '');
  return joined(
    told.map((line) => markup`<div>${line}</div>`),
    '',
  );
}
