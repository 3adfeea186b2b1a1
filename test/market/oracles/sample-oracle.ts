/** Oracles and quotes for tests: sources a, b, c, ... around 100. */
import { unwrap } from '../../../src/domain/outcome.js';
import type { PriceOracleConfig } from '../../../src/market/oracles/oracle-config.js';
import type { OracleQuote } from '../../../src/market/oracles/oracle-quote.js';
import { createPriceOracle } from '../../../src/market/oracles/price-oracle.js';
import type { PriceOracle } from '../../../src/market/oracles/price-oracle.js';

export const START_MS = Date.UTC(2026, 0, 15);

export function sourceNames(count: number): string[] {
  return Array.from({ length: count }, (_, row) => String.fromCharCode(97 + row));
}

export function sampleConfig(count: number, rest: Partial<PriceOracleConfig> = {}): PriceOracleConfig {
  const sources = sourceNames(count).map((name) => ({ name }));
  return { name: 'BTC/USD', kind: 'SPOT', sources, ...rest };
}

export function sampleOracle(count: number, rest: Partial<PriceOracleConfig> = {}): PriceOracle {
  return unwrap(createPriceOracle(sampleConfig(count, rest)));
}

/** A quote whose sequence is its time, so that later quotes are always in order. */
export function quote(
  source: string,
  price: number,
  timeMs: number,
  rest: Partial<OracleQuote> = {},
): OracleQuote {
  return { source, price, confidence: price * 0.0002, timeMs, sequence: timeMs, ...rest };
}

/** Every source quotes its price at the same time; what was refused, by source. */
export function quoteAll(
  oracle: PriceOracle,
  prices: Readonly<Record<string, number>>,
  timeMs: number,
): Record<string, string> {
  const refused: Record<string, string> = {};
  for (const [source, price] of Object.entries(prices)) {
    const outcome = oracle.accept(quote(source, price, timeMs), timeMs);
    if (!outcome.accepted) refused[source] = outcome.reason;
  }
  return refused;
}

export function samePrices(count: number, price: number): Record<string, number> {
  return Object.fromEntries(sourceNames(count).map((name) => [name, price]));
}
