/** A report of nothing, to put in what a test is about. */
import type { Report } from '../../src/model/report.ts';

export function emptyReport(over: Partial<Report> = {}): Report {
  return {
    header: { version: '0.0.0', host: 'mx01', command: [], startedNs: 0n, finishedNs: 0n },
    complete: true,
    coverage: {
      entries: 0,
      directories: 0,
      walker: 'none',
      roots: [],
      vanished: 0,
      pinned: 0,
      unpinned: 0,
      unreadable: [],
      notEntered: [],
    },
    roots: [],
    stageFiles: [],
    findings: [],
    totals: {
      stageFiles: 0,
      orphans: 0,
      inUse: 0,
      tooYoung: 0,
      undecided: 0,
      unknownNames: 0,
      linked: 0,
      lastName: 0,
      damagedMessages: 0,
      bytes: 0,
      inodesSearched: 0,
      unseenLinks: 0,
    },
    notes: [],
    ...over,
  };
}
