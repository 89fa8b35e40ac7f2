/** The stack of directories against a list of strings. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asBytes, join, type BytePath } from '../../../src/model/byte-path.ts';
import { DirectoryStack, PathBytes, workOf } from '../../../src/system/walk/directory-stack.ts';

interface Waiting {
  readonly path: BytePath;
  readonly table: number;
}

const byte = fc.integer({ min: 1, max: 255 }).filter((code) => code !== 47);
const leaf = fc
  .array(byte, { minLength: 1, maxLength: 255 })
  .map((codes) => asBytes(String.fromCharCode(...codes)));
const path = fc
  .array(leaf, { maxLength: 40 })
  .map((leaves) => leaves.reduce((parent, one) => join(parent, one), asBytes('/')));
const table = fc.integer({ min: -1, max: 5 });
const step = fc.oneof(
  fc.record({ kind: fc.constant('push' as const), leaf, table }),
  fc.record({ kind: fc.constant('pop' as const) }),
  fc.record({ kind: fc.constant('add' as const), paths: fc.array(path, { maxLength: 90 }), table }),
  fc.record({
    kind: fc.constant('give' as const),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
);

/** As the kernel gives a name: in the middle of other bytes, ended by a NUL. */
function entry(name: BytePath): Uint8Array {
  return Buffer.from(`before${name}\0behind`, 'latin1');
}

function popped(stack: DirectoryStack): Waiting | undefined {
  const at = new PathBytes();
  const found = stack.pop(at);
  return found === undefined ? undefined : { path: at.path, table: found };
}

test('a stack of directories gives and takes what a list of paths would', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const stack = new DirectoryStack();
      let list: Waiting[] = [];
      const parent = new PathBytes();
      parent.set(Buffer.from('/'), 0, 1);
      for (const one of steps) {
        if (one.kind === 'push') {
          list.push({ path: join(parent.path, one.leaf), table: one.table });
          stack.push(parent, entry(one.leaf), 'before'.length, one.table);
        } else if (one.kind === 'pop') {
          const last = list.pop();
          expect(popped(stack)).toEqual(last);
          if (last !== undefined) parent.set(Buffer.from(last.path, 'latin1'), 0, last.path.length);
        } else if (one.kind === 'add') {
          list.push(...one.paths.map((some) => ({ path: some, table: one.table })));
          stack.add(workOf(one.paths, one.table));
        } else {
          const count = Math.floor(one.share * list.length);
          const other = new DirectoryStack();
          other.add(stack.giveOldest(count));
          const given = list.slice(0, count).reverse();
          expect(given.map(() => popped(other))).toEqual(given);
          list = list.slice(count);
        }
        expect(stack.size).toBe(list.length);
      }
      expect(list.reverse().map(() => popped(stack))).toEqual(list);
    }),
  );
});

test('a path is ended by a NUL for whoever calls the kernel with it, also where a longer one was before', () => {
  const stack = new DirectoryStack();
  stack.add(workOf([asBytes('/short'), asBytes(`/${'long'.repeat(500)}`)], 0));
  const at = new PathBytes();
  stack.pop(at);
  stack.pop(at);
  expect([at.path, at.bytes[at.length]]).toEqual(['/short', 0]);
});

test('a look ahead names each waiting directory once, in the order in which they are taken', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(path, { minLength: 1, maxLength: 90 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 0, max: 3 }),
      (paths, count, but) => {
        const stack = new DirectoryStack();
        stack.add(workOf(paths, 0));
        const named: string[] = [];
        for (let seen = stack.lookAhead('-', count, but); seen;) {
          named.push(...Buffer.from(seen).toString('latin1').split('\0').slice(0, -1));
          seen = stack.lookAhead('-', count, but);
        }
        expect(named).toEqual(
          paths
            .toReversed()
            .slice(but)
            .map((one) => (one === '/' ? '//-' : `${one}/-`)),
        );
      },
    ),
  );
});

test('a directory that comes to the place of one that was named is named too', () => {
  const stack = new DirectoryStack();
  stack.add(workOf([asBytes('/a'), asBytes('/b')], 0));
  stack.lookAhead('-', 10, 0);
  stack.pop(new PathBytes());
  stack.add(workOf([asBytes('/c')], 0));
  expect(Buffer.from(stack.lookAhead('-', 10, 0) ?? []).toString()).toBe('/c/-\0');
});

test('a look ahead reaches no farther than 512 directories', () => {
  const stack = new DirectoryStack();
  stack.add(
    workOf(
      Array.from({ length: 600 }, (_, nth) => asBytes(`/${nth}`)),
      0,
    ),
  );
  const seen = Buffer.from(stack.lookAhead('-', 1000, 0) ?? []).toString();
  expect(seen.split('\0').slice(0, -1)).toHaveLength(512);
});
