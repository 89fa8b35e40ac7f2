/** Which spools a command line means, in the form in which they are loaded. */
import type { SpoolRequest } from '../steps/load-config.ts';
import type { Args } from './args.ts';

/** Read where the command line names neither a directory nor a configuration. */
export const defaultConfig = '/etc/imapd.conf';

type SpoolArgs = Pick<Args, 'config' | 'cyrusConf' | 'archive' | 'meta'>;

/** @param partitions  as typed; paths are relative to the directory in which the program was started */
export function spoolRequest(args: SpoolArgs, partitions: readonly string[]): SpoolRequest {
  return {
    partitions,
    configFiles: args.config,
    ...(args.cyrusConf === undefined ? {} : { cyrusConf: args.cyrusConf }),
    archive: args.archive,
    meta: args.meta,
    cwd: process.cwd(),
    defaultConfig,
  };
}
