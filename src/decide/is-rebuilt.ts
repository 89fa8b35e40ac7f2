/** Could a reconstruct have fitted the records to the bytes? */
import type { FileStat } from '../model/inode.ts';

/**
 * Reconstruct of 2.3 takes size, header size and cache from the file, whatever is in it, so records that agree
 * then prove nothing. It writes cyrus.index anew and renames it into place: a birth after the last change of the
 * suspect is the sign. Any expunge writes it anew too, so it is a sign and no proof. Where the file system keeps
 * no birth time, the ctime has to do, which every new flag moves.
 *
 * @param index  lstat of cyrus.index
 * @param file   lstat of the message in doubt
 */
export function isRebuilt(index: FileStat, file: FileStat): boolean {
  const writtenNs = index.bornNs === 0n ? index.changedNs : index.bornNs;
  return writtenNs > file.changedNs;
}
