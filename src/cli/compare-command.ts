/** stagesweep compare */
import { comparisonStatus } from '../decide/comparison-status.ts';
import type { ComparisonHeader, Difference } from '../model/comparison.ts';
import { UsageError } from '../model/errors.ts';
import { reaches, severityOf, type Severity } from '../model/finding.ts';
import { renderComparisonCsv } from '../report/comparison-csv.ts';
import {
  renderComparisonJson,
  renderComparisonJsonl,
  type ComparisonRenderer,
} from '../report/comparison-json.ts';
import { comparisonTable } from '../report/comparison-table.ts';
import { compare, type ManifestPair } from '../steps/compare.ts';
import { nodeClock } from '../system/clock.ts';
import { openInput } from '../system/input-file.ts';
import { hostName, programVersion } from '../system/program.ts';
import type { Args } from './args.ts';
import { write } from './output.ts';
import type { Settings } from './settings.ts';

export async function compareCommand(
  args: Args,
  settings: Settings,
  interrupted: AbortSignal,
): Promise<number> {
  try {
    return await compareEnds(args, settings, interrupted);
  } finally {
    // Who writes to us may take hours; after an error in the other manifest nobody waits for that.
    if ([...args.operands, ...args.retry].includes('-')) process.stdin.destroy();
  }
}

async function compareEnds(
  args: Args,
  settings: Settings,
  interrupted: AbortSignal,
): Promise<number> {
  const clock = nodeClock();
  const render = rendererOf(settings);
  const startedNs = clock.nowNs();
  const [first, again] = pairsOf(args, interrupted);
  const comparing = await compare(first, again);
  const header: ComparisonHeader = {
    version: programVersion(),
    host: hostName(),
    command: process.argv.slice(2),
    startedNs,
    ...comparing.ends,
    ...(comparing.retry === undefined ? {} : { retry: comparing.retry }),
  };
  let gravest: Severity | undefined;
  const differences = comparing.differences[Symbol.asyncIterator]();
  const next = async (): Promise<IteratorResult<Difference>> => {
    const result = await differences.next();
    if (result.done !== true) {
      const severity = severityOf(result.value.code);
      if (gravest === undefined || reaches(severity, gravest)) gravest = severity;
    }
    return result;
  };
  // Without return(): a reader that has had enough must not end the comparison, since the exit status tells of it.
  const told = { [Symbol.asyncIterator]: () => ({ next }) };
  const outcome = (): ReturnType<Parameters<ComparisonRenderer>[2]> => ({
    ...comparing.outcome(),
    finishedNs: clock.nowNs(),
  });
  await write(settings.output, render(header, told, outcome));
  while ((await next()).done !== true);
  return comparisonStatus(comparing.outcome().complete, gravest, settings.failOn);
}

/** Which formats there are is said in commands.ts, and others were refused before. */
function rendererOf(settings: Settings): ComparisonRenderer {
  if (settings.format === 'json') return renderComparisonJson;
  if (settings.format === 'jsonl') return renderComparisonJsonl;
  if (settings.format === 'csv') return renderComparisonCsv;
  return comparisonTable(settings);
}

function pairsOf(
  args: Args,
  interrupted: AbortSignal,
): [first: ManifestPair, again: ManifestPair | undefined] {
  const names = [...args.operands, ...args.retry];
  if (names.filter((name) => name === '-').length > 1) {
    throw new UsageError('- is given twice; standard input can be read once');
  }
  if (args.retry.length > 2) throw new UsageError('--retry was given more than once');
  const source = (name: string): ManifestPair['a'] => ({
    name: name === '-' ? 'standard input' : name,
    chunks: openInput(name, interrupted),
  });
  const [a, b, a2, b2] = names.map(source);
  if (a === undefined || b === undefined) throw new UsageError('compare needs two manifests');
  return [{ a, b }, a2 === undefined || b2 === undefined ? undefined : { a: a2, b: b2 }];
}
