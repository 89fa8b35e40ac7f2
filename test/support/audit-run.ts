/** Runs an audit in the test's own process, on a real disk or on one that misbehaves. */

import { join } from '../../src/model/byte-path.ts';
import { digestAt } from '../../src/model/expected-files.ts';
import type { Finding } from '../../src/model/finding.ts';
import { severityOf } from '../../src/model/finding.ts';
import type { Report } from '../../src/model/report.ts';
import type { Trouble } from '../../src/model/trouble.ts';
import { audit, type AuditSettings } from '../../src/steps/audit.ts';
import { silentAudit } from '../../src/steps/audit-progress.ts';
import type { AuditLog } from '../../src/steps/audit-log.ts';
import { loadPaths } from '../../src/steps/load-paths.ts';
import type { Glance, GlanceRequest, Glancer } from '../../src/system/glance.ts';
import { listPlain } from '../../src/system/glance-plain.ts';
import { nodeOs } from '../../src/system/node-os.ts';
import type { InspectRequest, Inspection, Inspector, Os } from '../../src/system/os.ts';

export interface AuditRun extends Partial<Omit<AuditSettings, 'header' | 'notes'>> {
  readonly os?: Os;
  readonly log?: AuditLog;
  /** PATH arguments. */
  readonly paths?: readonly string[];
}

/** Offline, since a test has nobody who changes its spool. @param config an imapd.conf */
export async function runAudit(config: string | undefined, run: AuditRun = {}): Promise<Report> {
  const { os = nodeOs({ jobs: 1 }), log, paths = [], selection = {}, ...settings } = run;
  const { spools, directories } = loadPaths(os.files, {
    partitions: paths,
    configFiles: config === undefined ? [] : [config],
    archive: [],
    meta: [],
    cwd: '/',
    defaultConfig: '/nonexistent/imapd.conf',
  });
  return await audit(
    os,
    spools,
    {
      check: 'digest',
      isShared: false,
      offline: true,
      walker: 'node',
      jobs: 1,
      selection: { ...selection, ...(directories === undefined ? {} : { directories }) },
      ...settings,
      header: { version: '0', host: 'test', command: ['audit'] },
      notes: [],
    },
    silentAudit,
    log,
  );
}

/** An Os whose answers about files are changed on their way, and whose pauses take no time and are counted. */
export function misbehaving(
  change: (
    request: InspectRequest,
    answer: Inspection | Trouble,
    round: number,
  ) => Inspection | Trouble,
): { readonly os: Os; readonly pauses: number[] } {
  const real = nodeOs({ jobs: 1 });
  const pauses: number[] = [];
  const inspector: Inspector = {
    async inspect(files, onAnswer) {
      const requests: InspectRequest[] = [];
      async function* noted(): AsyncGenerator<InspectRequest, void, undefined> {
        for await (const request of files) {
          requests.push(request);
          yield request;
        }
      }
      await real.inspector.inspect(noted(), (index, answer) => {
        const request = requests[index];
        if (request !== undefined) onAnswer(index, change(request, answer, pauses.length));
      });
    },
  };
  const os: Os = {
    ...real,
    clock: {
      ...real.clock,
      pause: (milliseconds) => {
        pauses.push(milliseconds);
        return Promise.resolve();
      },
    },
    inspector,
    glancer: inspecting(inspector),
  };
  return { os, pauses };
}

/** Tells everything of every message, as if none was as expected. */
function inspecting(inspector: Inspector): Glancer {
  return {
    async glance(requests, onGlance) {
      for await (const request of requests) {
        if (!('expected' in request)) throw new Error('this one looks at no whole mailboxes');
        const { directory, expected, lists } = request;
        const others: Glance['others'][number][] = [];
        await inspector.inspect(filesOf(request), (at, answer) => {
          others.push({ at, answer });
        });
        const listing = lists ? { listing: listPlain(directory, expected) } : {};
        onGlance(request, { asExpected: 0, readBytes: 0, others, ...listing });
      }
    },
  };
}

// eslint-disable-next-line @typescript-eslint/require-await -- the inspector takes what may take its time
async function* filesOf({ directory, expected }: GlanceRequest): AsyncGenerator<InspectRequest> {
  const { uids, digests } = expected;
  for (const [at, uid] of uids.entries()) {
    const hasDigest = digests !== undefined && digestAt(digests, at) !== undefined;
    yield {
      path: join(directory, `${uid}.`),
      wantsSha1: hasDigest,
      wantsHead: digests !== undefined && !hasDigest,
      expectedBytes: 0,
    };
  }
}

export function criticals(report: Report): Finding[] {
  return report.findings.filter(({ code }) => severityOf(code) === 'critical');
}

/** "user.alice 3", once each, sorted. */
export function messagesIn(findings: readonly Finding[]): string[] {
  return [...new Set(findings.map(({ mailbox, messageUid }) => `${mailbox} ${messageUid}`))].sort();
}

/** No file is where the record says. */
export function gone(request: InspectRequest): Trouble {
  return { path: request.path, syscall: 'lstat', errno: 'ENOENT' };
}
