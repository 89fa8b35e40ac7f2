/** The names of a stage file's inode beside the one of its own row. */
import { compareBytes } from '../model/byte-path.ts';
import type { Evidence } from '../model/evidence.ts';
import { linkPath, type Link } from '../model/link.ts';

/** By path. A name is a leaf in a directory by its inode, so a second path to the own name is left out too. */
export function otherNames(evidence: Evidence): Link[] {
  const { directory, leaf } = evidence.file;
  const names = evidence.account.links.filter(
    (link) =>
      link.leaf !== leaf ||
      link.directory.ino !== directory.ino ||
      link.directory.dev !== directory.dev,
  );
  return names.length < 2
    ? names
    : names.sort((one, other) => compareBytes(linkPath(one), linkPath(other)));
}
