/** Codes that columns use where records use words. */

/** Index of nothing, e.g. the expiry of a perpetual. */
export const NONE = -1;

/** Codes of instrument kinds: positions in `INSTRUMENT_KINDS`. */
export const KIND = { SPOT: 0, FUTURE: 1, PERPETUAL: 2, OPTION: 3 } as const;
