/** A census of everything below a directory, in one pass. */
import { everyInode } from '../../src/model/inode-part.ts';
import type { CensusRequest } from '../../src/system/walk/port.ts';

export function censusRequest(
  request: Pick<CensusRequest, 'roots' | 'devices' | 'jobs'>,
): CensusRequest {
  return {
    ...request,
    mountPoints: new Set(),
    part: everyInode,
    memoryBytes: 1 << 20,
    signal: new AbortController().signal,
  };
}
