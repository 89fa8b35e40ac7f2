/** How many descriptors this process may have: the soft limit, which Node raises to the hard one at start. */
import { readFileSync } from 'node:fs';

/** Descriptors; 1024, the usual default, where procfs does not say. Source: proc(5), /proc/[pid]/limits. */
export function descriptorLimit(): number {
  try {
    const line = /^Max open files\s+(\d+|unlimited)/m.exec(
      readFileSync('/proc/self/limits', 'latin1'),
    );
    if (line?.[1] === 'unlimited') return Number.MAX_SAFE_INTEGER;
    return Number(line?.[1] ?? 1024);
  } catch {
    return 1024;
  }
}
