/** A census as a walk that wants no inode and is told of no hit. */
import { InodeTable } from '../../model/inode-table.ts';
import type { CensusRequest, CensusSink, WalkRequest, WalkSink } from './port.ts';

export function walkOf(request: CensusRequest): WalkRequest {
  return {
    roots: request.roots,
    wanted: request.devices.map((dev) => InodeTable.of(dev, [])),
    mountPoints: request.mountPoints,
    enterMounts: false,
    known: new Set(),
    jobs: request.jobs,
    signal: request.signal,
  };
}

export function walkSink(sink: CensusSink): WalkSink {
  return {
    hit: () => undefined,
    begins: () => undefined,
    trouble: (trouble) => {
      sink.trouble(trouble);
    },
    vanished: (path) => {
      sink.vanished(path);
    },
    notEntered: (place) => {
      sink.notEntered(place);
    },
    progress: (entries, directories) => {
      sink.progress(entries, directories, 0);
    },
  };
}
