/**
 * The options that say where mail lies, apart from the hundreds that do not.
 *
 * Source: cyrus-imapd lib/imapoptions, 2.3 to 3.13. A complete list would change with every release and is not
 * needed: Cyrus refuses every key that comes twice, known to it or not, and an option that is not here changes
 * nothing about where mail lies. Search partitions hold xapian databases and backup partitions hold compacted
 * backups, neither a message file.
 */
import { metaFiles, type MetaFile } from '../model/partition.ts';

export const plainOptions = [
  'configdirectory',
  'defaultpartition',
  'proc_path',
  'temp_path',
  'backup_staging_path',
  'metapartition_files',
  'hashimapspool',
  'fulldirhash',
  'virtdomains',
  'unixhierarchysep',
] as const;
export type PlainOption = (typeof plainOptions)[number];

/** The options that end in a partition's name. */
export const partitionOptions = ['partition', 'archivepartition', 'metapartition'] as const;
export type PartitionOption = (typeof partitionOptions)[number];

/** Undocumented, 3.x, and only for these files. Source: imap/mboxname.c, mboxname_metapath. */
const movable = [
  'header',
  'index',
  'cache',
  'squat',
  'dav',
  'archivecache',
] as const satisfies readonly MetaFile[];

export type KnownOption =
  PlainOption | `${PartitionOption}-${string}` | `metadir-${(typeof movable)[number]}-${string}`;

export function metadirOption(file: MetaFile, partition: string): KnownOption | undefined {
  const found = movable.find((candidate) => candidate === file);
  return found && `metadir-${found}-${partition}`;
}

export function metaFileNamed(word: string): MetaFile | undefined {
  return metaFiles.find((file) => file === word);
}

export interface OptionName {
  /** '' for all programs, else the program that the option is for: its name, or its name in cyrus.conf. */
  readonly service: string;
  readonly option: string;
  /** The partition at the end of the option's name. */
  readonly partition?: string;
}

const names = new RegExp(
  `^(?:(.+?)_)?(${plainOptions.join('|')}|((?:${partitionOptions.join('|')})|metadir-(?:${movable.join('|')}))-(.+))$`,
);

/**
 * What a key means, or undefined when it says nothing about where mail lies.
 *
 * Any `<service>_` prefix counts, not only those of services that are known to exist: every program of Cyrus has
 * one, and most are in no file that could be read.
 */
export function optionOf(key: string): OptionName | undefined {
  const [, service = '', option, , partition] = names.exec(key) ?? [];
  if (option === undefined) return undefined;
  return partition === undefined ? { service, option } : { service, option, partition };
}
