/**
 * The names that Cyrus gives to stage files, in all versions.
 *
 * Sources: cyrus-imapd imap/append.c append_newstage (pid-epoch up to 2.2.3, pid-epoch-n 2.2.4 to 3.8,
 * pid-counter from 3.10), imap/sync_support.c sync_message_next_path (2.3), imap/dlist.c dlist_reserve_path (2.4+).
 */
import type { Grammar } from '../model/stage.ts';

export interface StageName {
  readonly grammar: Grammar;
  /** Absent below `sync./<pid>`, where the directory names the owner. */
  readonly ownerPid?: number;
}

/** 1995-01-01. From 3.10 on the second number counts from 0; before, it was a time, and Cyrus is younger than this. */
const earliestEpoch = 788_918_400;
/** The kernel's pid_t; 64-bit Linux ends at 2^22. */
const pidAtMost = 2 ** 31 - 1;

/** The pid that a directory below `sync.` is named for, or undefined: `locks`, or anything else. */
export function parsePid(digits: string): number | undefined {
  // Printed with %d: no zero leads it.
  if (!/^[1-9]\d{0,9}$/.test(digits)) return undefined;
  const pid = Number(digits);
  return pid <= pidAtMost ? pid : undefined;
}

/** A file in `sync./<pid>/`. */
export function parseSyncName(leaf: string): StageName | undefined {
  if (/^\d+\.$/.test(leaf)) return { grammar: 'sync-2.3' };
  if (/^[0-9a-f]{40}$/.test(leaf)) return { grammar: 'sync-2.4' };
  return undefined;
}

/** A file directly in `sync.`: cache records of Cyrus 2.3, no message. */
export function parseSyncCacheName(leaf: string): StageName | undefined {
  const ownerPid = leaf.endsWith('.cache') ? parsePid(leaf.slice(0, -'.cache'.length)) : undefined;
  return ownerPid === undefined ? undefined : { grammar: 'sync-cache', ownerPid };
}

/** A file in `stage.`. */
export function parseAppendName(leaf: string): StageName | undefined {
  const parts = /^(\d+)-(-?\d+)(?:-(\d+))?$/.exec(leaf);
  const ownerPid = parsePid(parts?.[1] ?? '');
  const second = parts?.[2];
  if (ownerPid === undefined || second === undefined) return undefined;
  if (parts?.[3] !== undefined) return { grammar: 'stage-epoch-n', ownerPid };
  // Only pid-epoch-n could have a negative time: it was printed with %d, a counter is unsigned.
  if (second.startsWith('-')) return undefined;
  return { grammar: Number(second) >= earliestEpoch ? 'stage-epoch' : 'stage-counter', ownerPid };
}
