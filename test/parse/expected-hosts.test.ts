import { expect, test } from 'vitest';
import { ConfigError } from '../../src/model/errors.ts';
import { parseExpectedHosts } from '../../src/parse/expected-hosts.ts';

test('a list of hosts is a name a line, with comments and blank lines', () => {
  expect(parseExpectedHosts('# mail\nmx1\n\n  mx2.example.org # new\nMX1\n', 'hosts')).toEqual([
    'mx1',
    'mx2.example.org',
  ]);
});

test.each([
  ['[mail]\nmx1\n', 'hosts:1: '],
  ['mx1\nmx2 ansible_host=10.0.0.2\n', 'hosts:2: '],
  ['mx[01:20]\n', 'hosts:1: '],
])('an inventory is no list of hosts: %j', (text, place) => {
  expect(() => parseExpectedHosts(text, 'hosts')).toThrow(place);
});

test('a list without a name would expect nothing of anybody, and is refused', () => {
  expect(() => parseExpectedHosts('# none\n', 'hosts')).toThrow(ConfigError);
});
