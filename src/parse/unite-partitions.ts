/** Partitions that different services or configurations see, as one list in which every name is used once. */
import type { BytePath } from '../model/byte-path.ts';
import type { Layout, Partition } from '../model/partition.ts';

/** Partitions of one service or configuration; the label tells them apart when a name means two things. */
export interface LabelledPartitions {
  readonly label: string;
  readonly partitions: readonly Partition[];
}

/**
 * A partition with the same name and the same directories counts once. One with the same name and another
 * directory stays, as "default (imap)": roots and stage files carry the name only, so it must be unique.
 */
export function unitePartitions(groups: readonly LabelledPartitions[]): Partition[] {
  const united: Partition[] = [];
  for (const { label, partitions } of groups) {
    for (const partition of partitions) {
      const at = united.findIndex((known) => isSame(known, partition));
      const known = united[at];
      if (known !== undefined) united[at] = withCommonLayout(known, partition);
      else if (!united.some(({ name }) => name === partition.name)) united.push(partition);
      else united.push({ ...partition, name: `${partition.name} (${label})` });
    }
  }
  return united;
}

/** The name as the configuration has it: a configured name can hold neither a blank nor a bracket. */
export function configuredName(partition: Partition): string {
  return partition.name.replace(/ \(.*$/, '');
}

function isSame(a: Partition, b: Partition): boolean {
  return configuredName(a) === configuredName(b) && placesOf(a) === placesOf(b);
}

function placesOf(partition: Partition): string {
  const { data, archive, backupStaging, metadata } = partition;
  const sorted = [...metadata].sort(([a], [b]) => (a < b ? -1 : 1));
  const paths: (BytePath | undefined)[] = [data, archive, backupStaging];
  // A path holds no NUL.
  return [...paths.map((path) => path ?? ''), ...sorted.flat()].join('\0');
}

/** When two do not agree how names become directories, neither is believed: the directories themselves tell. */
function withCommonLayout(a: Partition, b: Partition): Partition {
  if (isSameLayout(a.layout, b.layout)) return a;
  const without: Omit<Partition, 'layout'> & { layout?: Layout } = { ...a };
  delete without.layout;
  return without;
}

function isSameLayout(a: Layout | undefined, b: Layout | undefined): boolean {
  return a?.hashed === b?.hashed && a?.fullHash === b?.fullHash && a?.domains === b?.domains;
}
