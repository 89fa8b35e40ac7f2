import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { UsageError } from '../../src/model/errors.ts';
import { AuditLog } from '../../src/steps/audit-log.ts';
import type { Report } from '../../src/model/report.ts';
import { nodeOs } from '../../src/system/node-os.ts';
import type { Os } from '../../src/system/os.ts';
import { runAudit } from '../support/audit-run.ts';
import { composeIncidentSpool, composeTruncationSpool } from '../support/composed-spool.ts';
import { memoryState, type MemoryState } from '../support/memory-state.ts';
import { test } from '../support/spool.ts';

const options = { roots: 'data /spool' };
const logOf = (state: MemoryState): AuditLog => new AuditLog(state.open(), options, 0n);

/** Throws when so many files were asked for. */
function killedAfter(files: number): Os {
  const real = nodeOs({ jobs: 1 });
  let asked = 0;
  return {
    ...real,
    glancer: {
      // One after the other, so that what was asked before the kill is answered before it.
      async glance(requests, onGlance) {
        for await (const request of requests) {
          if (!('expected' in request)) throw new Error('this one looks at no whole mailboxes');
          asked += request.expected.uids.length;
          if (asked > files) throw new Error('killed');
          await real.glancer.glance(only(request), (_, glance) => {
            onGlance(request, glance);
          });
        }
      },
    },
  };
}

// eslint-disable-next-line @typescript-eslint/require-await -- the glancer takes what may take its time
async function* only<T>(item: T): AsyncGenerator<T> {
  yield item;
}

const answerOf = ({ findings, messages, audit, complete, notes }: Report): unknown => ({
  findings,
  messages,
  audit,
  complete,
  notes,
});

describe('an audit with a state file', () => {
  test('that is killed anywhere and goes on says what an uninterrupted one says', async ({
    dir,
  }) => {
    const { config } = composeIncidentSpool(dir);
    const whole = answerOf(await runAudit(config));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 28 }), { minLength: 1, maxLength: 4 }),
        fc.nat(60),
        async (kills, torn) => {
          const state = memoryState();
          for (const files of kills) {
            await runAudit(config, { os: killedAfter(files), log: logOf(state) }).catch(
              (error: unknown) => {
                if (!(error instanceof Error) || error.message !== 'killed') throw error;
              },
            );
            // The last write may have been cut by the kill; the first line is written at once.
            const begun = state.content.indexOf('\n') + 1;
            state.content = state.content.slice(
              0,
              Math.max(begun, state.content.length - (torn % 40)),
            );
          }
          expect(answerOf(await runAudit(config, { log: logOf(state) }))).toEqual(whole);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('does not look again at mailboxes that it has behind it', async ({ dir }) => {
    const { config } = composeTruncationSpool(dir);
    const state = memoryState();
    await runAudit(config, { os: killedAfter(14), log: logOf(state) }).catch(() => undefined);
    const log = logOf(state);
    expect(log.resumedAfter).toBeDefined();
    expect(log.counts.checked).toBeGreaterThan(5);
  });

  test('goes on behind a mailbox that was removed meanwhile', async ({ dir }) => {
    const { config } = composeTruncationSpool(dir);
    const state = memoryState();
    await runAudit(config, { os: killedAfter(14), log: logOf(state) }).catch(() => undefined);
    rmSync(logOf(state).resumedAfter ?? '', { recursive: true });
    const report = await runAudit(config, { log: logOf(state) });
    // It was audited before it went, and is counted once.
    expect(report.audit?.mailboxes).toBe(5);
    expect(report.messages?.unindexed).toBe(1);
  });

  test('refuses the file of an audit with other options, and says which', () => {
    const state = memoryState();
    logOf(state);
    const other = (): AuditLog => new AuditLog(state.open(), { roots: 'data /other' });
    expect(other).toThrow('roots was data /spool, and is data /other');
  });

  test('refuses to continue what came to its end', () => {
    const state = memoryState();
    logOf(state).finish();
    expect(() => logOf(state)).toThrow('came to its end');
  });

  test.for([
    'no json at all',
    '{"schema":"another/1","options":{}}\n',
    '{"schema":"stagesweep.audit-state/1","options":{"roots":"data /spool"}}\n["x"]\n["at","/a",{},0]\n',
  ])('refuses a file that is none, and leaves it as it is: %s', (content) => {
    const state = memoryState(content);
    expect(() => logOf(state)).toThrow(UsageError);
    expect(state.content).toBe(content);
  });

  test('refuses a file in which a finding was changed', async ({ dir }) => {
    const { config } = composeIncidentSpool(dir);
    const state = memoryState();
    await runAudit(config, { log: logOf(state) });
    state.content = state.content.replace('"guid-absent"', '"link-unseen"');
    expect(() => logOf(state)).toThrow('changed');
  });
});
