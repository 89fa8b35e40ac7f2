/** The page in a real browser: what it does, what it cannot be made to do, and how it is seen. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asBytes, bytePath } from '../../src/model/byte-path.ts';
import type { Report } from '../../src/model/report.ts';
import { renderHtml } from '../../src/report/html.ts';
import { Browser } from '../support/chromium.ts';
import { auditOf, incidentReport, withGaps } from '../support/incident-reports.ts';
import { neededPrograms } from '../support/needed-programs.ts';
import { aLink, aReport, aRow } from '../support/report-builder.ts';
import {
  horizontalOverflow,
  pageFaults,
  lowestContrast,
  shownRows,
} from '../support/page-questions.ts';
import {
  fleetPage,
  timed,
  sortOf,
  statusOf,
  type,
  choose,
  press,
  rolesIn,
  idIn,
  contrastOf,
} from '../support/page-acts.ts';

const { missing, title } = neededPrograms('the page in a browser', { chromium: 'chromium' });
const html = (report: Report): string =>
  [...renderHtml(report, { columns: 80, color: false, verbose: 0 })].join('');

const incident = withGaps(incidentReport({ host: 'mx1', pids: 12, filesEach: 3, damaged: 2 }));

describe.skipIf(missing.length > 0)(title, () => {
  let browser: Browser;
  beforeAll(() => {
    browser = new Browser();
  });
  afterAll(async () => {
    await browser.close();
  });

  describe('names that mean harm', () => {
    const harm = [
      '<script>window.hit = 1; alert(1)</script>',
      '"><img src=http://attacker.example/x onerror="window.hit=1">',
      "'><svg onload=window.hit=1>",
      '</title></style></script><script>window.hit=1</script>',
      '--><iframe src=javascript:parent.hit=1></iframe>',
      'javascript:window.hit=1',
    ].join(' ');
    const report = aReport({
      header: { host: harm, version: harm, command: ['stagesweep', harm] },
      stageFiles: [
        aRow({
          leaf: bytePath(harm.replaceAll('/', '∕')),
          others: [aLink('u', harm, 3, { status: 'damaged' })],
          owner: { state: 'dead', evidence: harm },
        }),
        ...Array.from({ length: 10 }, (_, at) =>
          aRow({ leaf: asBytes(`${at}.${harm[at] ?? ''}`) }),
        ),
      ],
      findings: [
        {
          code: 'message-foreign',
          path: bytePath(`/${harm}`),
          mailbox: harm,
          messageUid: 1,
          donor: { mailbox: `user.${harm}`, messageUid: 2 },
          goodCopy: { message: { mailbox: harm, messageUid: 3 }, path: bytePath(harm) },
          detail: harm,
        },
        { code: 'unreadable', path: bytePath(`/x/${harm}`), detail: harm },
      ],
      notes: [harm],
    });

    test('run nothing, ask for nothing and open nothing, also when they are sorted and filtered', async () => {
      const page = await browser.open(html(report));
      await page.evaluate(`
        for (const button of document.querySelectorAll('thead button')) button.click();
        for (const input of document.querySelectorAll('input')) {
          input.value = '<script>';
          input.dispatchEvent(new Event('input'));
        }
      `);
      expect(await page.evaluate('typeof window.hit')).toBe('undefined');
      expect({ requests: page.requests, dialogs: page.dialogs, log: page.log }).toEqual({
        requests: [],
        dialogs: [],
        log: [],
      });
    });

    test('do nothing on the page of a fleet either, as hosts, as files and as reasons', async () => {
      const page = await browser.open(fleetPage(report, harm));
      await page.evaluate(`
        for (const button of document.querySelectorAll('thead button')) button.click();
        for (const input of document.querySelectorAll('input')) {
          input.value = '<script>';
          input.dispatchEvent(new Event('input'));
        }
      `);
      expect(await page.evaluate('typeof window.hit')).toBe('undefined');
      const made = `document.querySelectorAll('img, iframe, object, embed, svg[onload], script + script').length`;
      expect(await page.evaluate(made)).toBe(0);
      expect({ requests: page.requests, dialogs: page.dialogs, log: page.log }).toEqual({
        requests: [],
        dialogs: [],
        log: [],
      });
      const told = `document.querySelector('.banner.doubt').textContent`;
      expect(await page.evaluate(told)).toContain(`${harm}: no complete report: ${harm}`);
      expect(await page.evaluate(told)).toContain(`(of ${harm}) was not taken: ${harm}`);
    });

    test('make no element, and are read as they are', async () => {
      const page = await browser.open(html(report));
      expect(
        await page.evaluate(
          `document.querySelectorAll('img, iframe, object, embed, svg[onload], script + script').length`,
        ),
      ).toBe(0);
      expect(await page.evaluate('document.title')).toContain('</title></style></script>');
      expect(await page.evaluate(`document.querySelector('.note').textContent`)).toContain(harm);
    });
  });

  describe('the policy', () => {
    const planted = `<script>window.hit = 'script'</script>
<img src="x" onerror="window.hit = 'handler'">
<p id="planted" style="color: rgb(1, 2, 3)">planted</p>
<style>#planted { margin-left: 77px }</style>
<link rel="stylesheet" href="http://attacker.example/style.css">`;
    const doctored = html(incident).replace('<main>', `<main>${planted}`);
    const seen = `[typeof window.hit, getComputedStyle(planted).color === 'rgb(1, 2, 3)', getComputedStyle(planted).marginLeft]`;

    test('stops scripts, handlers and styles that somebody wrote into the file', async () => {
      const page = await browser.open(doctored);
      expect(await page.evaluate(seen)).toEqual(['undefined', false, '0px']);
    });

    test('and nothing else stops them: without it they run', async () => {
      const page = await browser.open(doctored.replace(/<meta http-equiv=[^>]*>/, ''));
      expect(await page.evaluate(seen)).toEqual(['string', true, '77px']);
    });

    test('lets no script of the page make markup of a text', async () => {
      const page = await browser.open(html(incident));
      await expect(page.evaluate(`document.body.innerHTML = '<b>x</b>'`)).rejects.toThrow(
        /TrustedHTML/,
      );
    });

    test('lets the page ask nobody for anything', async () => {
      const page = await browser.open(html(incident));
      const asked = `fetch('data:text/plain,x').then(() => 'answered', () => 'refused')`;
      expect(await page.evaluate(asked)).toBe('refused');
    });
  });

  describe('tables', () => {
    const sizes = `[...document.querySelectorAll('#stage-table tbody tr')].map((row) => Number(row.cells[4].dataset.key))`;
    const inOrder = (numbers: unknown): unknown =>
      Array.isArray(numbers) ? numbers.map(Number).sort((a, b) => a - b) : undefined;

    test('are sorted by a click on a head, and the other way round by the next', async () => {
      const page = await browser.open(html(incident));
      const click = `document.querySelectorAll('#stage-table thead button')[4].click()`;
      const before = await page.evaluate(sizes);
      await page.evaluate(click);
      expect(await page.evaluate(sizes)).toEqual(inOrder(before));
      expect(await sortOf(page)).toBe('ascending');
      await page.evaluate(click);
      expect(await page.evaluate(`${sizes}.reverse()`)).toEqual(inOrder(before));
      expect(await sortOf(page)).toBe('descending');
    });

    test('are sorted with the keyboard', async () => {
      const page = await browser.open(html(incident));
      await page.evaluate(`document.querySelectorAll('#stage-table thead button')[4].focus()`);
      await press(page, 'Enter', 13, '\r');
      expect(await page.evaluate(sizes)).toEqual(inOrder(await page.evaluate(sizes)));
      expect(await sortOf(page)).toBe('ascending');
    });

    test('are sorted by time to the nanosecond', async () => {
      const at = 1_239_703_200_000_000_000n;
      const rows = [3n, 1n, 2n].map((ns) =>
        aRow({ leaf: asBytes(`${ns}.`), stat: { changedNs: at + ns } }),
      );
      const page = await browser.open(html(aReport({ stageFiles: rows })));
      await page.evaluate(`document.querySelectorAll('#stage-table thead button')[3].click()`);
      const names = `[...document.querySelectorAll('#stage-table tbody th')].map((cell) => cell.firstChild.textContent.at(-2))`;
      expect(await page.evaluate(names)).toEqual(['1', '2', '3']);
    });

    test('show the rows that hold every word that was typed, and how many they are', async () => {
      const page = await browser.open(html(incident));
      const holding = incident.stageFiles.filter(({ account }) =>
        account.links.some(({ mailbox }) => mailbox?.includes('user.carol')),
      ).length;
      await type(page, 'stage-table', 'USER.carol sync.');
      expect(await page.evaluate(shownRows('stage-table'))).toBe(holding);
      expect(await statusOf(page)).toBe(`${holding} of 36 rows match the filter`);
      await page.evaluate(`document.querySelector('[data-table="stage-table"] button').click()`);
      expect(await page.evaluate(shownRows('stage-table'))).toBe(36);
      expect(await statusOf(page)).toBe('36 rows');
    });

    test('show the rows of a verdict and of a severity', async () => {
      const page = await browser.open(html(incident));
      await choose(page, 'stage-table', 0, 'undecided');
      expect(await page.evaluate(shownRows('stage-table'))).toBe(1);
      await choose(page, 'code-table', 0, 'critical');
      expect(await page.evaluate(shownRows('code-table'))).toBe(2);
    });

    test('stay filtered when they are sorted', async () => {
      const page = await browser.open(html(incident));
      await choose(page, 'stage-table', 0, 'undecided');
      await page.evaluate(`document.querySelectorAll('#stage-table thead button')[4].click()`);
      expect(await page.evaluate(shownRows('stage-table'))).toBe(1);
    });

    test('of 5,000 rows are filtered and sorted like any other; the rest is left to JSON', async () => {
      const rows = Array.from({ length: 5200 }, (_, at) =>
        aRow({ leaf: asBytes(`${at}.`), others: [aLink('u', `user.p${at % 100}`, at + 1)] }),
      );
      const page = await browser.open(html(aReport({ stageFiles: rows })));
      const all = `document.querySelectorAll('#stage-table tbody tr').length`;
      expect(await page.evaluate(all)).toBe(5000);
      expect(await page.evaluate(`document.querySelector('#sharing .left').textContent`)).toMatch(
        /^5,000 of 5,200 stage files are listed here.* The other 200 are left to the JSON report/,
      );
      const filtering = await timed(() => type(page, 'stage-table', 'user.p7 '), page);
      // p7, and p70 to p79.
      expect(await page.evaluate(shownRows('stage-table'))).toBe(550);
      expect(await statusOf(page)).toBe('550 of 5,000 rows match the filter');
      const click = `document.querySelectorAll('#stage-table thead button')[0].click()`;
      const sorting = await timed(() => page.evaluate(click), page);
      expect(await sortOf(page)).toBe('ascending');
      expect(await page.evaluate(all)).toBe(5000);
      expect(await page.evaluate(shownRows('stage-table'))).toBe(550);
      const keys = `[...document.querySelectorAll('#stage-table tbody tr')].map((row) => row.cells[0].textContent)`;
      expect(new Set((await page.evaluate(keys)) as string[]).size).toBe(5000);
      // Told and not judged: the machine may have other things to do.
      console.info(`5,000 rows: filtered in ${filtering} ms, sorted in ${sorting} ms`);
    });
  });

  describe('how it is read', () => {
    test('without scripts it has all rows, and no control that does nothing', async () => {
      const page = await browser.open('<!DOCTYPE html><title>empty</title>');
      await page.send('Emulation.setScriptExecutionDisabled', { value: true });
      const { frameTree } = await page.send('Page.getFrameTree');
      const frameId = idIn(frameTree);
      await page.send('Page.setDocumentContent', { frameId, html: html(incident) });
      expect(await page.evaluate(shownRows('stage-table'))).toBe(36);
      const controls = `[...document.querySelectorAll('button, input, select')].filter((each) => each.checkVisibility()).length`;
      expect(await page.evaluate(controls)).toBe(0);
    });

    test('every control has a label, every table a caption, every head its scope, every part a landmark', async () => {
      const page = await browser.open(html(incident));
      expect(await page.evaluate(pageFaults)).toEqual([]);
    });

    test('a table that is drawn as a grid still is a table to a screen reader', async () => {
      const page = await browser.open(html(incident));
      const { nodes } = await page.send('Accessibility.getFullAXTree');
      const roles = rolesIn(nodes);
      const rows = Number(await page.evaluate(`document.querySelectorAll('tr').length`));
      const tables = Number(await page.evaluate(`document.querySelectorAll('table').length`));
      expect(roles('table')).toBe(tables);
      expect(roles('row')).toBe(rows);
      expect(roles('rowheader')).toBe(rows - tables);
    });

    test.each(['light', 'dark'])('in %s colours every text has enough contrast', async (scheme) => {
      const page = await browser.open(html(incident));
      await page.send('Emulation.setEmulatedMedia', {
        features: [{ name: 'prefers-color-scheme', value: scheme }],
      });
      // WCAG 2, success criterion 1.4.3, for text of ordinary size.
      const { ratio } = contrastOf(await page.evaluate(lowestContrast));
      expect(ratio).toBeGreaterThanOrEqual(4.5);
    });

    test.each([320, 390, 768, 1280])(
      'at %i pixels nothing sticks out of the page',
      async (width) => {
        const page = await browser.open(html(incident));
        await page.send('Emulation.setDeviceMetricsOverride', {
          width,
          height: 900,
          deviceScaleFactor: 1,
          mobile: false,
        });
        expect(await page.evaluate(horizontalOverflow)).toBe(0);
      },
    );

    test('on paper it is black on white, without filters, and heads stand on every page', async () => {
      const page = await browser.open(html(auditOf(incident)));
      await page.send('Emulation.setEmulatedMedia', {
        media: 'print',
        features: [{ name: 'prefers-color-scheme', value: 'dark' }],
      });
      const looks = `({
        ground: getComputedStyle(document.body).backgroundColor,
        ink: getComputedStyle(document.body).color,
        heads: getComputedStyle(document.querySelector('thead')).display,
        controls: [...document.querySelectorAll('.filters, nav')].filter((each) => each.checkVisibility()).length,
      })`;
      expect(await page.evaluate(looks)).toEqual({
        ground: 'rgb(255, 255, 255)',
        ink: 'rgb(0, 0, 0)',
        heads: 'table-header-group',
        controls: 0,
      });
    });

    test('on paper rows are drawn that no screen has shown yet', async () => {
      const rows = Array.from({ length: 600 }, (_, at) => aRow({ leaf: asBytes(`${at}.`) }));
      const page = await browser.open(html(aReport({ stageFiles: rows })));
      const last = `getComputedStyle(document.querySelector('#stage-table tbody tr:last-child')).contentVisibility`;
      expect(await page.evaluate(last)).toBe('auto');
      await page.send('Emulation.setEmulatedMedia', { media: 'print' });
      expect(await page.evaluate(last)).toBe('visible');
    });

    test('on paper a filtered table says that it is', async () => {
      const page = await browser.open(html(incident));
      await choose(page, 'stage-table', 0, 'undecided');
      await page.send('Emulation.setEmulatedMedia', { media: 'print' });
      const told = `[...document.querySelectorAll('.count')].filter((each) => each.checkVisibility()).map((each) => each.textContent)`;
      expect(await page.evaluate(told)).toEqual(['1 of 36 rows match the filter']);
    });
  });
});
