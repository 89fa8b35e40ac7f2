/**
 * How far apart two changes must be to have two ctimes: until Linux 6.13 a ctime is the time of the kernel's last tick
 * (10 ms at HZ=100), and whole seconds on ext3, and on ext4 with inodes of 128 bytes.
 */
const tickNs = 20_000_000n;
const secondNs = 1_000_000_000n;
const longest = secondNs + tickNs;

export function ctimeGrain(changedNs: bigint): bigint {
  return changedNs % secondNs === 0n ? longest : tickNs;
}

/** Would any change from `sinceNs` on have given another ctime than this one? */
export function isSettled(changedNs: bigint, sinceNs: bigint): boolean {
  // Nearly always: a division of bigints is not for every file.
  if (changedNs <= sinceNs - longest) return true;
  return changedNs <= sinceNs - ctimeGrain(changedNs);
}
