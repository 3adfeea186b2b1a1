import { createHash } from 'node:crypto';
import { KIND, NONE } from '../../domain/codes.js';
import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import { secondsBetween, secondsToYears } from '../../domain/time.js';
import { VOLATILITY_MAX } from '../../limits.js';
import { checkSnapshot, expiryKey } from './check-snapshot.js';
import type { ExpiryQuote, InstrumentQuote, MarketSnapshot } from './market-snapshot.js';
import type { Market, MarketColumns, MarketTable } from './market.js';
import { allocateMarketColumns, packMarketColumns } from './market-columns.js';
import { buildMarketTable, canonicalInstrument, encodeMarketTable, isSameTable } from './market-table.js';
import { smileVolatility } from './smile.js';

/**
 * Checks a snapshot and lays it out as columns. The first thing wrong with it is the failure, with its path from
 * `market`. What is not quoted becomes NaN in the columns and is an error only of a portfolio that needs it.
 *
 * With `previous`, an epoch of the same instruments reuses its table, so that nothing but numbers is built again.
 */
export function resolveMarket(snapshot: MarketSnapshot, previous?: Market): Outcome<Market> {
  const failed = checkSnapshot(snapshot);
  if (failed) return { ok: false, failure: failed };

  const table = reuseTable(previous?.table, {
    instruments: snapshot.instruments.map(({ instrument }) => canonicalInstrument(instrument)),
    underlyings: snapshot.underlyings.map(({ name }) => name),
    assets: snapshot.assets.map(({ asset }) => asset),
    expiries: snapshot.expiries.map(({ underlying, expiryMs }) => ({ underlying, expiryMs })),
  });
  const columns = fillColumns(snapshot, table);
  const { epoch, timeMs, venue } = snapshot;
  return success({ epoch, timeMs, venue, hash: hashMarket(timeMs, venue, table, columns), table, columns });
}

function reuseTable(
  known: MarketTable | undefined,
  content: Parameters<typeof buildMarketTable>[0],
): MarketTable {
  return known && isSameTable(known, content) ? known : buildMarketTable(content);
}

function fillColumns(snapshot: MarketSnapshot, table: MarketTable): MarketColumns {
  const columns = allocateMarketColumns({
    instruments: snapshot.instruments.length,
    expiries: snapshot.expiries.length,
    underlyings: snapshot.underlyings.length,
    assets: snapshot.assets.length,
  });
  for (const [row, { indexPrice, confidence }] of snapshot.underlyings.entries()) {
    columns.indexPrice[row] = indexPrice;
    columns.indexConfidence[row] = confidence;
  }
  for (const [row, { priceUsd, confidence }] of snapshot.assets.entries()) {
    columns.assetPriceUsd[row] = priceUsd;
    columns.assetConfidence[row] = confidence;
  }
  for (const [row, expiry] of snapshot.expiries.entries()) fillExpiry(columns, row, expiry, table);

  const expiryRows = new Map(
    snapshot.expiries.map(({ underlying, expiryMs }, row) => [expiryKey(underlying, expiryMs), row]),
  );
  for (const [row, quote] of snapshot.instruments.entries()) {
    const { instrument } = quote;
    const expiryRow =
      'expiryMs' in instrument
        ? (expiryRows.get(expiryKey(instrument.underlying, instrument.expiryMs)) ?? NONE)
        : NONE;
    fillInstrument(columns, row, quote, table, expiryRow);
    if (instrument.kind !== 'OPTION') continue;
    // An option whose expiry has no entry has no forward: it stays in the market and only its holders are refused.
    const expiry = snapshot.expiries[expiryRow];
    if (expiry !== undefined) fillVolatility(columns, row, quote, expiry, snapshot.timeMs);
  }
  return columns;
}

function fillExpiry(columns: MarketColumns, row: number, expiry: ExpiryQuote, table: MarketTable): void {
  columns.expiryMs[row] = expiry.expiryMs;
  columns.expiryUnderlying[row] = table.underlyingIndex.get(expiry.underlying)!;
  columns.forward[row] = expiry.forward;
  columns.fixedForward[row] = orNotQuoted(expiry.fixedForward);
  columns.forwardConfidence[row] = expiry.forwardConfidence;
  columns.rate[row] = orNotQuoted(expiry.rate);
  columns.rateConfidence[row] = orNotQuoted(expiry.rateConfidence);
}

function fillInstrument(
  columns: MarketColumns,
  row: number,
  quote: InstrumentQuote,
  table: MarketTable,
  expiryRow: number,
): void {
  const { instrument } = quote;
  columns.kind[row] = KIND[instrument.kind];
  columns.isInverse[row] = instrument.settlement === 'INVERSE' ? 1 : 0;
  columns.isCall[row] = instrument.kind === 'OPTION' && instrument.optionType === 'CALL' ? 1 : 0;
  columns.underlying[row] = table.underlyingIndex.get(instrument.underlying)!;
  columns.expiry[row] = expiryRow;
  columns.contractSize[row] = instrument.contractSize;
  columns.strike[row] = instrument.kind === 'OPTION' ? instrument.strike : NaN;
  columns.markPrice[row] = orNotQuoted(quote.markPrice);
  columns.priceConfidence[row] = orNotQuoted(quote.priceConfidence);
  columns.bidPrice[row] = orNotQuoted(quote.bidPrice);
  columns.askPrice[row] = orNotQuoted(quote.askPrice);
  columns.delta[row] = orNotQuoted(quote.delta);
  columns.eightHourFundingRate[row] = orNotQuoted(quote.eightHourFundingRate);
  columns.feeRate[row] = orNotQuoted(quote.feeRate);
  columns.volatility[row] = NaN;
  columns.volatilityConfidence[row] = NaN;
}

/** The option's own mark, else the smile of its expiry; a smile that gives 0 or more than any volatility quotes nothing. */
function fillVolatility(
  columns: MarketColumns,
  row: number,
  quote: InstrumentQuote,
  expiry: ExpiryQuote,
  timeMs: number,
): void {
  const timeToExpiryYears = secondsToYears(secondsBetween(timeMs, expiry.expiryMs));
  const fromSmile = (): number =>
    expiry.volatility
      ? smileVolatility(expiry.volatility, columns.strike[row]!, expiry.forward, timeToExpiryYears)
      : NaN;
  const volatility = quote.markVolatility ?? fromSmile();
  columns.volatility[row] = orNotQuoted(
    volatility > 0 && volatility <= VOLATILITY_MAX ? volatility : undefined,
  );
  columns.volatilityConfidence[row] = orNotQuoted(quote.volatilityConfidence ?? expiry.volatilityConfidence);
}

/** NaN for what is absent, and one zero for the two that compare equal but differ in their bytes. */
function orNotQuoted(value: number | undefined): number {
  return value === undefined ? NaN : value + 0;
}

/**
 * SHA-256 over everything a calculation can see: time, venue, table and columns. The number of the epoch is not part of
 * it, so equal markets have equal hashes whenever they were published. Columns are hashed as little-endian bytes.
 */
export function hashMarket(
  timeMs: number,
  venue: string,
  table: MarketTable,
  columns: MarketColumns,
): string {
  return createHash('sha256')
    .update(`${JSON.stringify([timeMs, venue])}\n${encodeMarketTable(table).hash}\n`)
    .update(new Uint8Array(packMarketColumns(columns)))
    .digest('hex');
}
