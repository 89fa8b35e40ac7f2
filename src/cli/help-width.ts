/** How wide help is, in columns: long lines are hard to read, and short ones tear the options apart. */
export function helpWidth(columns: number): number {
  return Math.min(Math.max(columns, 60), 100);
}
