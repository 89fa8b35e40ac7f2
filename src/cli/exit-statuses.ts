/** What the exit status means, for --help and the man page. The rules behind it: decide/exit-status.ts, cli/main.ts. */
export const exitStatuses: readonly (readonly [status: number, meaning: string])[] = [
  [0, 'nothing to tell'],
  [1, 'findings at or above --fail-on'],
  [2, 'the answer is incomplete, or something failed; beats 1'],
  [64, 'the command line or the configuration is wrong'],
  [70, 'a bug of ours'],
  [130, 'interrupted'],
];
