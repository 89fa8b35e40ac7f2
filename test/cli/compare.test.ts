import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { manifestText } from '../../src/report/manifest-text.ts';
import { endOf, header, manifestOf, message, sha } from '../support/manifest-lines.ts';
import { writeMailbox } from '../support/plain-mailbox.ts';
import { program, run } from '../support/run-cli.ts';
import { test } from '../support/spool.ts';

const two = manifestOf([message(), message({ messageUid: 2 })]);
const overwritten = manifestOf([message(), message({ messageUid: 2, sha1: sha(9), size: 7 })]);
const shorter = manifestOf([message()]);

function files(dir: string, texts: Readonly<Record<string, string>>): string[] {
  return Object.entries(texts).map(([name, text]) => {
    const path = join(dir, name);
    writeFileSync(path, text);
    return path;
  });
}

describe('the exit status of a comparison', () => {
  test.for([
    ['0 when both ends are the same', two, two, [], 0],
    ['1 when bytes differ', two, overwritten, [], 1],
    ['1 when one end lacks a message', two, shorter, [], 1],
    ['0 when what was found is below --fail-on', two, shorter, ['--fail-on', 'critical'], 0],
    [
      '2 when a manifest was cut off, whatever else was found',
      overwritten,
      two.slice(0, -20),
      [],
      2,
    ],
  ] as const)('is %s', ([, a, b, more, status], { dir }) => {
    expect(run(['compare', ...files(dir, { a, b }), ...more]).status).toBe(status);
  });

  test.for([
    ['one manifest', ['a'], 64, 'Not enough'],
    ['a file that is not there', ['a', 'c'], 64, 'c: no such file'],
    ['a directory', ['a', '.'], 64, 'is a directory'],
    ['standard input twice', ['-', '-'], 64, 'given twice'],
    ['half a second pair', ['a', 'b', '--retry', 'a'], 64, ''],
    ['a file that is unsorted', ['a', 'unsorted'], 2, 'unsorted:3: is out of order'],
  ] as const)('tells of %s', ([, args, status, words], { dir }) => {
    const [head = '', one = '', next = ''] = two.split('\n');
    files(dir, { a: two, b: two, unsorted: `${head}\n${next}\n${one}\n` });
    const { stderr, status: found } = run(['compare', ...args], { cwd: dir });
    expect(stderr).toContain(words);
    expect([found, stderr.trimEnd().split('\n').length <= 3]).toEqual([status, true]);
  });
});

describe('the report of a comparison', () => {
  test('is the envelope of all reports, with both ends and which one is wrong', ({ dir }) => {
    const { stdout } = run(['compare', ...files(dir, { a: two, b: overwritten }), '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'stagesweep.report/1',
      complete: true,
      ends: { a: { file: join(dir, 'a'), host: 'mx1' }, b: { file: join(dir, 'b') } },
      findings: [
        {
          code: 'ends-differ',
          severity: 'critical',
          mailbox: 'user.fred',
          messageUid: 2,
          damagedEnd: 'b',
          a: { sha1: sha(1) },
          b: { sha1: sha(9), recordGuid: sha(1) },
        },
      ],
      totals: { compared: 2, same: 1, endsDiffer: 1, damagedAtA: 0, damagedAtB: 1 },
    });
  });

  test('in JSONL has a header, a line for each finding, and the totals last', ({ dir }) => {
    const paths = files(dir, { a: shorter, b: two });
    const { stdout } = run(['compare', ...paths, '--format', 'jsonl']);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines).toMatchObject([
      { type: 'header' },
      { type: 'finding', code: 'only-at-b', messageUid: 2 },
      { type: 'totals', onlyAtB: 1, complete: true },
    ]);
  });

  test('for people names the damaged end, and warns of reconstruct', ({ dir }) => {
    const { stdout } = run(['compare', ...files(dir, { a: two, b: overwritten })]);
    expect(stdout).toMatch(/ends-differ: user\.fred uid 2: at b the bytes\s+are not those/);
    expect(stdout).toContain('Do not run reconstruct -R or -U');
  });

  test('for people shows a lost mailbox as one line', ({ dir }) => {
    const many = Array.from({ length: 500 }, (_, at) => message({ messageUid: at + 1 }));
    const paths = files(dir, { a: manifestOf(many), b: manifestOf([]) });
    const { stdout } = run(['compare', ...paths]);
    expect(stdout).toContain('only-at-a: user.fred uid 1 to 500, 500 messages');
  });

  test('sends no escape sequence of a mailbox name to the terminal', ({ dir }) => {
    const mailbox = 'user.\x1b]0;x\x07\n\x9b2J\u202e';
    const a = manifestOf([message({ mailbox: Buffer.from(mailbox).toString('latin1') })]);
    for (const format of ['table', 'json', 'jsonl']) {
      const { stdout } = run(['compare', ...files(dir, { a, b: shorter }), '--format', format]);
      expect(stdout).not.toMatch(/[^\n\P{C}]/u);
    }
  });

  test('takes one end from standard input', ({ dir }) => {
    const [a = ''] = files(dir, { a: two });
    const args = [program, 'compare', a, '-'];
    const { status } = spawnSync(process.execPath, args, { input: overwritten });
    expect(status).toBe(1);
  });

  test('does not wait for standard input when the other manifest is malformed', async ({ dir }) => {
    const [a = ''] = files(dir, { a: 'x\n' });
    // Its standard input stays open until it has ended.
    const child = spawn(process.execPath, [program, 'compare', a, '-']);
    const status = await new Promise((resolve) => child.once('exit', resolve));
    child.stdin.destroy();
    expect(status).toBe(2);
  });

  test('leaves no file behind when a manifest turns out to be malformed', ({ dir }) => {
    const paths = files(dir, { a: two, b: `${two}x\n` });
    expect(run(['compare', ...paths, '--json', '-o', join(dir, 'out')]).status).toBe(2);
    expect(readdirSync(dir).sort()).toEqual(['a', 'b']);
  });

  test('with a second pair tells what has stayed', ({ dir }) => {
    const [a = '', b = '', b2 = ''] = files(dir, { a: two, b: overwritten, b2: two });
    expect(run(['compare', a, b, '--retry', a, b2]).status).toBe(0);
    expect(run(['compare', a, b, '--retry', a, b]).status).toBe(1);
  });

  test('says of what has settled what its sums say', ({ dir }) => {
    const [a = '', b = '', b2 = ''] = files(dir, { a: two, b: overwritten, b2: two });
    const text = run(['compare', a, b, '--retry', a, b2]).stdout.replace(/\n\s*/g, ' ');
    expect(text).toContain('1 difference went away, and 1 of 2 messages that could be compared');
    expect(text).toContain('2 compared, 1 the same');
    expect(text).not.toContain('The bytes of all');
  });

  test('has the advice in every format, with the name in both forms', ({ dir }) => {
    const ends = files(dir, { a: two, b: overwritten });
    for (const format of ['table', 'json', 'jsonl', 'csv']) {
      const { stdout } = run(['compare', ...ends, '--format', format]);
      const text = stdout.replace(/\s+/g, ' ');
      expect(text).toContain('Do not run reconstruct -R or -U');
      expect(text).toMatch(/this mailbox as user\/\w+ \(unixhierarchysep/);
    }
    const same = files(dir, { a: two, b: two });
    expect(run(['compare', ...same, '--json']).stdout).not.toContain('"advice"');
  });

  test('still has its exit status when its reader has had enough', ({ dir }) => {
    const many = Array.from({ length: 20_000 }, (_, at) => message({ messageUid: at + 1 }));
    const paths = files(dir, { a: manifestOf(many), b: manifestOf([]) });
    const command = `"${process.execPath}" "${program}" compare ${paths.join(' ')} --format jsonl | head -n 1; echo "\${PIPESTATUS[0]}" >&2`;
    const { stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
    expect(stderr).toBe('1\n');
  });
});

test('joins manifests that are larger than its memory', ({ dir }) => {
  const paths = ['a', 'b'].map((name) => {
    const path = join(dir, name);
    const fd = openSync(path, 'w');
    writeSync(fd, manifestText(header));
    // Some 30 MB; the heap below has room for a third of one of them.
    for (let uid = 0; uid < 160_000; uid += 1000) {
      const lines = Array.from({ length: 1000 }, (_, at) =>
        manifestText({ kind: 'message', message: message({ messageUid: uid + at }) }),
      );
      writeSync(fd, lines.join(''));
    }
    writeSync(fd, manifestText(endOf(160_000)));
    closeSync(fd);
    return path;
  });
  const { stderr, status } = run(['compare', ...paths], { node: ['--max-old-space-size=12'] });
  expect([stderr, status]).toEqual(['', 0]);
});

test('the manifests of two spools differ in what was overwritten in one of them', ({ dir }) => {
  const mail = [
    { uid: 1, text: 'From: a\r\n\r\none\r\n' },
    { uid: 2, text: 'From: b\r\n\r\ntwo\r\n' },
  ];
  writeMailbox(join(dir, 'master/user/fred'), mail);
  // The replica hashes its directories, and keeps the records that it had.
  writeMailbox(join(dir, 'replica/f/user/fred'), [
    ...mail.slice(0, 1),
    { uid: 2, text: mail[1]?.text ?? '', onDisk: 'From: c\r\n\r\nsix\r\n' },
  ]);
  const [a = '', b = ''] = ['master', 'replica'].map((name) => {
    const file = join(dir, `${name}.jsonl`);
    expect(run(['manifest', join(dir, name), '-o', file]).status).toBe(0);
    return file;
  });
  const { stdout, status } = run(['compare', a, b, '--json']);
  expect(status).toBe(1);
  expect((JSON.parse(stdout) as { findings: unknown[] }).findings).toMatchObject([
    { code: 'ends-differ', mailbox: 'user.fred', messageUid: 2, damagedEnd: 'b' },
  ]);
});
