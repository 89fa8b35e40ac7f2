/** Refusals of the operating system as data: every error gains its path here, once. */
import type { BytePath } from '../model/byte-path.ts';
import type { Trouble } from '../model/trouble.ts';

/** Runs one call of the OS; a refusal comes back as data, a bug is thrown on. */
export function attempt<T>(path: BytePath, syscall: string, call: () => T): T | Trouble {
  try {
    return call();
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    const named = (error as NodeJS.ErrnoException).syscall;
    return { path, syscall: named ?? syscall, errno };
  }
}

/** ENOENT and its like, or undefined when the error did not come from the OS. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('errno' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
