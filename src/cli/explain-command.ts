/** stagesweep explain: what a code of a report means, how it arises, what to do and what never to do. */
import { UsageError } from '../model/errors.ts';
import { findingCodes, severityOf } from '../model/finding.ts';
import { explain, explainableWords } from '../report/explain.ts';
import { nearestName } from '../steps/nearest-name.ts';
import type { Args } from './args.ts';
import { write } from './output.ts';
import type { Settings } from './settings.ts';

export async function explainCommand(args: Args, settings: Settings): Promise<number> {
  const [word] = args.operands;
  if (word === undefined) {
    await write(undefined, listing());
    return 0;
  }
  const text = explain(word.toLowerCase(), settings.columns);
  if (text === undefined) {
    const meant = nearestName(word, explainableWords);
    const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
    throw new UsageError(
      `no report has the word ${word}${hint}; stagesweep explain lists the codes`,
    );
  }
  await write(undefined, [text]);
  return 0;
}

function* listing(): Iterable<string> {
  yield 'The codes of findings, the gravest first. stagesweep explain CODE says more of one,\n';
  yield 'and explains the words of verdicts, actions and reasons as well.\n\n';
  const width = Math.max(...findingCodes.map((code) => code.length));
  for (const code of findingCodes) yield `  ${code.padEnd(width)}  ${severityOf(code)}\n`;
}
