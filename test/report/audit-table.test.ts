import { describe, expect, test } from 'vitest';
import { asBytes, bytePath } from '../../src/model/byte-path.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { Report } from '../../src/model/report.ts';
import { readReport } from '../../src/parse/read-report.ts';
import { renderCsv } from '../../src/report/csv.ts';
import { renderJson } from '../../src/report/json.ts';
import { renderJsonl } from '../../src/report/jsonl.ts';
import { mailboxArgument } from '../../src/report/mailbox-argument.ts';
import { renderTable } from '../../src/report/table.ts';
import { aReport } from '../support/report-builder.ts';

const foreign: Finding = {
  code: 'message-foreign',
  path: bytePath('/spool/user/alice/3.'),
  mailbox: 'user.alice',
  messageUid: 3,
  donor: { mailbox: 'user.bob', messageUid: 7 },
  goodCopy: {
    message: { mailbox: 'user.carol', messageUid: 9 },
    path: bytePath('/spool/user/carol/9.'),
  },
};

function report(findings: readonly Finding[], site?: Report['site']): Report {
  return aReport({
    ...(site && { site }),
    header: { command: ['audit', '-C', '/etc/imapd.conf', '--resume', 'state', '--bwlimit', '5M'] },
    findings,
    totals: { damagedMessages: findings.length },
    messages: { checked: 10, intact: 9, damaged: 1, unverifiable: 0, unindexed: 0 },
    audit: { check: 'digest', mailboxes: 3, bytesRead: 2048, isShared: false },
  });
}

const table = (of: Report, columns = 100): string =>
  [...renderTable(of, { columns, color: false, verbose: 0 })].join('');

describe('the table of an audit', () => {
  test('begins with the sums and names message, donor, and good copy together', () => {
    const text = table(report([foreign]));
    expect(text).toContain('10 messages in 3 mailboxes');
    expect(text).toContain('its bytes are user.bob uid 7: whoever reads user.alice could see it');
    expect(text).toContain('good copy: /spool/user/carol/9. (user.carol uid 9)');
  });

  test('says nothing of stage files, which it did not look at', () => {
    expect(table(report([]))).not.toMatch(/stage file|orphan/);
  });

  test('offers a repair that renames a new file over the name, with the very paths', () => {
    const text = table(report([foreign], { ownerUid: 96 }));
    expect(text).toContain(
      "sudo -u '#96' cp -p -- /spool/user/carol/9. /spool/user/alice/3.stagesweep-new",
    );
    expect(text).toContain('mv -f -- /spool/user/alice/3.stagesweep-new /spool/user/alice/3.');
  });

  test('names a good copy that no mailbox has as a stage file', () => {
    const goodCopy = { path: bytePath('/spool/sync./4711/17.') };
    const text = table(report([{ ...foreign, goodCopy }]));
    expect(text).toContain('good copy: /spool/sync./4711/17. (a stage file), whole by its SHA-1');
    expect(text).toContain('cp -p -- /spool/sync./4711/17. /spool/user/alice/3.stagesweep-new');
  });

  test('never breaks a line for the shell, and quotes what is no plain word', () => {
    const path = bytePath(`/spool/${'deep/'.repeat(40)}it's; rm/3.`);
    const lines = table(report([{ ...foreign, path }])).split('\n');
    const copy = lines.find((line) => line.includes(' cp -p -- '));
    expect(copy).toContain(`rm/3.stagesweep-new'`);
    expect(copy).toContain(`it'\\''s; rm`);
  });

  test('warns of reconstruct before it speaks of repair', () => {
    const text = table(report([foreign]));
    expect(text.indexOf('Do not run reconstruct')).toBeGreaterThan(0);
    expect(text.indexOf('Do not run reconstruct')).toBeLessThan(text.indexOf('To repair'));
  });

  test('offers the same audit again, without what it need not repeat', () => {
    const text = table(report([foreign])).replace(/\\\n\s+/g, '');
    expect(text).toContain(
      'stagesweep audit --json -o stagesweep-report.json -C /etc/imapd.conf\n',
    );
  });

  test('offers a manifest of the same spool, without options that a manifest does not take', () => {
    const command = [
      'audit',
      '-C',
      'a.conf',
      '--check',
      'size',
      '--shared',
      '--offline',
      'default',
    ];
    const text = table({ ...report([foreign]), header: { ...report([]).header, command } });
    expect(text).toContain('stagesweep manifest -o stagesweep-manifest.jsonl -C a.conf default\n');
  });

  test("names the mailbox as the site's own tools take it", () => {
    expect(table(report([foreign], { unixHierarchySep: true }))).toContain('mailbox as user/alice');
    expect(table(report([foreign], { unixHierarchySep: false }))).toContain(
      'mailbox as user.alice',
    );
  });

  test('quotes the name of a mailbox for the shell', () => {
    const text = table(
      report([{ ...foreign, mailbox: "user.alice.it's done" }], { unixHierarchySep: true }),
      250,
    );
    expect(text).toContain(`as 'user/alice/it'\\''s done' (unix`);
    expect(text).toContain(`audit --mailbox 'user.alice.it'\\''s done' -C /etc/imapd.conf\n`);
  });

  test('is verified by an audit of the same spool, and says why not by reconstruct', () => {
    const command = ['audit', '--user', 'alice', '--meta', '/m', '--sample', '1%', '/spool'];
    const text = table({ ...report([foreign]), header: { ...report([]).header, command } });
    expect(text).toContain('stagesweep audit --mailbox user.alice --meta /m /spool\n');
    expect(text).toContain('reconstruct -n is not read-only everywhere');
  });

  test('lets no byte of a hostile mailbox name reach the terminal', () => {
    const text = table(report([{ ...foreign, mailbox: 'user.\x1b[31m\n  uid 4' }]));
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  });

  test('shows fifty damaged messages and counts the others', () => {
    const many = Array.from({ length: 60 }, (_, at) => ({
      ...foreign,
      messageUid: at,
      path: bytePath(`/spool/user/alice/${at}.`),
    }));
    expect(table(report(many))).toContain('and 10 more damaged messages');
  });
});

describe('the advice of a damaged report', () => {
  const advised = { ...report([foreign], { unixHierarchySep: true, ownerUid: 96 }) };

  test('is in JSON and JSONL as in the table, with the commands', () => {
    const { advice } = JSON.parse([...renderJson(advised)].join('')) as { advice: string[] };
    expect(advice[2]).toContain('Do not run reconstruct -R');
    expect(advice.join('\n')).toContain("\nsudo -u '#96' cp -p -- /spool/user/carol/9. ");
    expect(advice.join('\n')).toContain('take this mailbox as user/alice (unix');
    const [header] = renderJsonl(advised);
    expect((JSON.parse(header ?? '') as { advice: string[] }).advice).toEqual(advice);
  });

  test('is in CSV as notes, a line each', () => {
    const csv = [...renderCsv(advised, { columns: 80, color: false, verbose: 0 })].join('');
    expect(csv).toMatch(/note.*Do not run reconstruct -R/);
    expect(csv).toMatch(/note.*sudo -u '#96' cp -p -- \/spool\/user\/carol\/9\. /);
  });

  test('is in no report without damage', () => {
    expect([...renderJson(report([]))].join('')).not.toContain('"advice"');
  });

  test('of a saved report knows the site', () => {
    const again = readReport([...renderJson(advised)].join('').split('\n'));
    expect(again.site).toEqual({ unixHierarchySep: true, ownerUid: 96 });
    expect(table(again)).toContain("sudo -u '#96'");
  });
});

describe('the JSON of an audit', () => {
  test('has messages in place of stage files', () => {
    const value = JSON.parse([...renderJson(report([foreign]))].join('')) as Record<
      string,
      unknown
    >;
    expect(value).toMatchObject({
      messages: { checked: 10, intact: 9, damaged: 1, unverifiable: 0, unindexed: 0 },
      totals: { damagedMessages: 1, mailboxes: 3, bytesRead: 2048 },
      audit: { check: 'digest', shared: false },
      findings: [
        {
          donor: { mailbox: 'user.bob', messageUid: 7 },
          goodCopy: { mailbox: 'user.carol', messageUid: 9, path: '/spool/user/carol/9.' },
        },
      ],
    });
    expect(value).not.toHaveProperty('stageFiles');
  });

  test('gives the bytes of a good copy whose path is no UTF-8', () => {
    const path = asBytes('/spool/\xff/9.');
    const goodCopy = { message: { mailbox: 'user.carol', messageUid: 9 }, path };
    const [line] = [...renderJson(report([{ ...foreign, goodCopy }]))].filter((piece) =>
      piece.includes('goodCopy'),
    );
    expect(line).toContain(Buffer.from(path, 'latin1').toString('base64'));
  });

  test('by lines ends with the messages and the totals', () => {
    const types = [...renderJsonl(report([foreign]))].map(
      (line) => (JSON.parse(line) as { type: string }).type,
    );
    expect(types).toEqual(['header', 'finding', 'messages', 'totals']);
  });
});

describe('a mailbox for the tools of Cyrus', () => {
  test.for([
    ['user.fred.Sent', true, 'user/fred/Sent'],
    ['user.frank^smith', true, 'user/frank.smith'],
    ['user.frank^smith', false, 'user.frank^smith'],
    ['example.org!user.fred', true, 'user/fred@example.org'],
    ['example.org!user.fred', false, 'user.fred@example.org'],
  ] as const)('%s with unixhierarchysep %s is %s', ([name, isUnix, argument]) => {
    expect(mailboxArgument(name, isUnix)).toBe(argument);
  });
});
