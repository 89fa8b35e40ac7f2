/** stagesweep manifest */
import { isoTime } from '../report/quantities.ts';
import { manifestText } from '../report/manifest-text.ts';
import { loadPaths } from '../steps/load-paths.ts';
import { manifest, type ManifestCounts } from '../steps/manifest.ts';
import { siteOf } from '../steps/site-of.ts';
import { nodeOs } from '../system/node-os.ts';
import { hostName, programVersion } from '../system/program.ts';
import type { Args } from './args.ts';
import { startManifestProgress } from './manifest-progress.ts';
import { write } from './output.ts';
import type { Settings } from './settings.ts';
import { spoolRequest } from './spool-request.ts';

export async function manifestCommand(
  args: Args,
  settings: Settings,
  interrupted: AbortSignal,
): Promise<number> {
  const { jobs, bytesPerSecond } = settings;
  const os = nodeOs({
    jobs,
    interrupted,
    ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }),
  });
  const { spools, directories } = loadPaths(os.files, spoolRequest(args, args.operands));
  const { unixHierarchySep } = siteOf(os.files, spools, []);
  const selection = {
    ...(args.users.length === 0 ? {} : { users: args.users }),
    ...(args.mailboxes.length === 0 ? {} : { mailboxes: args.mailboxes }),
    ...(directories === undefined ? {} : { directories }),
  };
  const progress = await startManifestProgress(settings.progress);
  let counts: ManifestCounts | undefined;
  const text = async function* (): AsyncGenerator<string> {
    yield manifestText({
      kind: 'header',
      header: {
        version: programVersion(),
        host: hostName(),
        command: process.argv.slice(2),
        startedAt: isoTime(os.clock.nowNs()),
        selection: [
          ...args.users.map((user) => `user ${user}`),
          ...args.mailboxes.map((mailbox) => `mailbox ${mailbox}`),
        ],
        ...(unixHierarchySep === undefined ? {} : { unixHierarchySep }),
      },
    });
    const lines = manifest(os, spools, selection, progress);
    try {
      for (;;) {
        const next = await lines.next();
        if (next.done === true) {
          counts = next.value;
          break;
        }
        yield manifestText(next.value);
      }
    } finally {
      // A reader that has gone ends the reading of messages as well.
      await lines.return({ complete: false, mailboxes: 0, messages: 0 });
    }
    yield manifestText({
      kind: 'end',
      end: { finishedAt: isoTime(os.clock.nowNs()), ...counts },
    });
  };
  try {
    await write(settings.output, text());
  } finally {
    progress.stop();
  }
  // With no counts the reader had enough before the end, and what it has is no whole manifest.
  return counts?.complete === true ? 0 : 2;
}
