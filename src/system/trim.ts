/**
 * Memory that malloc keeps although nothing lies in it. Once a large piece was freed, glibc takes the next ones from a
 * heap that it seldom makes smaller: a scan of a million orphans held 60 MB of that when its rows were made.
 * Sources: malloc_trim(3); M_MMAP_THRESHOLD in mallopt(3).
 */

/** Gives it back to the system, where libc has a call for that and koffi is there to make it; musl keeps little. */
export async function trim(): Promise<void> {
  try {
    const { default: koffi } = await import('koffi');
    const mallocTrim: (padding: number) => number = koffi
      .load(null)
      .func('malloc_trim', 'int', ['size_t']);
    mallocTrim(0);
  } catch {
    // It only saves memory.
  }
}
