/** The message that the walker comes to last: with its only other name there, a search cannot end early. */
import { lstatSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { asBytes } from '../src/model/byte-path.ts';
import { InodeTable } from '../src/model/inode-table.ts';
import { nodeWalkers } from '../src/system/walk/choose-walk.ts';
import type { Spool } from './generate-spool.ts';
import { messagePath, realCount, realMessage } from './spool-shape.ts';

/** Threads share directories by chance; the place that is last on average is near the end of every walk. */
const walks = 3;

export async function worstPlace(spool: Spool): Promise<number> {
  const messages = Array.from({ length: realCount(spool) }, (_, nth) => realMessage(spool, nth));
  const stats = messages.map((message) =>
    lstatSync(join(spool.root, messagePath(spool, message)), { bigint: true }),
  );
  const dev = stats[0]?.dev;
  if (dev === undefined) throw new Error('a spool without a message that can be staged');
  const table = InodeTable.of(
    dev,
    stats.map(({ ino }) => ino),
  );
  const ranks = new Float64Array(messages.length);
  for (let nth = 0; nth < walks; nth += 1) await addRanks(spool, table, ranks);
  const worst = ranks.reduce((best, rank, index) => (rank > (ranks[best] ?? 0) ? index : best), 0);
  const message = messages[worst];
  if (message === undefined) throw new Error('the walker met no message');
  return message;
}

async function addRanks(spool: Spool, table: InodeTable, ranks: Float64Array): Promise<void> {
  const { walk } = await nodeWalkers().choose('auto');
  let rank = 0;
  await walk.run(
    {
      roots: [asBytes(spool.root)],
      wanted: [table],
      mountPoints: new Set(),
      enterMounts: false,
      known: new Set(),
      jobs: availableParallelism(),
      signal: new AbortController().signal,
    },
    {
      hit(_table, index) {
        rank += 1;
        ranks[index] = (ranks[index] ?? 0) + rank;
      },
      trouble({ path }) {
        throw new Error(`${path} cannot be read`);
      },
      vanished() {},
      notEntered() {},
      begins() {},
      progress() {},
    },
  );
}
