/** How much of the planted damage each tool finds, as a table in Markdown. */
import { changedBy, keyOf, toldBy, tools, type DamageObservation } from './damage-observation.ts';
import { kinds } from './plants.ts';

export function toolTable({ planted, views }: DamageObservation): string {
  const told = tools.map((tool) => toldBy(tool, views));
  const wrong = new Set(planted.map((one) => keyOf(one.end, one)));
  const row = (name: string, cells: readonly (string | number)[]): string =>
    `| ${[name, ...cells].join(' | ')} |`;
  const counted = (name: string, keys: readonly string[]): string =>
    row(name, [keys.length, ...told.map((said) => keys.filter((k) => said.includes(k)).length)]);
  return [
    row('overwritten', ['messages', ...tools.map((tool) => `\`${tool}\``)]),
    row('---', ['---:', ...tools.map(() => '---:')]),
    ...kinds.map((kind) =>
      counted(
        kind,
        planted.filter((one) => one.kind === kind).map((one) => keyOf(one.end, one)),
      ),
    ),
    counted('**all**', [...wrong]),
    row('healthy messages called damaged', [
      '',
      ...told.map((said) => said.filter((key) => !wrong.has(key)).length),
    ]),
    row('files changed on disk by looking', [
      '',
      ...tools.map((tool) => changedBy(tool, views).length),
    ]),
    '',
  ].join('\n');
}
