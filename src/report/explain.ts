/** The text of `stagesweep explain WORD`. */
import { findingCodes, severityOf, type FindingCode } from '../model/finding.ts';
import { damageExplanations } from './explain-damage.ts';
import { indexExplanations } from './explain-index.ts';
import { stageExplanations } from './explain-stage.ts';
import { verdictExplanations } from './explain-verdicts.ts';
import type { Explanation } from './explanation.ts';
import { reasonWords } from './sentences.ts';
import { wrap } from './wrap.ts';

const ofCodes: Readonly<Record<FindingCode, Explanation>> = {
  ...damageExplanations,
  ...stageExplanations,
  ...indexExplanations,
};

/** Words that explain() knows: the codes by severity, then verdicts and actions, then reasons. */
export const explainableWords: readonly string[] = [
  ...findingCodes,
  ...Object.keys(verdictExplanations),
  ...Object.keys(reasonWords).filter((word) => !(word in ofCodes)),
];

/**
 * @param word   a finding code, a verdict, an action or a reason, as the report prints it
 * @param width  columns
 * @returns      the text with its last newline, or undefined when no report has this word
 */
export function explain(word: string, width: number): string | undefined {
  const lines = linesOf(word, width);
  return lines === undefined ? undefined : `${lines.join('\n')}\n`;
}

/** The parts of it, for texts that are set in another way. */
export function explanationOf(code: FindingCode): Explanation {
  return ofCodes[code];
}

function linesOf(word: string, width: number): string[] | undefined {
  if (has(ofCodes, word)) {
    return [...wrap(`${word} (${severityOf(word)})`, width), ...bodyOf(ofCodes[word], width)];
  }
  if (has(verdictExplanations, word)) return [word, ...bodyOf(verdictExplanations[word], width)];
  if (has(reasonWords, word)) {
    return [`${word} (reason)`, '', ...wrap(`${reasonWords[word]}.`, width, '  ')];
  }
  return undefined;
}

function bodyOf({ means, arises, todo, never }: Explanation, width: number): string[] {
  const parts = [
    ['Meaning', means],
    ['How it arises', arises],
    ['What to do', todo],
    ['What never to do', never],
  ] as const;
  return parts.flatMap(([title, text]) =>
    text === undefined ? [] : ['', title, ...wrap(text, width, '  ')],
  );
}

/** Own keys only: "constructor" is no code. */
function has<T extends object>(table: T, word: string): word is Extract<keyof T, string> {
  return Object.hasOwn(table, word);
}
