/** Whole spools with planted damage: build one in an empty directory and get the list of what was planted. */
export { composeIncidentSpool } from './incident-spool.ts';
export { composeTruncationSpool } from './truncation-spool.ts';
export type { ComposedSpool, Planted, PlantedKind } from './planting-ledger.ts';
