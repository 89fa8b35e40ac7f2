/** Questions that tests put to a page in a browser, as expressions. */

/** How many rows of a table are to be seen. */
export function shownRows(table: string): string {
  return `[...document.querySelectorAll('#${table} tbody tr')].filter((row) => row.checkVisibility()).length`;
}

/** Pixels by which the page is wider than its window. */
export const horizontalOverflow = `document.documentElement.scrollWidth - document.documentElement.clientWidth`;

/** What a person with a screen reader would miss, as sentences. */
export const pageFaults = `(() => {
  const faults = [];
  for (const name of ['header', 'nav', 'main']) {
    if (document.querySelectorAll('body > ' + name).length !== 1) faults.push('not one ' + name);
  }
  if (document.querySelectorAll('h1').length !== 1) faults.push('not one h1');
  if (document.documentElement.lang !== 'en') faults.push('no language');
  for (const section of document.querySelectorAll('section')) {
    const heading = document.getElementById(section.getAttribute('aria-labelledby'));
    if (heading === null || !section.contains(heading)) faults.push('section without a name: ' + section.id);
  }
  for (const table of document.querySelectorAll('table')) {
    if ((table.caption?.textContent ?? '') === '') faults.push('no caption: ' + table.id);
    for (const row of table.tBodies[0].rows) {
      if (row.querySelectorAll('th[scope=row]').length !== 1) faults.push('row without a head: ' + table.id);
    }
  }
  for (const head of document.querySelectorAll('thead th')) {
    if (head.scope !== 'col') faults.push('no scope: ' + head.textContent);
  }
  for (const control of document.querySelectorAll('input, select')) {
    if (control.labels.length !== 1) faults.push('no label');
  }
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  if (new Set(ids).size !== ids.length) faults.push('an id twice');
  return faults;
})()`;

/**
 * The text that stands out least from what is behind it: { ratio, text }. Source of the formula: WCAG 2, definitions of
 * contrast ratio and relative luminance.
 */
export const lowestContrast = `(() => {
  const numbers = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = (color) => {
    const [r, g, b] = numbers(color).slice(0, 3).map((part) => {
      const value = part / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let each = element; each !== null; each = each.parentElement) {
      const color = getComputedStyle(each).backgroundColor;
      const alpha = numbers(color)[3] ?? 1;
      if (alpha === 1) return color;
      if (alpha !== 0) throw new Error('half transparent: ' + each.className);
    }
    return 'rgb(255, 255, 255)';
  };
  let lowest = { ratio: 21, text: '' };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    if (node.textContent.trim() === '' || !element.checkVisibility()) continue;
    if (element.closest('script, style, option')) continue;
    const ink = element.closest('svg') ? getComputedStyle(element).fill : getComputedStyle(element).color;
    const [a, b] = [light(ink), light(behind(element))].sort((one, other) => other - one);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < lowest.ratio) lowest = { ratio, text: node.textContent };
  }
  return lowest;
})()`;
