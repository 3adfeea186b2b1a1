import type { Instrument } from '../../../domain/instrument.js';
import type { Outcome } from '../../../domain/outcome.js';
import { expected, failure, success } from '../../../domain/outcome.js';
import { PRICE_MAX } from '../../../limits.js';
import { checkIfPresent, checkPositive } from '../../snapshot/field-checks.js';
import type {
  AssetQuote,
  ExpiryQuote,
  InstrumentQuote,
  UnderlyingQuote,
} from '../../snapshot/market-snapshot.js';
import type { ImportLedger } from '../import-ledger.js';
import type { ImportResult } from '../import-report.js';
import { PriceEvidence, scatterScore } from '../price-evidence.js';
import { buildReport } from './build-report.js';
import type { ChainCollector, UnderlyingChain } from './chain-collector.js';
import type { ExpiryChain } from './expiry-chain.js';
import type { FutureRow } from './future-row.js';
import type { OptionRow } from './option-row.js';

export interface DeribitImportOptions {
  /**
   * `INVERSE` (the default) lists the chain as Deribit does, paid in the coin. `LINEAR` lists the same strikes and
   * volatilities as contracts on one coin paid in USDC, so that models of linear venues can be tried on a real chain; it
   * needs `usdcPrice`.
   */
  readonly settlement?: 'INVERSE' | 'LINEAR';
  /** US dollars per USDC, > 0. No source states it, so the caller must. */
  readonly usdcPrice?: number;
  /** Confidence of `usdcPrice` in [0, 1]; 1 when absent, because the caller vouches for it. */
  readonly usdcConfidence?: number;
  /** Which moment to take from a file that holds several. */
  readonly snapshotTimeMs?: number;
}

export const DERIBIT_VENUE = 'deribit';

/** A last trade is no mark: it may be a minute old and on either side of the spread. */
const LAST_TRADE_FACTOR = 0.9;

const USDC = 'USDC';

/** Turns the collected rows into a market, settles what becomes of every row and closes the books. */
export function buildMarket(
  collector: ChainCollector,
  ledger: ImportLedger,
  options: DeribitImportOptions,
  notes: readonly string[],
): Outcome<ImportResult> {
  const refused = checkOptions(options);
  if (refused) return refused;
  const settlement = options.settlement ?? 'INVERSE';
  const chains = collector.underlyings.filter(hasIndex);
  const listings = chains.map((chain) => new Listing(chain, settlement));
  const expiryChains = listings.flatMap(({ expiries }) => expiries);
  const usdc = options.usdcPrice === undefined ? [] : [usdcQuote(options.usdcPrice, options.usdcConfidence)];

  const snapshot = {
    epoch: 0,
    timeMs: collector.timeMs,
    venue: DERIBIT_VENUE,
    underlyings: chains.map(underlyingQuote),
    assets: [...chains.map(assetQuote), ...usdc],
    expiries: expiryChains.map(expiryQuote),
    instruments: listings.flatMap(({ quotes }) => quotes),
  };
  const allNotes = [...notes, ...marketNotes(listings, settlement)];
  return success({
    snapshot,
    report: buildReport(collector, ledger, DERIBIT_VENUE, settlement, expiryChains, allNotes),
  });
}

function checkOptions(options: DeribitImportOptions): ReturnType<typeof failure> | undefined {
  const { settlement, usdcPrice, usdcConfidence } = options;
  if (settlement === 'LINEAR' && usdcPrice === undefined)
    return failure(
      'MISSING_FIELD',
      'usdcPrice',
      expected('the price of USDC in dollars', 'usdcPrice', usdcPrice),
    );
  const badPrice = checkIfPresent(usdcPrice, () => checkPositive(usdcPrice, 'usdcPrice', PRICE_MAX));
  if (badPrice !== undefined) return { ok: false, failure: badPrice };
  if (usdcConfidence !== undefined && !(usdcConfidence >= 0 && usdcConfidence <= 1))
    return failure(
      'INVALID_VALUE',
      'usdcConfidence',
      expected('a number from 0 to 1', 'usdcConfidence', usdcConfidence),
    );
  return undefined;
}

/** Without an index nothing of an underlying can be margined: its rows are refused. */
function hasIndex(chain: UnderlyingChain): boolean {
  if (chain.resolveIndex() > 0) return true;
  const detail = `No index price for ${chain.name}`;
  for (const expiry of chain.expiries.values()) expiry.refuseAll('NO_INDEX', detail);
  for (const future of chain.futures) future.fate.refuse('NO_INDEX', detail);
  return false;
}

function underlyingQuote(chain: UnderlyingChain): UnderlyingQuote {
  return { name: chain.name, indexPrice: chain.resolveIndex(), confidence: chain.indexConfidence() };
}

function assetQuote(chain: UnderlyingChain): AssetQuote {
  return { asset: chain.name, priceUsd: chain.resolveIndex(), confidence: chain.indexConfidence() };
}

function usdcQuote(priceUsd: number, confidence = 1): AssetQuote {
  return { asset: USDC, priceUsd, confidence };
}

function expiryQuote(chain: ExpiryChain): ExpiryQuote {
  const { underlying, expiryMs, forward } = chain;
  return {
    underlying,
    expiryMs,
    forward,
    forwardConfidence: chain.forwardConfidence(forward),
    // Deribit quotes and marks options on the forward and discounts nothing: 0 is its convention, not an estimate.
    rate: 0,
    rateConfidence: 1,
    volatilityConfidence: chain.volatilityConfidence(),
  };
}

/** The instruments of one underlying: perpetual, futures by expiry, options by expiry, strike and type. */
class Listing {
  readonly expiries: readonly ExpiryChain[];
  readonly quotes: readonly InstrumentQuote[];
  readonly hasLastTrade: boolean;

  constructor(
    private readonly chain: UnderlyingChain,
    private readonly settlement: 'INVERSE' | 'LINEAR',
  ) {
    const settled = [...chain.expiries.values()].map((expiry) => ({ expiry, used: expiry.settle() }));
    this.expiries = settled
      .filter(({ used }) => used.length > 0)
      .map(({ expiry }) => expiry)
      .sort((a, b) => a.expiryMs - b.expiryMs);
    const futures = [...chain.futures].sort((a, b) => expiryOf(a) - expiryOf(b));
    for (const { fate } of futures) fate.use();
    this.hasLastTrade = futures.some(({ isLastTrade }) => isLastTrade);
    this.quotes = [
      ...futures.map((future) => this.futureQuote(future)),
      ...this.expiries.flatMap((expiry) => expiry.used.map((option) => this.optionQuote(option))),
    ];
  }

  private futureQuote(future: FutureRow): InstrumentQuote {
    const { terms, price, bid, ask } = future;
    const base = this.terms(future.name, future.contractSize);
    const instrument: Instrument =
      terms.kind === 'PERPETUAL'
        ? { kind: 'PERPETUAL', ...base }
        : { kind: 'FUTURE', ...base, expiryMs: terms.expiryMs };
    return {
      instrument,
      markPrice: price,
      priceConfidence: this.futureConfidence(future),
      ...(bid !== undefined && { bidPrice: bid }),
      ...(ask !== undefined && { askPrice: ask }),
    };
  }

  /** A perpetual is judged by its gap to the index, a dated future by all forwards of its expiry. */
  private futureConfidence({ terms, price, isLastTrade, readings }: FutureRow): number {
    if (terms.kind === 'PERPETUAL') {
      const index = this.chain.resolveIndex();
      const score = Math.min(scatterScore(Math.abs(price - index), index), this.chain.indexConfidence());
      return isLastTrade ? score * LAST_TRADE_FACTOR : score;
    }
    const judge = this.chain.expiries.get(terms.expiryMs);
    return judge
      ? judge.forwardConfidence(price, [price, ...readings])
      : new PriceEvidence().confidence(price, [price, ...readings]);
  }

  /** Coin prices become money on the forward that they were made with, never on spot. */
  private optionQuote(option: OptionRow): InstrumentQuote {
    const { expiryMs, strike, optionType, mark, volatility, bid, ask } = option;
    const unit = this.settlement === 'LINEAR' ? option.forward : 1;
    return {
      instrument: {
        kind: 'OPTION',
        ...this.terms(option.name, option.contractSize),
        expiryMs,
        strike,
        optionType,
      },
      markPrice: mark * unit,
      markVolatility: volatility,
      ...(bid !== undefined && { bidPrice: bid * unit }),
      ...(ask !== undefined && { askPrice: ask * unit }),
    };
  }

  private terms(name: string, inverseContractSize: number): Omit<Instrument, 'kind'> {
    const underlying = this.chain.name;
    return this.settlement === 'INVERSE'
      ? {
          name,
          underlying,
          settlement: 'INVERSE',
          settlementCurrency: underlying,
          contractSize: inverseContractSize,
        }
      : {
          name: `${underlying}_${USDC}${name.slice(underlying.length)}`,
          underlying,
          settlement: 'LINEAR',
          settlementCurrency: USDC,
          contractSize: 1,
        };
  }
}

function expiryOf({ terms }: FutureRow): number {
  return terms.kind === 'PERPETUAL' ? 0 : terms.expiryMs;
}

function marketNotes(listings: readonly Listing[], settlement: 'INVERSE' | 'LINEAR'): string[] {
  const notes = [
    'Rates are 0 with confidence 1: Deribit marks options on the forward of their expiry and discounts nothing.',
  ];
  if (listings.some(({ hasLastTrade }) => hasLastTrade))
    notes.push(
      `Perpetuals have no mark in this source: their price is a last trade, with its confidence times ${LAST_TRADE_FACTOR}.`,
    );
  const unnamed = listings
    .flatMap(({ expiries }) => expiries)
    .reduce((sum, chain) => sum + chain.unnamedForwards, 0);
  if (unnamed > 0)
    notes.push(`${unnamed} rows do not name their forward; it is less exact, and its confidence is lower.`);
  if (settlement === 'LINEAR')
    notes.push(
      'The chain is relisted as linear contracts of one coin paid in USDC, with the strikes, forwards and volatilities of the inverse chain; option prices are coin prices times the forward of their row.',
    );
  return notes;
}
