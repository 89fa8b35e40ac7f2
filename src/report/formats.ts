/** The names of all formats, apart from their code: --help and completion need nothing else. */
export const formats = [
  'table',
  'json',
  'jsonl',
  'csv',
  'body',
  'html',
  'prometheus',
  'nagios',
] as const;
export type Format = (typeof formats)[number];

/** "table, json or jsonl" */
export function eitherFormat(some: readonly Format[]): string {
  return some.join(', ').replace(/, ([^,]*)$/, ' or $1');
}
