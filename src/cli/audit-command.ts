/** stagesweep audit */
import { randomInt } from 'node:crypto';
import { exitStatus } from '../decide/exit-status.ts';
import type { BytePath } from '../model/byte-path.ts';
import { Interrupted } from '../model/errors.ts';
import type { AuditOptions } from '../parse/audit-state.ts';
import { audit } from '../steps/audit.ts';
import { AuditLog, optionsIn } from '../steps/audit-log.ts';
import { isCyrusRunning } from '../steps/is-cyrus-running.ts';
import { loadPaths, type LoadedPaths } from '../steps/load-paths.ts';
import { takeIdlePriority } from '../system/io-priority.ts';
import { nodeOs } from '../system/node-os.ts';
import { hostName, programVersion } from '../system/program.ts';
import { openStateFile, type StateFile } from '../system/state-file.ts';
import type { Args } from './args.ts';
import { startAuditProgress } from './audit-progress.ts';
import { write } from './output.ts';
import { outputMode, rendering } from './rendered.ts';
import type { Settings } from './settings.ts';
import { spoolRequest } from './spool-request.ts';

export async function auditCommand(
  args: Args,
  settings: Settings,
  interrupted: AbortSignal,
): Promise<number> {
  const { jobs, bytesPerSecond, check, share } = settings;
  const os = nodeOs({
    jobs,
    interrupted,
    ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }),
  });
  const paths = loadPaths(os.files, spoolRequest(args, args.operands));
  const file = args.resume === undefined ? undefined : openStateFile(args.resume);
  const seed = seedOf(args, file);
  const log = new AuditLog(file, optionsOf(args, settings, paths, seed));
  const isIdle = args.idle ?? (!args.offline && isCyrusRunning(os.processes, args.proc));
  // Before any thread is started: they inherit it.
  const whyNotIdle = isIdle ? await takeIdlePriority() : undefined;
  const rendered = await rendering(settings);
  const progress = await startAuditProgress(settings.progress);
  try {
    const report = await audit(
      os,
      paths.spools,
      {
        check,
        isShared: args.shared,
        ...(share === undefined ? {} : { sample: { share, seed } }),
        selection: {
          ...(args.users.length === 0 ? {} : { users: args.users }),
          ...(args.mailboxes.length === 0 ? {} : { mailboxes: args.mailboxes }),
          ...directoriesOf(paths),
        },
        offline: args.offline,
        walker: settings.walker,
        jobs,
        header: {
          version: programVersion(),
          host: settings.host ?? hostName(),
          command: process.argv.slice(2),
        },
        notes:
          whyNotIdle === undefined
            ? []
            : [`The disk was read with ordinary priority, not idle: ${whyNotIdle}.`],
      },
      progress,
      log,
    );
    progress.stop();
    await write(settings.output, rendered(report), outputMode(settings));
    log.finish();
    return exitStatus(report, settings.failOn);
  } catch (error) {
    progress.stop();
    if (error instanceof Interrupted && args.resume !== undefined) {
      console.error(
        'stagesweep: interrupted; nothing was changed. The same command goes on where this one stopped',
      );
      return 130;
    }
    throw error;
  } finally {
    progress.stop();
  }
}

/** listMailboxes() goes through every partition that was read; only those that were named are meant. */
function directoriesOf({ spools, directories }: LoadedPaths): {
  directories?: readonly BytePath[];
} {
  if (directories !== undefined) return { directories };
  if (spools.scanned.length === spools.partitions.length) return {};
  return {
    directories: spools.scanned.flatMap(
      ({ data, metadata }) => data ?? metadata.get('index') ?? [],
    ),
  };
}

/** A continued audit keeps the seed it began with. */
function seedOf(args: Args, file: StateFile | undefined): string {
  if (args.seed !== undefined) return args.seed;
  const begun = file === undefined ? undefined : optionsIn(file)?.['seed'];
  return begun ?? String(randomInt(2 ** 32));
}

/** All that decides which messages are looked at, and how. */
function optionsOf(
  args: Args,
  settings: Settings,
  { spools, directories }: LoadedPaths,
  seed: string,
): AuditOptions {
  const roots = spools.scanned.flatMap(({ data, archive, metadata }) => [
    ...(data === undefined ? [] : [`data ${data}`]),
    ...(archive === undefined ? [] : [`archive ${archive}`]),
    ...[...new Set(metadata.values())].map((path) => `metadata ${path}`),
  ]);
  return {
    roots: roots.join(', '),
    '--check': settings.check,
    ...(directories === undefined ? {} : { paths: directories.join(', ') }),
    ...(args.shared ? { '--shared': 'given' } : {}),
    ...(args.users.length === 0 ? {} : { '--user': args.users.join(', ') }),
    ...(args.mailboxes.length === 0 ? {} : { '--mailbox': args.mailboxes.join(', ') }),
    ...(settings.share === undefined ? {} : { '--sample': String(settings.share), seed }),
  };
}
