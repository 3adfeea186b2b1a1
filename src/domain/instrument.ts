/** What is traded. Names are the venue's own; a market gives every name exactly one instrument. */
export const INSTRUMENT_KINDS = ['SPOT', 'FUTURE', 'PERPETUAL', 'OPTION'] as const;
export type InstrumentKind = (typeof INSTRUMENT_KINDS)[number];

export const OPTION_TYPES = ['CALL', 'PUT'] as const;
export type OptionType = (typeof OPTION_TYPES)[number];

/**
 * How value is paid.
 * - `LINEAR`: price and P&L in the quote currency (a dollar or a dollar coin).
 * - `INVERSE`: quoted in the quote currency, paid in the underlying coin: a future of Q dollars is worth -Q/P coins, an
 *   option on one coin is worth Black-76(F)/F coins.
 */
export const SETTLEMENTS = ['LINEAR', 'INVERSE'] as const;
export type Settlement = (typeof SETTLEMENTS)[number];

interface InstrumentBase {
  readonly name: string;
  /** The coin whose price moves it, e.g. `BTC`. */
  readonly underlying: string;
  readonly settlement: Settlement;
  /** Currency of its P&L: the underlying for `INVERSE`, e.g. `USDC` for `LINEAR`. */
  readonly settlementCurrency: string;
  /**
   * Size of one contract: coins for spot, options and linear contracts; quote currency for inverse futures and
   * perpetuals (10 USD for BTC-PERPETUAL of Deribit). Quantities are in contracts.
   */
  readonly contractSize: number;
}

export interface SpotInstrument extends InstrumentBase {
  readonly kind: 'SPOT';
}

export interface FutureInstrument extends InstrumentBase {
  readonly kind: 'FUTURE';
  readonly expiryMs: number;
}

export interface PerpetualInstrument extends InstrumentBase {
  readonly kind: 'PERPETUAL';
}

export interface OptionInstrument extends InstrumentBase {
  readonly kind: 'OPTION';
  readonly expiryMs: number;
  readonly strike: number;
  readonly optionType: OptionType;
}

export type Instrument = SpotInstrument | FutureInstrument | PerpetualInstrument | OptionInstrument;
