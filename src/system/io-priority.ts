/**
 * Reading only when nobody else wants the disk. Node has no call for it: ioprio_set goes through syscall(2).
 * Sources: ioprio_set(2), and the kernel's tables of system calls by architecture.
 */
import { endianness } from 'node:os';

/** Of ioprio_set by process.arch. */
const numbers: Readonly<Record<string, number>> = {
  x64: 251,
  ia32: 289,
  arm64: 30,
  riscv64: 30,
  loong64: 30,
  arm: 314,
  ppc64: 273,
  s390x: 282,
};
const IOPRIO_WHO_PROCESS = 1;
/** IOPRIO_CLASS_IDLE, shifted by IOPRIO_CLASS_SHIFT. */
const idle = 3 << 13;

/**
 * For this thread and those that are started from it later, so it comes before the first of them. What it is worth
 * is the disk scheduler's affair: BFQ and mq-deadline heed it, `none` does not.
 *
 * @returns why it could not be done; undefined when it was
 */
export async function takeIdlePriority(): Promise<string | undefined> {
  const number = numbers[process.arch];
  if (number === undefined)
    return `no number of ioprio_set is known for ${process.arch} (${endianness()})`;
  try {
    const { default: koffi } = await import('koffi');
    const call: (number: number, which: number, who: number, priority: number) => number = koffi
      .load(null)
      .func('syscall', 'long', ['long', 'long', 'long', 'long']);
    const result = call(number, IOPRIO_WHO_PROCESS, 0, idle);
    return result === 0 ? undefined : `the kernel refused it (errno ${koffi.errno()})`;
  } catch (error) {
    return `koffi could not be loaded (${error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : ''})`;
  }
}
