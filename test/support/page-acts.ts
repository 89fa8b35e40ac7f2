/** What a reader of the page does with it, and what a browser says of what he sees. */
import { bytePath } from '../../src/model/byte-path.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import type { Report } from '../../src/model/report.ts';
import { renderFleetHtml } from '../../src/report/fleet-html.ts';
import { type BrowserPage } from './chromium.ts';

/** Two hosts of these names, one that is missing, and a file that is none. */
export function fleetPage(report: Report, harm: string): string {
  const hosts = [report.header.host, `${report.header.host} 2`];
  const reports = hosts.map((host) => ({ ...report, header: { ...report.header, host } }));
  const fleet: Fleet = {
    header: { version: harm, mergedNs: report.header.finishedNs },
    hosts: reports.map(({ header, complete, totals }) => ({
      ...header,
      kind: 'scan',
      file: bytePath(`/${harm}`),
      complete,
      totals,
      findings: { critical: 1, warning: 1, info: 0 },
      note: harm,
    })),
    missing: [{ host: harm, why: harm }],
    refused: [{ file: bytePath(harm), why: harm, host: harm }],
    reports: () => reports,
  };
  return [...renderFleetHtml(fleet, { columns: 80, color: false, verbose: 0 })].join('');
}

/** Milliseconds until the page has drawn what came of it. */
export async function timed(act: () => Promise<unknown>, page: BrowserPage): Promise<number> {
  const startedMs = performance.now();
  await act();
  const drawn = `new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))`;
  await page.evaluate(`${drawn}.then(() => true)`);
  return Math.round(performance.now() - startedMs);
}

export async function sortOf(page: BrowserPage): Promise<unknown> {
  const found = `[...document.querySelectorAll('#stage-table [aria-sort]')].map((head) => head.getAttribute('aria-sort')).join()`;
  return page.evaluate(found);
}

export async function statusOf(page: BrowserPage): Promise<unknown> {
  return page.evaluate(`document.getElementById('stage-table-count').textContent`);
}

export async function type(page: BrowserPage, table: string, text: string): Promise<void> {
  await page.evaluate(`document.querySelector('[data-table="${table}"] input').focus()`);
  await page.send('Input.insertText', { text });
}

export async function choose(
  page: BrowserPage,
  table: string,
  at: number,
  value: string,
): Promise<void> {
  await page.evaluate(`{
    const select = document.querySelectorAll('[data-table="${table}"] select')[${at}];
    select.value = '${value}';
    select.dispatchEvent(new Event('change'));
  }`);
}

export async function press(
  page: BrowserPage,
  key: string,
  code: number,
  text: string,
): Promise<void> {
  const fields = { key, code: key, windowsVirtualKeyCode: code };
  await page.send('Input.dispatchKeyEvent', { type: 'keyDown', text, ...fields });
  await page.send('Input.dispatchKeyEvent', { type: 'keyUp', ...fields });
}

/** How many elements a screen reader would call so; a grid where a table should be is none. */
export function rolesIn(nodes: unknown): (role: string) => number {
  const text = JSON.stringify(nodes);
  return (role) => text.split(`"role":{"type":"role","value":"${role}"}`).length - 1;
}

export function idIn(frameTree: unknown): string {
  const found = /"id":"([^"]+)"/.exec(JSON.stringify(frameTree));
  return found?.[1] ?? '';
}

export function contrastOf(value: unknown): { ratio: number } {
  const found = /"ratio":([\d.]+)/.exec(JSON.stringify(value));
  return { ratio: Number(found?.[1] ?? 0) };
}
