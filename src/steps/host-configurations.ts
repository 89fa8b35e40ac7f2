/** The roots of this host's own configurations, by identity, for the question whether a spool is in use. */
import { bytePath } from '../model/byte-path.ts';
import type { HostConfigurations, ConfiguredRoot } from '../decide/refuse-offline.ts';
import { ConfigError } from '../model/errors.ts';
import type { Partition } from '../model/partition.ts';
import { isTrouble, isVanished } from '../model/trouble.ts';
import type { Files } from '../system/os.ts';
import { readConfiguration } from './read-config.ts';

/**
 * @param given        partitions of the configurations that the user named
 * @param defaultFile  /etc/imapd.conf; where there is none, nothing is missing
 * @param running      absolute names that running Cyrus processes were started with
 */
export function hostConfigurations(
  files: Files,
  given: readonly Partition[],
  defaultFile: string,
  running: readonly string[],
): HostConfigurations {
  const unread: string[] = [];
  const partitions = given.filter((partition) => partition.configFile !== undefined);
  const isThere = (file: string): boolean => {
    const stat = files.lstat(bytePath(file));
    return !(isTrouble(stat) && isVanished(stat));
  };
  const named = new Set(isThere(defaultFile) ? [defaultFile, ...running] : running);
  for (const file of named) {
    try {
      partitions.push(...readConfiguration(files, bytePath(file), file).partitions);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      unread.push(file);
    }
  }
  return { roots: partitions.flatMap((partition) => rootsOf(files, partition)), unread };
}

/** The directories of a partition that exist; one that does not is in nobody's use. */
function rootsOf(files: Files, partition: Partition): ConfiguredRoot[] {
  const { data, archive, backupStaging, metadata, configFile = '' } = partition;
  const paths = [data, archive, backupStaging, ...metadata.values()];
  return paths.flatMap((path) => {
    const canonical = path === undefined ? undefined : files.canonical(path);
    if (canonical === undefined || isTrouble(canonical)) return [];
    const stat = files.lstat(canonical);
    return isTrouble(stat) ? [] : [{ dev: stat.dev, ino: stat.ino, configFile }];
  });
}
