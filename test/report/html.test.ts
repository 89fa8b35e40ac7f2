import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asBytes, bytePath, type BytePath } from '../../src/model/byte-path.ts';
import type { Report } from '../../src/model/report.ts';
import { renderHtml, renderPage, type PageSource } from '../../src/report/html.ts';
import { script, scriptHash } from '../../src/report/html-script.ts';
import { style, styleHash } from '../../src/report/html-style.ts';
import { auditOf, incidentReport, withGaps } from '../support/incident-reports.ts';
import {
  aLink,
  aReport,
  aRow,
  aStageDirectory,
  scanTime,
  spool,
} from '../support/report-builder.ts';

const options = { columns: 80, color: false, verbose: 0 };
const html = (report: Report): string => [...renderHtml(report, options)].join('');
const page = (source: PageSource): string => [...renderPage(source)].join('');
/** What a reader sees: no tags, no script, no style, single spaces. */
const words = (text: string): string =>
  text
    .replace(/<(style|script)>.*?<\/\1>/gs, '')
    .replace(/<wbr>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');

const incident = incidentReport({ host: 'mx1.example.org', pids: 10, filesEach: 2, damaged: 2 });
const calm = aReport({ header: { host: 'mx2.example.org' }, stageFiles: [aRow()] });

describe('what the page may do', () => {
  const digest = (text: string): string =>
    `sha256-${createHash('sha256').update(text).digest('base64')}`;

  test('the policy knows the style and the script of the page by their digests', () => {
    expect({ styleHash, scriptHash }).toEqual({
      styleHash: digest(style),
      scriptHash: digest(script),
    });
  });

  test('the policy allows that style and that script, and nothing else', () => {
    const [, policy] =
      /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html(incident)) ?? [];
    expect(policy?.split('; ')).toEqual([
      "default-src 'none'",
      `style-src '${styleHash}'`,
      `script-src '${scriptHash}'`,
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]);
  });

  test('the policy comes before everything that it is about', () => {
    const text = html(incident);
    const at = text.indexOf('http-equiv="Content-Security-Policy"');
    expect(text.slice(0, at)).toBe(
      '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta ',
    );
  });

  test('there is one script and one style, and neither handlers nor styles in attributes', () => {
    const text = html(incident);
    expect(text.match(/<script|<style/g)).toEqual(['<style', '<script']);
    expect(text).not.toMatch(/<[^>]*\s(?:on\w+|style|src)=/);
  });

  test('no address leads out of the page', () => {
    const links = [...html(incident).matchAll(/href="([^"]*)"/g)].map(([, target]) => target);
    expect(links.filter((target) => target?.startsWith('#') !== true)).toEqual([]);
  });
});

/** Control characters, what changes the direction of text, and what is drawn as nothing; a line feed is ours. */
const unseen = /[^\P{Cc}\n]|[\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;

describe('names that mean harm', () => {
  const named = (leaf: BytePath, text: string): string =>
    html(
      aReport({
        header: { host: `mx ${text}`, command: ['stagesweep', 'scan', text] },
        stageFiles: [
          aRow({
            leaf,
            others: [aLink('u', text.slice(0, 100), 3)],
            owner: { state: 'dead', evidence: text },
          }),
        ],
        findings: [
          { code: 'message-foreign', path: leaf, mailbox: text, messageUid: 1, detail: text },
          { code: 'unreadable', path: leaf, mailbox: text, detail: text },
        ],
        notes: [text],
        coverage: { unreadable: [{ path: leaf, syscall: text, errno: text }] },
      }),
    );
  const tags = (text: string): number => text.replaceAll('<wbr>', '').split('<').length;
  const harmless = tags(named(asBytes('65.'), 'plain'));

  test('whatever they are, they make no tag', () => {
    const piece = fc.constantFrom(
      '<script>',
      '</td>',
      '"',
      "'",
      '&',
      '<!--',
      '</title>',
      ']]>',
      'a',
      'é',
    );
    const text = fc.array(piece, { minLength: 1, maxLength: 12 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, (name) => {
        expect(tags(named(bytePath(name.replaceAll('/', '_')), name))).toBe(harmless);
      }),
      { numRuns: 200 },
    );
  });

  test('control characters and changes of direction are shown, never passed on', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
      fc.constantFrom('\u202egpj.exe', '\x1b[2J', 'a\u2066b', '\x00', '\u200d'),
    );
    fc.assert(
      fc.property(name, (text) => {
        const made = named(bytePath(text.replaceAll(/[/\0]/g, '_')), text);
        expect(made).not.toMatch(unseen);
      }),
      { numRuns: 300 },
    );
  });

  test('a name that is not UTF-8 is shown by its bytes', () => {
    expect(words(named(asBytes('6\xff5.'), 'plain'))).toContain(
      '/var/spool/imap/sync./29594/6\\xff5.',
    );
  });
});

describe('the summary', () => {
  test('says in capitals that the answer is not the whole one, and why', () => {
    const text = words(html(withGaps(incident)));
    expect(text).toContain('INCOMPLETE: this is not the whole answer');
    expect(text).toContain('3 places could not be read, 1 area had to be left out');
    expect(text).toContain('not known to be absent');
  });

  test('says that the answer is complete only when it is', () => {
    const complete = 'looked at everything that was asked of it';
    expect(words(html(incident))).toContain(complete);
    expect(words(html(withGaps(incident)))).not.toContain(complete);
  });

  test('names a host that sent nothing, though all reports are complete', () => {
    const text = words(
      page({
        reports: () => [calm],
        missing: [{ host: 'mx9.example.org', why: 'it sent nothing' }],
      }),
    );
    expect(text).toContain('INCOMPLETE');
    expect(text).toContain('mx9.example.org : no complete report: it sent nothing');
  });

  test('names a file that was no report', () => {
    const text = words(
      page({
        reports: () => [calm],
        refused: [{ file: bytePath('reports/a.json'), why: 'it is empty' }],
      }),
    );
    expect(text).toContain('reports/a.json was not taken: it is empty');
  });

  test('adds up the hosts', () => {
    const text = words(page({ reports: () => [calm, incident] }));
    expect(text).toContain('Stage files 21 ');
    expect(text).toContain('Crashes 11 ');
  });

  test('tells a scan that found no damage from an audit that found none', () => {
    expect(words(html(calm))).toContain('an audit does that');
    expect(words(html(calm))).toContain(
      'Damaged messages 0 among messages that share an inode with a stage file',
    );
    const audited = { ...auditOf(calm), findings: [] };
    expect(words(html(audited))).toContain('No message that was looked at is known to be damaged.');
  });
});

describe('whose mail', () => {
  const damage = (mailbox: string, donor: string): string =>
    words(
      html(
        aReport({
          findings: [
            {
              code: 'message-foreign',
              path: bytePath(`${spool}/x/7.`),
              mailbox,
              messageUid: 7,
              donor: { mailbox: donor, messageUid: 9 },
            },
          ],
        }),
      ),
    );

  test('another user’s message is told as that', () => {
    const text = damage('user.alice.Sent', 'user.bob');
    expect(text).toContain('1 mailbox owner could read mail of somebody else.');
    expect(text).toContain('user.alice user.bob 1 user.alice.Sent uid 7 holds user.bob uid 9');
  });

  test('a message from another folder of the same user is no disclosure', () => {
    const text = damage('user.alice.Sent', 'user.alice');
    expect(text).not.toContain('could read mail of somebody else.');
    expect(text).toContain('same user');
  });

  test('the times and the other names come from the stage file on the same inode', () => {
    const text = words(html(incident));
    const [row] = incident.stageFiles.filter(({ damage: found }) => found === 'damaged');
    const [, , owner] = row?.account.links ?? [];
    expect(text).toMatch(/changed 2009-\d\d-\d\d [\d:]+ written 2009/);
    expect(text).toContain(`${owner?.mailbox ?? ''} uid ${owner?.messageUid ?? 0}`);
  });

  test('a message that scan and audit of a host both tell of is one message', () => {
    const text = words(page({ reports: () => [auditOf(incident), incident] }));
    expect(text).toContain('DAMAGE: 3 messages hold wrong bytes');
  });

  test('the same path on two hosts is two messages', () => {
    const other = { ...incident, header: { ...incident.header, host: 'mx8.example.org' } };
    const text = words(page({ reports: () => [incident, other] }));
    expect(text).toContain('DAMAGE: 4 messages hold wrong bytes');
  });
});

describe('more than a page shows', () => {
  const rows = Array.from({ length: 5010 }, (_, at) => aRow({ leaf: asBytes(`${at}.`) }));
  const graveLeaf = asBytes('grave.');
  const grave = aRow({ leaf: graveLeaf, verdict: 'undecided', codes: ['stage-undecided'] });
  const text = html(aReport({ stageFiles: [...rows, grave] }));

  test('it says how many stage files it leaves to JSON', () => {
    expect(words(text)).toContain(
      '5,000 of 5,011 stage files are listed here , the gravest. The other 11 are left to the JSON report',
    );
  });

  test('it lists 5,000, and among them what a person has to look at', () => {
    const [table = ''] = /<table id="stage-table".*?<\/table>/s.exec(text) ?? [];
    expect(table.split('<tr').length - 2).toBe(5000);
    expect(table).toContain('grave.');
  });

  test('a page with all rows says nothing of the kind', () => {
    expect(html(incident)).not.toContain('left to the JSON report');
  });

  test('reports are read once each, and the page comes in pieces', () => {
    let asked = 0;
    const pieces = [
      ...renderPage({
        reports: function* () {
          for (const report of [calm, incident]) {
            asked += 1;
            yield report;
          }
        },
      }),
    ];
    expect(asked).toBe(2);
    const whole = pieces.join('').length;
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(whole / 2);
  });
});

describe('the sections', () => {
  test('a crash reaches from the birth of its first file to its last change, whatever its mtimes say', () => {
    const day = 86_400_000_000_000n;
    const file = (slot: number, days: bigint): ReturnType<typeof aRow> =>
      aRow({
        directory: aStageDirectory(4711),
        leaf: asBytes(`${slot}.`),
        stat: {
          bornNs: scanTime - days * day,
          changedNs: scanTime - days * day + day,
          modifiedNs: 0n,
        },
      });
    const text = words(html(aReport({ stageFiles: [file(0, 9n), file(1, 5n)] })));
    expect(text).toContain(
      '4711 /var/spool/imap/sync./4711 dead no such process 2 2009-04-05 10:00:00 2009-04-10 10:00:00',
    );
  });

  test('names that were not found are said where names are listed', () => {
    expect(words(html(withGaps(incident)))).toMatch(
      /2 names not found: they may lie in directories/,
    );
  });

  test('what a code means stands beside it', () => {
    expect(words(html(calm))).toContain('stage-orphan warning 1 A stage file whose owner is gone');
  });

  test('an audit has no list of stage files', () => {
    expect(html(auditOf(incident))).not.toContain('id="sharing"');
  });

  test('advice that several hosts share is told once, with the names of the hosts', () => {
    const text = words(page({ reports: () => [calm, incident] }));
    expect(text.split('See what would be removed').length).toBe(2);
    expect(text).toContain('On mx2.example.org, mx1.example.org:');
  });

  test('every link within the page leads somewhere', () => {
    const text = page({ reports: () => [calm, auditOf(incident)] });
    const ids = new Set([...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id));
    const targets = [...text.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id);
    expect(targets.filter((id) => !ids.has(id))).toEqual([]);
  });
});
