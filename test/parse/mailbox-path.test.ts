import { describe, expect, test } from 'vitest';
import {
  fullHash,
  isNamedByPath,
  parseMailboxPath,
  plainHash,
} from '../../src/parse/mailbox-path.ts';

const flat = { hashed: false, fullHash: false, domains: false };
const hashed = { hashed: true, fullHash: false, domains: true };
const full = { hashed: true, fullHash: true, domains: true };

const nameOf = (path: string, layout?: typeof flat): string | undefined => {
  const place = parseMailboxPath(path, layout);
  return place?.kind === 'name' ? place.mailbox : undefined;
};

describe('a directory is its mailbox', () => {
  test.each([
    ['user/glad', 'user.glad'],
    ['user/glad/Incoming', 'user.glad.Incoming'],
    ['user/frank^smith', 'user.frank^smith'],
    ['user/fred/2007', 'user.fred.2007'],
    ['DELETED/user/fred/4F2A', 'DELETED.user.fred.4F2A'],
    ['announce', 'announce'],
  ])('without hashing: %s', (path, mailbox) => {
    expect(nameOf(path, flat)).toBe(mailbox);
  });
  test.each([
    ['g/user/glad', 'user.glad'],
    ['u/DELETED/user/fred/4F2A', 'DELETED.user.fred.4F2A'],
    ['q/user/4711', 'user.4711'],
    ['a/announce', 'announce'],
    ['domain/e/example.org/g/user/glad', 'example.org!user.glad'],
  ])('with hashimapspool: %s', (path, mailbox) => {
    expect(nameOf(path, hashed)).toBe(mailbox);
  });
  test('with fulldirhash the letter is a sum of the name', () => {
    expect(nameOf(`${fullHash('glad')}/user/glad`, full)).toBe('user.glad');
  });
  test('a letter that is not the hash of what follows is a mailbox of its own', () => {
    expect(nameOf('x/user/glad', hashed)).toBe('x.user.glad');
  });
  test('without a configuration the path itself proves its hash', () => {
    expect(nameOf('g/user/glad')).toBe('user.glad');
    expect(nameOf('user/glad')).toBe('user.glad');
  });
  test('a domain without hashing has no letter', () => {
    expect(nameOf('domain/example.org/user/glad', { ...flat, domains: true })).toBe(
      'example.org!user.glad',
    );
  });
  test('a uuid directory names nobody, cyrus.header does', () => {
    expect(parseMailboxPath('uuid/8/2/82061087-429d-423a-b28c-d20fb404dfc6', hashed)).toEqual({
      kind: 'uuid',
      uniqueId: '82061087-429d-423a-b28c-d20fb404dfc6',
    });
  });
  test('a shared folder called uuid is no uuid directory', () => {
    expect(nameOf('uuid/a/b/cde', flat)).toBe('uuid.a.b.cde');
  });
  test('the root is no mailbox', () => {
    expect(parseMailboxPath('', flat)).toBeUndefined();
  });
});

test('the plain hash is the first letter in lower case, q for what is none', () => {
  expect(['Glad', 'a', '4711', 'ünal', ''].map(plainHash)).toEqual(['g', 'a', 'q', 'q', 'q']);
});

test.each([
  'user/glad',
  'a/user/a1',
  'uuid',
  'uuid/8/2/82061087',
  'uuid/8/3/82061087',
  'uuid/8/2/82061087/more',
  'domain',
  'domain/example.org',
  'domain/e/example.org/g/user/glad',
])('it is said of %s whether it tells a name as the name itself does', (path) => {
  for (const layout of [undefined, flat, hashed, full]) {
    expect(isNamedByPath(path, layout)).toBe(parseMailboxPath(path, layout)?.kind === 'name');
  }
});
