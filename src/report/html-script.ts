/**
 * The script of the page: sorts and filters what is there. It is handed no data: it reads the text and attributes of
 * rows, moves rows and hides them, and never makes markup.
 *
 * As text, since it runs elsewhere: a compiled function would change with the compiler and with what measures
 * coverage, and the page's policy knows it by its hash.
 */
export const script = `'use strict';
for (const table of document.querySelectorAll('table.data')) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const keyOf = (row, at, kind) => {
    const cell = row.cells[at];
    const key = cell.dataset.key ?? cell.textContent;
    if (kind === 'text') return key;
    // A time in nanoseconds is longer than a double is exact.
    return key.length > 15 ? BigInt(key) : Number(key);
  };
  const inOrder = new Intl.Collator('en', { numeric: true }).compare;
  const sortBy = (head) => {
    const at = heads.indexOf(head);
    const kind = head.dataset.sort;
    const isAscending = head.getAttribute('aria-sort') === 'ascending';
    const way = isAscending ? -1 : 1;
    const keyed = [...body.rows].map((row) => [keyOf(row, at, kind), row]);
    keyed.sort(([a], [b]) => way * (kind === 'text' ? inOrder(a, b) : a < b ? -1 : a > b ? 1 : 0));
    for (const other of heads) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', isAscending ? 'descending' : 'ascending');
    body.append(...keyed.map(([, row]) => row));
  };
  for (const head of heads) {
    if (head.dataset.sort === undefined) continue;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = head.firstChild.textContent;
    button.addEventListener('click', () => sortBy(head));
    head.replaceChild(button, head.firstChild);
  }
}
for (const box of document.querySelectorAll('.filters')) {
  const table = document.getElementById(box.dataset.table);
  const status = document.getElementById(box.dataset.table + '-count');
  const rows = [...table.tBodies[0].rows];
  const whole = status.textContent;
  const search = box.querySelector('input');
  const selects = [...box.querySelectorAll('select')];
  const count = (number) => number.toLocaleString('en');
  // Made when it is first needed: a page that is only read need not pay for it.
  let texts;
  const apply = () => {
    texts ??= rows.map((row) => row.textContent.toLowerCase());
    const words = search.value.toLowerCase().split(' ').filter((word) => word !== '');
    const marks = selects.map((select) => select.value).filter((mark) => mark !== '');
    let shown = 0;
    rows.forEach((row, at) => {
      const own = marks.length === 0 ? [] : (row.dataset.marks ?? '').split(' ');
      const isShown =
        marks.every((mark) => own.includes(mark)) && words.every((word) => texts[at].includes(word));
      if (isShown) shown += 1;
      if (row.hidden === isShown) row.hidden = !isShown;
    });
    const isAll = words.length + marks.length === 0;
    status.textContent = isAll ? whole : count(shown) + ' of ' + count(rows.length) + ' rows match the filter';
    status.classList.toggle('filtered', !isAll);
  };
  search.addEventListener('input', apply);
  for (const select of selects) select.addEventListener('change', apply);
  box.querySelector('button').addEventListener('click', () => {
    search.value = '';
    for (const select of selects) select.value = '';
    apply();
  });
  box.hidden = false;
  // A browser that comes back to the page fills the fields in again.
  if (search.value !== '' || selects.some((select) => select.value !== '')) apply();
}
`;

/** Kept true by test/report/html.test.ts: this folder computes no digests. */
export const scriptHash = 'sha256-7OD5LPTvEQ/zE8TB8+cZnB/GCF2qtqKe9XTHJe/Wsik=';
