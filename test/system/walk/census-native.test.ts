import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { asBytes } from '../../../src/model/byte-path.ts';
import { nativeCensus } from '../../../src/system/walk/census-native.ts';
import { loadGetdents } from '../../../src/system/walk/getdents.ts';
import { startThread } from '../../../src/system/walk/native-thread.ts';
import { readHere } from '../../../src/system/walk/read-here.ts';
import { censusRequest } from '../../support/census-request.ts';
import { silent } from '../../support/walk-run.ts';
import { censusContract } from '../census.contract.ts';

const calls = await loadGetdents();

// Sharing from the first directory on, so that small trees too are read by several threads.
censusContract('native', () => nativeCensus(readHere(calls), 0));
censusContract('native, of threads alone', () => nativeCensus(startThread, 0));

test('a thread that ends early fails the census', async () => {
  const census = nativeCensus((events) =>
    startThread(events, new Worker('process.exit(3)', { eval: true })),
  );
  const request = censusRequest({ roots: [asBytes('/nowhere')], devices: [1n], jobs: 1 });
  await expect(census.pass(request, silent)).rejects.toThrow(/ended early \(exit code 3\)/);
});
