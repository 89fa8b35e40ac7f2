/**
 * What records say of message files that a look at them can tell, in columns: an object for each of a million records
 * costs as much as the lstat that it is for.
 */
export interface MessageClaims {
  /** Of the records in their mailbox; see Mailbox.recordAt(). */
  readonly numbers: Uint32Array;
  readonly uids: Uint32Array;
  /** Sums of claimBits. */
  readonly bits: Uint8Array;
  readonly sizes: Float64Array;
  /** The internaldate in seconds since 1970; 0 where there is none. */
  readonly seconds: Float64Array;
  /** The rest of it; NaN in versions that have whole seconds. */
  readonly nanoseconds: Float64Array;
  /** Of `guidBytes` each, zeros where there is none; an empty column where nobody asked. */
  readonly guids: Uint8Array;
}

export const claimBits = { isUnlinked: 1, isArchived: 2, isFaulty: 4 } as const;

/** SHA-1. */
export const guidBytes = 20;

export function roomForClaims(count: number, wantsGuids: boolean): MessageClaims {
  const guidsBytes = wantsGuids ? count * guidBytes : 0;
  // One piece of memory: seven of them take longer than reading a hundred records.
  const memory = new ArrayBuffer(count * 33 + guidsBytes);
  return {
    sizes: new Float64Array(memory, 0, count),
    seconds: new Float64Array(memory, count * 8, count),
    nanoseconds: new Float64Array(memory, count * 16, count),
    numbers: new Uint32Array(memory, count * 24, count),
    uids: new Uint32Array(memory, count * 28, count),
    bits: new Uint8Array(memory, count * 32, count),
    guids: new Uint8Array(memory, count * 33, guidsBytes),
  };
}

/** Those at some positions. */
export function someClaims(claims: MessageClaims, positions: readonly number[]): MessageClaims {
  const wantsGuids = claims.guids.length > 0;
  const some = roomForClaims(positions.length, wantsGuids);
  for (const column of ['numbers', 'uids', 'bits', 'sizes', 'seconds', 'nanoseconds'] as const) {
    positions.forEach((from, to) => {
      some[column][to] = claims[column][from] ?? 0;
    });
  }
  if (wantsGuids) {
    positions.forEach((from, to) => {
      some.guids.set(
        claims.guids.subarray(from * guidBytes, (from + 1) * guidBytes),
        to * guidBytes,
      );
    });
  }
  return some;
}
