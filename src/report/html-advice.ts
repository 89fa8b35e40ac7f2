/** What to do next, in the order of doing; of many hosts each sentence once, with the commands of each. */
import type { NextStep } from './damage-steps.ts';
import type { PageFacts } from './html-facts.ts';
import { hostNames } from './html-host.ts';
import { hostName } from './html-summary.ts';
import { markup, nothing, type Markup } from './markup.ts';
import { many } from './quantities.ts';

/** Different commands below one sentence, and hosts that a line names. */
const commandLimit = 10;
const namedLimit = 12;

export function* adviceSection(facts: PageFacts): Generator<Markup> {
  const texts = byText(facts);
  if (texts.size === 0) return;
  const isFleet = hostNames(facts).length > 1;
  yield markup`<section id="advice" aria-labelledby="advice-title"><h2 id="advice-title">What to do next</h2>
<ol class="steps">
`;
  for (const [text, commands] of texts) {
    const blocks = [...commands].slice(0, commandLimit).map(([command, hosts]) => {
      const who = isFleet
        ? markup`<p class="quiet">On ${named([...new Set(hosts)])}:</p>`
        : nothing;
      if (command === '') return isFleet ? who : nothing;
      // Line by line: a line break is a control character, and those do not pass as text.
      const lines = command.split('\n').map(
        (line) => markup`<code>${line}</code>
`,
      );
      return markup`${who}<pre>${lines}</pre>`;
    });
    const left = commands.size - blocks.length;
    const more =
      left <= 0
        ? nothing
        : markup`<p class="quiet">and for ${many(left, 'more host')}, in their own reports</p>`;
    yield markup`<li><p>${text}</p>${blocks}${more}</li>
`;
  }
  yield markup`</ol></section>
`;
}

/** Sentence, then command, then the hosts it is for. */
function byText({ hosts }: PageFacts): Map<string, Map<string, string[]>> {
  const texts = new Map<string, Map<string, string[]>>();
  const isMixed = new Set(hosts.map(({ kind }) => kind)).size > 1;
  for (const host of hosts) {
    for (const step of host.steps) {
      const commands = texts.get(step.text) ?? new Map<string, string[]>();
      const command = linesOf(step);
      const name = isMixed ? hostName(host) : host.header.host;
      commands.set(command, [...(commands.get(command) ?? []), name]);
      texts.set(step.text, commands);
    }
  }
  return texts;
}

function linesOf({ command, shell }: NextStep): string {
  return [...(shell ?? []), ...(command === undefined ? [] : [command.join(' ')])].join('\n');
}

function named(hosts: readonly string[]): string {
  const left = hosts.length - namedLimit;
  const shown = hosts.slice(0, namedLimit).join(', ');
  return left <= 0 ? shown : `${shown} and ${many(left, 'more host')}`;
}
