/** A file that is no report, with the host whose it began to be. */
import type { RefusedReport } from '../model/fleet.ts';
import { printable, quote } from './quote.ts';

export function refusedWords({ file, host, why }: RefusedReport): string {
  const whose = host === undefined ? '' : ` (of ${printable(host)})`;
  return `${quote(file)}${whose}: ${printable(why)}`;
}
