/** Colour, by meaning. Sequences by hand: six of them need no library. */

export type Tone = 'bad' | 'doubt' | 'good' | 'quiet' | 'title';

export interface Toned {
  readonly text: string;
  readonly tone?: Tone;
}

const codes: Readonly<Record<Tone, string>> = {
  bad: '1;31',
  doubt: '33',
  good: '32',
  quiet: '2',
  title: '1',
};

/** Text as it goes to the terminal. Colour comes last, so that nothing that measures text ever meets it. */
export function paint({ text, tone }: Toned, color: boolean): string {
  return color && tone !== undefined && text !== '' ? `\x1b[${codes[tone]}m${text}\x1b[0m` : text;
}

export function toned(text: string, tone?: Tone): Toned {
  return tone === undefined ? { text } : { text, tone };
}
