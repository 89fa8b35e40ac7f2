/** What is true of an account of the link ledger, by bit; LedgerEntry says what each means. */
export const accountBits = { required: 1, moving: 2, old: 4 } as const;
export type AccountBit = (typeof accountBits)[keyof typeof accountBits];
