import { describe, expect } from 'vitest';
import type { BytePath } from '../../src/model/byte-path.ts';
import { bytePath } from '../../src/model/byte-path.ts';
import { silentAudit, type Forecast, type ForecastOf } from '../../src/steps/audit-progress.ts';
import { forecast } from '../../src/steps/forecast-audit.ts';
import { nodeOs } from '../../src/system/node-os.ts';
import { composeIndex } from '../support/index-writer.ts';
import { MailboxSpool } from '../support/mailbox-spool.ts';
import { test } from '../support/spool.ts';

/** Of two mailboxes with 40 and 60 records. */
async function forecastOf(
  dir: string,
  of: ForecastOf,
  ...more: string[]
): Promise<Forecast | undefined> {
  const spool = new MailboxSpool(dir);
  const directories = [40, 60].map((count): BytePath => {
    const records = Array.from({ length: count }, (_, at) => ({ uid: at + 1 }));
    spool.write(`user/u${count}/cyrus.index`, composeIndex(17, {}, records));
    return spool.path(`user/u${count}`);
  });
  let last: Forecast | undefined;
  const progress = { ...silentAudit, forecast: (each: Forecast) => (last = each) };
  // eslint-disable-next-line @typescript-eslint/require-await -- the step pulls from what takes its time
  async function* all(): AsyncGenerator<BytePath, void, undefined> {
    yield* directories;
    yield* more.map((each) => bytePath(each));
  }
  await forecast(nodeOs({ jobs: 1 }), all(), progress, of);
  return last;
}

describe('what an audit has before it', () => {
  test('is every record of the indexes', async ({ dir }) => {
    expect(await forecastOf(dir, {})).toEqual({ mailboxes: 2, messages: 100, isWhole: true });
  });

  test('is the share that a sample takes', async ({ dir }) => {
    expect(await forecastOf(dir, { share: 0.05 })).toMatchObject({ messages: 5 });
  });

  test('is the names of shared inodes when only they are looked at', async ({ dir }) => {
    expect(await forecastOf(dir, { sharedNames: 12 })).toMatchObject({ messages: 12 });
    expect(await forecastOf(dir, { sharedNames: 5000 })).toMatchObject({ messages: 100 });
    expect(await forecastOf(dir, { sharedNames: 12, share: 0.5 })).toMatchObject({ messages: 6 });
  });

  test('is not known where an index cannot be read', async ({ dir }) => {
    const told = await forecastOf(dir, {}, '/nonexistent');
    expect(told).toEqual({ mailboxes: 3, isWhole: true });
  });
});
