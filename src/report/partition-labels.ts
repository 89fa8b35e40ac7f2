/** Names of partitions as metrics may carry them: stable, distinct, and without a path. */
import { printable } from './quote.ts';

/**
 * A directory that no configuration names is called by its path, and one of several configurations by its file; time
 * series are read by many, and paths name people.
 *
 * @param partitions  all of the report, which may name one several times
 * @returns           the label of each of them; of unnamed directories "unnamed", "unnamed 2" … in byte order
 */
export function partitionLabels(partitions: readonly string[]): (partition: string) => string {
  const labels = new Map<string, string>();
  const taken = new Set<string>();
  for (const partition of [...new Set(partitions)].sort()) {
    const plain = partition.startsWith('/')
      ? 'unnamed'
      : printable(partition).replace(/\/(?:[^/\s()]*\/)*/g, '');
    let label = plain;
    for (let number = 2; taken.has(label); number++) label = `${plain} ${number}`;
    taken.add(label);
    labels.set(partition, label);
  }
  return (partition) => labels.get(partition) ?? 'unnamed';
}
