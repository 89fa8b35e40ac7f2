/** Names as a step hands them to onlookers, from lists. */
import type { FileStat } from '../../src/model/inode.ts';
import type { FoundName } from '../../src/model/link.ts';
import { shortLeafOf } from '../../src/model/mailbox-name.ts';
import type { SeenNames } from '../../src/system/walk/port.ts';

export function seenNames(names: readonly FoundName[], stats: readonly FileStat[]): SeenNames {
  const at = <T>(list: readonly T[], position: number): T => {
    const one = list[position];
    if (one === undefined) throw new Error(`nothing at ${position}`);
    return one;
  };
  return {
    length: names.length,
    directoryOf: (position) => at(names, position).directory,
    leafOf: (position) => shortLeafOf(at(names, position).leaf),
    statOf: (position) => at(stats, position),
  };
}
