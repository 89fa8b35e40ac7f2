/** The real calls, of which the one that is asked for never happens: as a kill right before it. */
import type { Anchor, Changes, HeldFile, WritableFile } from '../../src/system/os.ts';
import { isTrouble } from '../../src/model/trouble.ts';
import { nodeChanges } from '../../src/system/anchor.ts';

export class Killed extends Error {}

export interface DyingChanges {
  readonly changes: Changes;
  /** Calls that were made. */
  calls(): number;
}

/** @param at  number of the call that is not made, from 0 */
export function dyingAt(at: number): DyingChanges {
  let calls = 0;
  const originals = new WeakMap<object, object>();
  const tick = (): void => {
    if (calls === at) throw new Killed();
    calls += 1;
  };
  const wrap = <T extends object>(target: T): T => {
    const wrapped = new Proxy(target, {
      get(_, name): unknown {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...args: readonly unknown[]): unknown => {
          // A process that is dead closes its descriptors all the same.
          if (name !== 'close') tick();
          const plain = args.map((arg) =>
            typeof arg === 'object' && arg !== null ? (originals.get(arg) ?? arg) : arg,
          );
          const result: unknown = Reflect.apply(value, target, plain);
          const isOpened =
            (name === 'openDirectory' || String(name).endsWith('File')) &&
            !isTrouble(result) &&
            typeof result === 'object' &&
            result !== null;
          return isOpened ? wrap<Anchor | HeldFile | WritableFile>(result as Anchor) : result;
        };
      },
    });
    originals.set(wrapped, target);
    return wrapped;
  };
  return { changes: wrap(nodeChanges), calls: () => calls };
}
