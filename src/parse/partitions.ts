/**
 * Directives -> Configuration: which directories hold mail, by the rules and defaults of Cyrus.
 *
 * Source: cyrus-imapd lib/libconfig.c (config_partitiondir, config_metapartitiondir, config_archivepartitiondir,
 * config_backupstagingpath) and imap/mboxname.c (mboxname_metapath).
 */
import { join, asBytes, type BytePath } from '../model/byte-path.ts';
import type { Configuration } from '../model/configuration.ts';
import { ConfigError } from '../model/errors.ts';
import { metaFiles, type Layout, type MetaFile, type Partition } from '../model/partition.ts';
import { refusal, type Directive } from './imapd-conf.ts';
import { metadirOption, optionOf } from './known-options.ts';
import { Options } from './options.ts';
import { unitePartitions } from './unite-partitions.ts';

/** Name of the partition that stands for the staging area of backupd. */
export const backupStagingName = 'backup-staging';

/**
 * @param directives  of the file and of all that it includes, in order
 * @param file        the file's name, for messages
 * @returns           the partitions of all services; of the other options what holds for all
 * @throws            ConfigError with file and line for what Cyrus refuses, and for relative paths
 */
export function parseConfiguration(directives: readonly Directive[], file: string): Configuration {
  const options = new Options(directives);
  refuseLoneArchives(options, directives);
  const layout = commonLayout(options);
  const partitions = unitePartitions(
    options.services.map((service) => ({
      label: service,
      partitions: partitionsOf(options, service, layout, file),
    })),
  );
  const hasMail = partitions.some((partition) => partition.data !== undefined);
  // A backup server has a configuration of its own, with backup partitions only.
  if (!hasMail && !keepsBackups(options)) {
    throw new ConfigError(
      `${file}: no partition-<name> is configured. Is this the imapd.conf of a server that stores mail? ` +
        'Name another with -C, or name the spool directory itself',
    );
  }
  const defaultPartition = defaultPartitionOf(options);
  const configDirectory = options.path('', 'configdirectory');
  const procPath =
    options.path('', 'proc_path') ?? (configDirectory && join(configDirectory, 'proc'));
  const unixHierarchySep = options.isOn('', 'unixhierarchysep');
  return {
    file,
    partitions,
    ...(defaultPartition === undefined ? {} : { defaultPartition }),
    ...(configDirectory === undefined ? {} : { configDirectory }),
    ...(procPath === undefined ? {} : { procPath }),
    ...(unixHierarchySep === undefined ? {} : { unixHierarchySep }),
  };
}

/** The partitions as the programs of one service see them. */
function partitionsOf(
  options: Options,
  service: string,
  layout: Layout | undefined,
  configFile: string,
): Partition[] {
  const common = { ...(layout === undefined ? {} : { layout }), configFile };
  const mail = options.partitionNames.flatMap((name): Partition[] => {
    const data = options.path(service, `partition-${name}`);
    if (data === undefined) return [];
    // Taken whether or not archive_enabled is on: files stay in the archive when it is switched off.
    const archive = options.path(service, `archivepartition-${name}`);
    const metadata = metadataOf(options, service, name);
    return [{ name, data, ...(archive === undefined ? {} : { archive }), metadata, ...common }];
  });
  if (!keepsBackups(options)) return mail;
  const backupStaging =
    options.path(service, 'backup_staging_path') ??
    join(options.path(service, 'temp_path') ?? asBytes('/tmp'), 'backup');
  const backup = { name: backupStagingName, backupStaging, metadata: new Map(), configFile };
  return [...mail, backup];
}

/**
 * Does this host run Cyrus's backups? Elsewhere the default staging path, /tmp/backup, is a name that any local user
 * can make, and what he puts there is no business of a scan.
 */
function keepsBackups(options: Options): boolean {
  return options.keys().some((key) => /^(.*_)?backup(partition-|_)/.test(key));
}

/** `metadir-*` is looked at first and needs no word in metapartition_files. */
function metadataOf(options: Options, service: string, name: string): Map<MetaFile, BytePath> {
  const moved = options.metaFiles(service);
  const directory = options.path(service, `metapartition-${name}`);
  const places = new Map<MetaFile, BytePath>();
  for (const file of metaFiles) {
    const option = metadirOption(file, name);
    const place =
      (option && options.path(service, option)) ?? (moved.includes(file) ? directory : undefined);
    if (place !== undefined) places.set(file, place);
  }
  return places;
}

/**
 * How names become directories, where all services agree; every service reaches every partition, so one that
 * does not agree makes it unknown for all.
 */
function commonLayout(options: Options): Layout | undefined {
  const layouts = options.services.map((service): Layout => ({
    hashed: options.isOn(service, 'hashimapspool') ?? false,
    fullHash: options.isOn(service, 'fulldirhash') ?? false,
    domains: options.hasDomains(service),
  }));
  const [first, ...others] = layouts;
  const agrees = others.every(
    (layout) =>
      layout.hashed === first?.hashed &&
      layout.fullHash === first.fullHash &&
      layout.domains === first.domains,
  );
  return agrees ? first : undefined;
}

/** Cyrus lower-cases the value and insists on letters and digits (3.6.1: "contains non-alnum character"). */
function defaultPartitionOf(options: Options): string | undefined {
  const directive = options.find('', 'defaultpartition');
  if (directive === undefined) return undefined;
  if (!/^[A-Za-z0-9]+$/.test(directive.value)) {
    throw refusal(directive, 'defaultpartition takes letters and digits only');
  }
  const name = directive.value.toLowerCase();
  if (!options.partitionNames.includes(name)) {
    throw refusal(
      directive,
      `defaultpartition is ${name}, but there is no partition-${name}${listed(options)}`,
    );
  }
  return name;
}

/**
 * Cyrus passes over an archive that belongs to no partition. Here it is an error: a misspelt name would leave
 * the archive out of the search for links, and stage files would seem to have lost theirs.
 */
function refuseLoneArchives(options: Options, directives: readonly Directive[]): void {
  for (const directive of directives) {
    const { option, partition } = optionOf(directive.key) ?? {};
    if (partition === undefined || option !== `archivepartition-${partition}`) continue;
    if (options.partitionNames.includes(partition)) continue;
    throw refusal(
      directive,
      `${directive.key} has no partition-${partition}: add it, or correct the name${listed(options)}`,
    );
  }
}

function listed(options: Options): string {
  const names = options.partitionNames.join(', ');
  return names === '' ? '' : ` (configured: ${names})`;
}
