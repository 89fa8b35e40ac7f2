/** bin/stagesweep.js in Nodes of other versions. It is plain syntax, so that these can be told by a made-up process. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { checkoutRoot } from '../support/checkout-copy.ts';

const text = readFileSync(join(checkoutRoot, 'bin/stagesweep.js'), 'utf8');

interface Outcome {
  readonly told: readonly string[];
  readonly status: number | undefined;
  readonly starts: boolean;
}

function launchedBy(version: string): Outcome {
  const told: string[] = [];
  let status: number | undefined;
  let starts = false;
  const ended = new Error('process.exit()');
  const context = createContext({
    console: { error: (line: string) => told.push(line) },
    process: {
      versions: { node: version },
      argv: ['node', 'stagesweep'],
      exit: (code: number) => {
        status = code;
        throw ended;
      },
    },
    __dirname: join(checkoutRoot, 'bin'),
    require: (id: string): unknown => {
      if (id === 'path') return { join };
      starts = true;
      return { loadPiece: () => ({ main: () => undefined }) };
    },
  });
  try {
    runInContext(text, context);
  } catch (error) {
    if (error !== ended) throw error;
  }
  return { told, status, starts };
}

describe('the launcher', () => {
  test.each(['10.24.0', '12.22.12', '18.20.4', '20.18.3', '21.7.3', '22.11.0'])(
    'refuses Node %s in one line',
    (version) => {
      expect(launchedBy(version)).toEqual({
        told: [
          `stagesweep: this is Node ${version}; Node 20.19, 22.12 or a release from 23 on is needed`,
        ],
        status: 64,
        starts: false,
      });
    },
  );
  test.each(['20.19.0', '20.20.2', '22.12.0', '22.21.1', '23.0.0', '24.1.0', '26.0.0'])(
    'starts in Node %s',
    (version) => {
      expect(launchedBy(version)).toEqual({ told: [], status: undefined, starts: true });
    },
  );
  test('knows the versions that package.json promises', () => {
    const { engines } = JSON.parse(readFileSync(join(checkoutRoot, 'package.json'), 'utf8')) as {
      engines: { node: string };
    };
    expect(engines.node).toBe('^20.19.0 || ^22.12.0 || >=23');
  });
  test('is parsed by every Node of the last ten years: no newer syntax', () => {
    expect(text).not.toMatch(/\?\?|\?\.|\bimport\b|await|#\w+\s*=|static \{/m);
  });
});
