/** The short way for very many names, with the help of the threads that have walked. */
import type { LinkLedger } from '../decide/link-ledger.ts';
import type { Directory } from '../model/link.ts';
import type { Clock } from '../system/os.ts';
import type { Onlookers } from '../system/walk/port.ts';
import { firstToLookAt, mayGoShortWay } from './short-way.ts';

/** So many are worth asking others. */
const many = 2048;
/** Asked at once: the others look while this thread writes down what comes next. */
const namesAtOnce = 8192;
/** As many as that wait at most; 80 bytes a name. */
const askedAtMost = 8;

/** Accounts that were asked about together. */
interface Question {
  readonly rows: Uint32Array;
  readonly others: Promise<Readonly<Uint8Array>>;
}

/**
 * @param rows         numbers of accounts, best in an order in which directories stand together
 * @param onUnchanged  told of the accounts that hold
 * @returns            those that are still to be verified
 */
export async function lookTogether(
  clock: Clock,
  onlookers: Onlookers | undefined,
  ledger: LinkLedger,
  rows: Uint32Array,
  onUnchanged: (row: number) => void,
): Promise<Iterable<number>> {
  if (onlookers === undefined || rows.length < many) return rows;
  const left: number[] = [];
  const able = rows.filter((row) => {
    const isAble = mayGoShortWay(ledger, row);
    if (!isAble) left.push(row);
    return isAble;
  });
  const waiting: Question[] = [];
  const settle = async ({ rows: asked, others }: Question): Promise<void> => {
    const answers = await others;
    let next = 0;
    for (const row of asked) {
      const end = next + namesToLookAt(ledger, row);
      let changed = 0;
      for (; next < end; next += 1) changed += answers[next] ?? 1;
      if (changed === 0) onUnchanged(row);
      else left.push(row);
    }
  };
  for (let from = 0; from < able.length;) {
    const question = ask(onlookers, ledger, able.subarray(from));
    from += question.rows.length;
    waiting.push(question);
    await clock.breathe();
    const oldest = waiting.length < askedAtMost ? undefined : waiting.shift();
    if (oldest !== undefined) await settle(oldest);
  }
  for (const question of waiting) await settle(question);
  return left;
}

/** About as many of the first accounts as are asked about at once. */
function ask(onlookers: Onlookers, ledger: LinkLedger, rows: Uint32Array): Question {
  const names: number[] = [];
  const rowOf: number[] = [];
  let end = 0;
  for (; end < rows.length && names.length < namesAtOnce; end += 1) {
    const row = rows[end] ?? 0;
    ledger.numbersOf(row, firstToLookAt(ledger, row), names);
    while (rowOf.length < names.length) rowOf.push(row);
  }
  const others = onlookers.otherFiles({
    length: names.length,
    directoryOf: (at) => ledger.directoryOf(names[at] ?? 0),
    leafOf: (at) => ledger.leafOf(names[at] ?? 0),
    statOf: (at) => ledger.statOf(rowOf[at] ?? 0),
  });
  // Told by who awaits it later, unless another failure comes first.
  others.catch(() => undefined);
  return { rows: rows.subarray(0, end), others };
}

function namesToLookAt(ledger: LinkLedger, row: number): number {
  return ledger.countOf(row) - firstToLookAt(ledger, row);
}

/** @returns those of which it is still to be asked whether they are where they were */
export async function leftOfDirectories(
  onlookers: Onlookers | undefined,
  directories: readonly Directory[],
): Promise<readonly Directory[]> {
  if (onlookers === undefined || directories.length < many) return directories;
  const others = await onlookers.otherDirectories(directories);
  return directories.filter((_, at) => others[at] !== 0);
}
