import { expect, test } from 'vitest';
import { absoluteWords } from '../../src/cli/absolute-words.ts';

test.each([
  [
    ['clean', '-C', 'imapd.conf'],
    ['clean', '-C', '/etc/imapd.conf'],
  ],
  [
    ['clean', '-Cimapd.conf'],
    ['clean', '-C/etc/imapd.conf'],
  ],
  [
    ['clean', '--config=../imapd.conf'],
    ['clean', '--config=/imapd.conf'],
  ],
  [
    ['clean', '--journal', 'shelf', '--apply'],
    ['clean', '--journal', '/etc/shelf', '--apply'],
  ],
  [
    ['clean', '--from', './scan.json', '--archive', 'a', '--meta', '/m'],
    ['clean', '--from', '/etc/scan.json', '--archive', '/etc/a', '--meta', '/m'],
  ],
  // What is no path, and what may be the name of a partition, stays.
  [
    ['clean', 'default', '--pid', '7', '--min-age=0s'],
    ['clean', 'default', '--pid', '7', '--min-age=0s'],
  ],
  [
    ['clean', '--', '-C', 'x'],
    ['clean', '--', '-C', 'x'],
  ],
])('%j typed in /etc is %j everywhere', (typed, everywhere) => {
  expect(absoluteWords(typed, '/etc')).toEqual(everywhere);
});
