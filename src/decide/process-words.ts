/** A process and a span of time in the words of evidence. */
import type { ProcessFacts } from '../model/process.ts';

/** "sync_server", or the whole path of a program whose name alone would not tell. */
export function programOf(process: ProcessFacts): string {
  if (process.isKernelThread === true) return `${printable(process.comm)}, a thread of the kernel`;
  return printable(process.executable ?? process.comm);
}

/** Programs are named by whoever runs them, so a name may hold a terminal escape. */
export function printable(text: string): string {
  return text.replace(/[^ -~]/g, '?');
}

const units = [
  { seconds: 86_400n, word: 'day' },
  { seconds: 3_600n, word: 'hour' },
  { seconds: 60n, word: 'minute' },
  { seconds: 1n, word: 'second' },
] as const;

/** One number and its unit, rounded down: few different sentences serve a million files. */
export function spanOf(nanoseconds: bigint): string {
  const seconds = nanoseconds / 1_000_000_000n;
  const unit = units.find((one) => seconds >= one.seconds) ?? units[3];
  const count = seconds / unit.seconds;
  return `${count.toString()} ${unit.word}${count === 1n ? '' : 's'}`;
}
