/** The real calls, whose answers say of a file what is not so: another owner, another device, another birth. */
import type { FileStat, InodeId } from '../../src/model/inode.ts';
import type { Changes } from '../../src/system/os.ts';

export interface Disguise {
  /** What lstat of a leaf, or a descriptor of it, tells. */
  readonly stat?: (leaf: string, stat: FileStat, how: 'lstat' | 'fstat') => FileStat;
  /** Which directory an opened leaf is. */
  readonly id?: (leaf: string, id: InodeId) => InodeId;
}

export function disguised(changes: Changes, { stat, id }: Disguise): Changes {
  const originals = new WeakMap<object, object>();
  const wrap = <T extends object>(target: T, leaf: string): T => {
    const wrapped = new Proxy(target, {
      get(_, name): unknown {
        const value: unknown = Reflect.get(target, name);
        if (name === 'id') return id?.(leaf, value as InodeId) ?? value;
        if (typeof value !== 'function') return value;
        return (...args: readonly unknown[]): unknown => {
          const plain = args.map((arg) =>
            typeof arg === 'object' && arg !== null ? (originals.get(arg) ?? arg) : arg,
          );
          const result: unknown = Reflect.apply(value, target, plain);
          if (typeof result !== 'object' || result === null || 'errno' in result) return result;
          const asked = typeof args[0] === 'string' ? args[0] : leaf;
          if (name === 'lstat') return stat?.(asked, result as FileStat, 'lstat') ?? result;
          if (name === 'stat') return stat?.(leaf, result as FileStat, 'fstat') ?? result;
          const opens = name === 'openDirectory' || String(name).endsWith('File');
          return opens ? wrap(result, asked) : result;
        };
      },
    });
    originals.set(wrapped, target);
    return wrapped;
  };
  return wrap(changes, '');
}

/** Changes what is told of one leaf. */
export function posing(wanted: string, over: Partial<FileStat>, how?: 'lstat' | 'fstat'): Disguise {
  return {
    stat: (leaf, stat, asked) =>
      leaf === wanted && (how === undefined || how === asked) ? { ...stat, ...over } : stat,
  };
}
