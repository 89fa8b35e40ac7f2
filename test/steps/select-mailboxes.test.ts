import { describe, expect, test } from 'vitest';
import { isNameSettled, NameSelection } from '../../src/steps/select-mailboxes.ts';

const user = (typed: string): NameSelection => new NameSelection([typed], []);
const mailbox = (typed: string): NameSelection => new NameSelection([], [typed]);

describe('a user', () => {
  test.for([
    ['fred', 'user.fred', true],
    ['fred', 'user.fred.Sent', true],
    ['fred', 'example.org!user.fred', true],
    ['fred', 'user.frederic', false],
    ['fred', 'fred', false],
    ['fred', 'user.glad.user.fred', false],
    ['frank.smith', 'user.frank^smith', true],
    ['frank.smith', 'user.frank.smith', false],
    ['fred@example.org', 'example.org!user.fred.Sent', true],
    ['fred@example.org', 'user.fred', false],
    ['fred@example.org', 'other.org!user.fred', false],
    ['fred@example.org', 'user.fred@example^org', true],
  ] as const)('%s: is %s his? %s', ([typed, name, his]) => {
    expect(user(typed).holds(name)).toBe(his);
  });
});

describe('a mailbox', () => {
  test.for([
    ['user.fred.Sent', 'user.fred.Sent', true],
    ['user/fred/Sent', 'user.fred.Sent', true],
    ['user/frank.smith', 'user.frank^smith', true],
    ['user.fred', 'user.fred.Sent', false],
    ['user.fred', 'example.org!user.fred', false],
    ['example.org!user.fred', 'example.org!user.fred', true],
    ['example.org!user/fred', 'example.org!user.fred', true],
    ['user/fred@example.org', 'example.org!user.fred', true],
    ['user/fred/Sent@example.org', 'example.org!user.fred.Sent', true],
    ['shared', 'shared', true],
  ] as const)('%s: is it %s? %s', ([typed, name, same]) => {
    expect(mailbox(typed).holds(name)).toBe(same);
  });
});

test('a directory is entered when a mailbox that is meant lies at or below its name', () => {
  const selection = user('fred');
  const entered = ['user', 'user.fred', 'user.fred.Sent', 'user.frederic', 'shared', 'use'].map(
    (name) => selection.mayHoldBelow(name),
  );
  expect(entered).toEqual([true, true, true, false, false, false]);
});

test('a directory of another domain is not entered', () => {
  const selection = user('fred@example.org');
  const entered = ['example.org!user', 'other.org!user'].map((name) =>
    selection.mayHoldBelow(name),
  );
  expect(entered).toEqual([true, false]);
});

test.for([
  ['user', true],
  ['user/fred', true],
  ['f', false],
  ['f/user', false],
  ['f/user/fred', true],
  ['domain', false],
  ['domain/example.org', false],
  ['domain/e/example.org', false],
  ['domain/e/example.org/f/user', false],
  ['domain/e/example.org/f/user/fred', true],
  ['domain/example.org/user', true],
  ['uuid/a/b/abc', false],
] as const)('%s says its name whatever comes below: %s', ([relative, settled]) => {
  expect(isNameSettled(relative)).toBe(settled);
});
