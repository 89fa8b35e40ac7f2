import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { removeRoot } from '../../src/steps/remove.ts';
import { nodeChanges } from '../../src/system/anchor.ts';
import { buildForest, bytesOf, everyKind, messagesOf, planOf, stageNames } from '../support/removal-spool.ts';
import { removeContext } from '../support/remove-context.ts';
import { test } from '../support/spool.ts';

test('a plan with every kind of leftover is carried out', async ({ dir }) => {
  buildForest(dir, everyKind);
  const [messages, bytes] = [messagesOf(dir), bytesOf(dir)];
  const outcome = await removeRoot(nodeChanges, planOf(dir), removeContext());
  console.log(outcome.results.map((r) => `${r.step.components.join('/')} ${r.outcome} ${r.detail ?? ''}`), outcome.stopped);
  console.log(readFileSync(String(outcome.journal), 'utf8').slice(0, 1500));
  expect(stageNames(dir)).toEqual([]);
  expect(messagesOf(dir)).toEqual(messages);
  expect(bytesOf(dir)).toEqual(bytes);
  expect(existsSync(join(dir, 'sync./7001'))).toBe(false);
});
