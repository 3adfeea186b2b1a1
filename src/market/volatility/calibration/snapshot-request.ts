import { SETTLEMENT_WINDOW_SECONDS } from '../../../domain/time.js';
import type { OptionInstrument } from '../../../domain/instrument.js';
import { parityForward } from '../../oracles/parity-forward.js';
import type { OptionPairQuote } from '../../oracles/parity-pairs.js';
import type { ExpiryQuote, MarketSnapshot } from '../../snapshot/market-snapshot.js';
import type { Calibration, CalibrationRequest, ExpiryQuotes } from './calibration-types.js';

export interface SnapshotRequestOptions {
  readonly version?: number;
  readonly previous?: Calibration;
  /** Smallest step of an option price, in its unit: Deribit's inverse options move in ten-thousandths of a coin. */
  readonly priceTick?: number;
  readonly settlementWindowMs?: number;
}

const PRICE_TICK = 0.0001;

/** An option with its best prices. */
export interface QuotedOption {
  readonly quote: { readonly bidPrice?: number | undefined; readonly askPrice?: number | undefined };
  readonly instrument: OptionInstrument;
}

/**
 * The quotes of one underlying of a market as a calibration takes them. Forwards come from put-call parity and, where the
 * options do not say, from the market. Undefined when the market has no such underlying or no option on it.
 */
export function requestFromSnapshot(
  snapshot: MarketSnapshot,
  underlying: string,
  options: SnapshotRequestOptions = {},
): CalibrationRequest | undefined {
  const spot = snapshot.underlyings.find(({ name }) => name === underlying)?.indexPrice;
  const quoted = snapshot.instruments.flatMap((quote): QuotedOption[] => {
    const { instrument } = quote;
    return instrument.kind === 'OPTION' && instrument.underlying === underlying
      ? [{ quote, instrument }]
      : [];
  });
  const settlement = quoted[0]?.instrument.settlement;
  if (spot === undefined || settlement === undefined) return undefined;
  // One price unit per request: options that settle otherwise are another market.
  const alike = quoted.filter(({ instrument }) => instrument.settlement === settlement);
  const byExpiry = new Map<number, QuotedOption[]>();
  for (const option of alike) {
    const list = byExpiry.get(option.instrument.expiryMs);
    if (list === undefined) byExpiry.set(option.instrument.expiryMs, [option]);
    else list.push(option);
  }
  const listed = new Map(
    snapshot.expiries
      .filter((expiry) => expiry.underlying === underlying)
      .map((expiry) => [expiry.expiryMs, expiry] as const),
  );
  return {
    underlying,
    spot,
    asOfMs: snapshot.timeMs,
    version: options.version ?? 0,
    priceUnit: settlement === 'INVERSE' ? 'COIN' : 'QUOTE_CURRENCY',
    priceTick: options.priceTick ?? PRICE_TICK,
    settlementWindowMs: options.settlementWindowMs ?? 1000 * SETTLEMENT_WINDOW_SECONDS,
    expiries: [...byExpiry].map(([expiryMs, list]) =>
      expiryQuotes(expiryMs, list, listed.get(expiryMs), snapshot.timeMs),
    ),
    ...(options.previous === undefined ? {} : { previous: options.previous }),
  };
}

function expiryQuotes(
  expiryMs: number,
  list: readonly QuotedOption[],
  expiry: ExpiryQuote | undefined,
  asOfMs: number,
): ExpiryQuotes {
  const reference = expiry?.forward;
  const settlement = list[0]?.instrument.settlement ?? 'INVERSE';
  const parity = parityForward({
    settlement,
    asOfMs,
    pairs: pairsOf(list),
    ...(reference === undefined ? {} : { reference }),
  });
  const forward = parity.value ?? reference;
  return {
    expiryMs,
    ...(forward === undefined ? {} : { forward }),
    ...(parity.value === null || parity.standardError === null
      ? {}
      : { forwardStandardError: parity.standardError }),
    quotes: list.map(({ quote, instrument }) => ({
      strike: instrument.strike,
      optionType: instrument.optionType,
      ...(quote.bidPrice === undefined ? {} : { bidPrice: quote.bidPrice }),
      ...(quote.askPrice === undefined ? {} : { askPrice: quote.askPrice }),
    })),
  };
}

/** Calls and puts by strike. */
export function pairsOf(list: readonly QuotedOption[]): OptionPairQuote[] {
  const pairs = new Map<number, OptionPairQuote>();
  for (const { quote, instrument } of list) {
    const { strike, optionType } = instrument;
    const { bidPrice, askPrice } = quote;
    const side =
      optionType === 'CALL'
        ? {
            ...(bidPrice === undefined ? {} : { callBid: bidPrice }),
            ...(askPrice === undefined ? {} : { callAsk: askPrice }),
          }
        : {
            ...(bidPrice === undefined ? {} : { putBid: bidPrice }),
            ...(askPrice === undefined ? {} : { putAsk: askPrice }),
          };
    pairs.set(strike, { ...pairs.get(strike), ...side, strike });
  }
  return [...pairs.values()];
}
