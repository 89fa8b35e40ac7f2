/** Findings that belong to no stage file. */
import { compareBytes, parentOf, type BytePath } from '../model/byte-path.ts';
import { severityOf, type Finding, type Severity } from '../model/finding.ts';
import { paint, toned, type Tone } from './paint.ts';
import { quote } from './quote.ts';
import { many } from './quantities.ts';
import type { RenderOptions } from './renderer.ts';
import { adviceFor, sentenceOf } from './sentences.ts';
import { wrap } from './wrap.ts';

const findingLimit = 20;

export const severityTones: Readonly<Record<Severity, Tone | undefined>> = {
  critical: 'bad',
  warning: 'doubt',
  info: undefined,
};

/** The gravest first; empty directories as one line for each area, since a busy replica has thousands. */
export function* findingLines(
  findings: readonly Finding[],
  options: RenderOptions,
): Generator<string> {
  if (findings.length === 0) return;
  const isCollapsed = options.verbose === 0;
  const single = findings.filter(({ code }) => !isCollapsed || code !== 'stage-empty-directory');
  const ranked = (['critical', 'warning', 'info'] as const).flatMap((severity) =>
    single.filter(({ code }) => severityOf(code) === severity),
  );
  const shown = isCollapsed ? ranked.slice(0, findingLimit) : ranked;
  yield '';
  yield paint(toned('Also found', 'title'), options.color);
  for (const finding of shown) yield* itemLines(finding.code, told(finding), options);
  const left = ranked.length - shown.length;
  if (left > 0) yield `  … and ${many(left, 'more finding')} (-v shows all)`;
  if (!isCollapsed) return;
  for (const [area, directories] of emptyByArea(findings)) {
    const what = many(directories, 'empty pid directory', 'empty pid directories');
    yield* itemLines('stage-empty-directory', `${what} in ${quote(area)} (-v lists them)`, options);
  }
}

/** With what to do, where the OS refused something. */
function told(finding: Finding): string {
  const errno = /\bE[A-Z0-9]+\b/.exec(finding.detail ?? '')?.[0];
  const sentence = sentenceOf(finding);
  return errno === undefined ? sentence : `${sentence}; ${adviceFor(errno)}`;
}

function* itemLines(
  code: Finding['code'],
  sentence: string,
  options: RenderOptions,
): Generator<string> {
  const severity = severityOf(code);
  const tone = severityTones[severity];
  for (const line of wrap(`${severity} ${code}: ${sentence}`, options.columns, '  ', '    ')) {
    yield paint(toned(line, tone), options.color);
  }
}

function emptyByArea(findings: readonly Finding[]): [BytePath, number][] {
  const areas = new Map<BytePath, number>();
  for (const { code, path } of findings) {
    if (code !== 'stage-empty-directory') continue;
    const area = parentOf(path);
    areas.set(area, (areas.get(area) ?? 0) + 1);
  }
  return [...areas].sort(([one], [other]) => compareBytes(one, other));
}
