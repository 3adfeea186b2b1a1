import { KIND } from '../../domain/codes.js';
import { secondsBetween, secondsToYears } from '../../domain/time.js';
import type { Kernels } from '../../kernel/kernels.js';
import type { Market } from '../../market/snapshot/market.js';

/** Perpetuals and futures may trade this far from their index (market-and-risk.md section 14). */
const BAND_AROUND_INDEX = 0.02;

/** Options may trade at the value of a volatility this far off, whichever is more: a share of it, or points (section 14). */
const VOLATILITY_BAND_SHARE = 0.2;
const VOLATILITY_BAND_POINTS = 0.05;

/** And two ticks beyond; the widest tick of an option in use is 0.0005 coins. */
const TICKS_BEYOND = 2;
const TICK_COINS = 0.0005;

export interface PriceBand {
  /** Quote unit. */
  readonly low: number;
  readonly high: number;
}

/** The kernels that the bands need. */
export type BandPricer = Pick<Kernels, 'black76Price'>;

/** Prices at which an instrument may trade; undefined where nothing marks it, so that only an auction could. */
export function priceBand(pricer: BandPricer, market: Market, instrument: number): PriceBand | undefined {
  const { columns } = market;
  if (columns.kind[instrument] === KIND.OPTION) return optionBand(pricer, market, instrument);
  const index = columns.indexPrice[columns.underlying[instrument] ?? -1] ?? NaN;
  const mark = columns.markPrice[instrument] ?? NaN;
  if (!(index > 0) || !(mark > 0)) return undefined;
  // A dated future carries its basis: the band lies around the worse of index and mark for each side.
  return {
    low: Math.min(index, mark) * (1 - BAND_AROUND_INDEX),
    high: Math.max(index, mark) * (1 + BAND_AROUND_INDEX),
  };
}

function optionBand(
  pricer: BandPricer,
  { columns, timeMs }: Market,
  instrument: number,
): PriceBand | undefined {
  const expiry = columns.expiry[instrument] ?? -1;
  const forward = columns.forward[expiry] ?? NaN;
  const volatility = columns.volatility[instrument] ?? NaN;
  const years = secondsToYears(secondsBetween(timeMs, columns.expiryMs[expiry] ?? NaN));
  if (!(forward > 0) || !(volatility >= 0) || !(years > 0)) return undefined;
  const off = Math.max(VOLATILITY_BAND_SHARE * volatility, VOLATILITY_BAND_POINTS);
  const price = new Float64Array(2);
  pricer.black76Price(
    {
      count: 2,
      isCall: new Uint8Array(2).fill(columns.isCall[instrument] ?? 0),
      forward: new Float64Array(2).fill(forward),
      strike: new Float64Array(2).fill(columns.strike[instrument] ?? NaN),
      volatility: Float64Array.of(Math.max(0, volatility - off), volatility + off),
      timeToExpiryYears: new Float64Array(2).fill(years),
    },
    price,
  );
  const unit = columns.isInverse[instrument] === 1 ? 1 / forward : 1;
  const ticks = TICKS_BEYOND * TICK_COINS * (columns.isInverse[instrument] === 1 ? 1 : forward);
  return {
    low: Math.max(0, (price[0] ?? NaN) * unit - ticks),
    high: (price[1] ?? NaN) * unit + ticks,
  };
}

/** The bands of the newest market, each worked out when it is first asked for: an account quotes a few instruments all the time. */
export class PriceBands {
  #market: Market | undefined;
  readonly #known = new Map<number, PriceBand | undefined>();

  constructor(private readonly pricer: BandPricer) {}

  /** As `priceBand`. */
  of(market: Market, instrument: number): PriceBand | undefined {
    if (market !== this.#market) {
      this.#market = market;
      this.#known.clear();
    }
    if (this.#known.has(instrument)) return this.#known.get(instrument);
    const band = priceBand(this.pricer, market, instrument);
    this.#known.set(instrument, band);
    return band;
  }
}

/** A limit that would pay more or take less than the band allows; resting far away harms nobody. */
export function isOutside({ low, high }: PriceBand, side: 'BUY' | 'SELL', limitPrice: number): boolean {
  return side === 'BUY' ? limitPrice > high : limitPrice < low;
}
