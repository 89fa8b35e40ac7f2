/** Completion in real shells: the script of each is read, and Tab is pressed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lineAfterTab } from '../support/interactive-shell.ts';
import { neededPrograms } from '../support/needed-programs.ts';
import { program, run } from '../support/run-cli.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'stagesweep-completion-'));
  symlinkSync(program, join(home, 'stagesweep'));
  writeFileSync(join(home, 'master.jsonl'), '');
});
afterAll(() => {
  rmSync(home, { recursive: true });
});

/** What is typed, and what stands there after one Tab. */
const lines = [
  ['a command', 'stagesweep manif', 'stagesweep manifest'],
  ['an option', 'stagesweep scan --whole', 'stagesweep scan --whole-filesystem'],
  ['a format', 'stagesweep scan --format pro', 'stagesweep scan --format prometheus'],
  ['a format after =', 'stagesweep scan --format=pro', 'stagesweep scan --format=prometheus'],
  ['a finding code', 'stagesweep explain message-g', 'stagesweep explain message-guid-mismatch'],
  ['a file argument', 'stagesweep compare mas', 'stagesweep compare master.jsonl'],
  ['the file of an option', 'stagesweep scan -C mas', 'stagesweep scan -C master.jsonl'],
  ['the program by its path', './stagesweep manif', './stagesweep manifest'],
] as const;

const bash = neededPrograms('completion in bash', { bash: 'bash', script: 'bsdutils' });
describe.skipIf(bash.missing.length > 0)(bash.title, () => {
  test.each(lines)('completes %s', (_what, typed, complete) => {
    const typing = {
      shell: 'bash --norc --noprofile -i',
      startup: ['source <(stagesweep completion bash)'],
      cwd: home,
      path: home,
    };
    expect(lineAfterTab(typed, typing)).toBe(complete);
  });

  /** As readline calls the function; the cursor stands at the end. */
  const replies = (...words: string[]): SpawnResult =>
    spawnSync(
      'bash',
      [
        '--norc',
        '-c',
        `source <(stagesweep completion bash)
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        _stagesweep stagesweep
        complete -p stagesweep; printf '%s\\n' "\${COMPREPLY[@]}"`,
        'bash',
        ...words,
      ],
      { encoding: 'utf8', cwd: home, env: { PATH: `${home}:${process.env['PATH'] ?? ''}` } },
    );

  test('falls back to file names where nothing is offered', () => {
    expect(replies('stagesweep', 'compare', '')).toMatchObject({
      stdout: 'complete -o bashdefault -o default -F _stagesweep stagesweep\n\n',
    });
  });
  test('has every shell after completion and =, and writes nothing into the prompt', () => {
    expect(replies('stagesweep', 'audit', '--check', '=')).toMatchObject({
      stdout: expect.stringMatching(/\nexists\nsize\ndigest\n$/) as string,
      stderr: '',
    });
  });
});

const zsh = neededPrograms('completion in zsh', { zsh: 'zsh', script: 'bsdutils' });
describe.skipIf(zsh.missing.length > 0)(zsh.title, () => {
  test.each(lines)('completes %s', (_what, typed, complete) => {
    const typing = {
      shell: 'zsh -f -i',
      startup: ['autoload -U compinit; compinit -D; source <(stagesweep completion zsh)'],
      cwd: home,
      path: home,
    };
    expect(lineAfterTab(typed, typing)).toBe(complete);
  });
  test('as a function of $fpath too', () => {
    writeFileSync(join(home, '_stagesweep'), run(['completion', 'zsh']).stdout);
    const typing = {
      shell: 'zsh -f -i',
      startup: ['fpath=($PWD $fpath); autoload -U compinit; compinit -u -D'],
      cwd: home,
      path: home,
    };
    expect(lineAfterTab('stagesweep manif', typing)).toBe('stagesweep manifest');
  });
});

const fish = neededPrograms('completion in fish', { fish: 'fish' });
describe.skipIf(fish.missing.length > 0)(fish.title, () => {
  test.each(lines.filter(([what]) => what !== 'a format after ='))(
    'completes %s',
    (_what, typed, complete) => {
      const { stdout } = spawnSync(
        'fish',
        ['-N', '-c', 'stagesweep completion fish | source; complete -C $argv[1]', typed],
        {
          cwd: home,
          encoding: 'utf8',
          env: { HOME: home, PATH: `${home}:${process.env['PATH'] ?? ''}` },
        },
      );
      const words = stdout.split('\n').map((line) => line.split('\t', 1)[0]);
      expect(words.filter((word) => word !== '')).toEqual([complete.split(' ').at(-1)]);
    },
  );
});

describe('stagesweep completion', () => {
  test.each([
    ['/usr/bin/zsh', '#compdef stagesweep'],
    ['/bin/bash', '# bash completion'],
    ['/bin/dash', '# bash completion'],
  ])('with SHELL=%s prints the script of that shell, or of bash', (shell, start) => {
    expect(run(['completion'], { env: { SHELL: shell } }).stdout.startsWith(start)).toBe(true);
  });
  test('knows the shells that it can help', () => {
    expect(run(['completion', 'tcsh'])).toMatchObject({ status: 64, stdout: '' });
  });
});

type SpawnResult = ReturnType<typeof spawnSync>;
