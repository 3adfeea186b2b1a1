import type { OptionInstrument } from '../domain/instrument.js';
import { failure, success, type Outcome } from '../domain/outcome.js';
import type { InstrumentQuote, MarketSnapshot } from '../market/snapshot/market-snapshot.js';

interface OptionQuote extends InstrumentQuote {
  readonly instrument: OptionInstrument;
}

/**
 * The market with exactly `count` options and nothing else to trade: evenly chosen among those listed or, where fewer are, with
 * strikes added half-way between neighbours of one expiry and type, at the mean of their volatilities.
 */
export function optionMarket(snapshot: MarketSnapshot, count: number): Outcome<MarketSnapshot> {
  let options = snapshot.instruments.filter(isOptionQuote);
  while (options.length < count) {
    const denser = [...options, ...halfWay(options)];
    if (denser.length === options.length) {
      const message = `${String(options.length)} options have no neighbours to add strikes between`;
      return failure('INVALID_VALUE', 'market.instruments', message);
    }
    options = denser;
  }
  const { length } = options;
  const instruments = Array.from({ length: count }, (_, n) => options[Math.floor((n * length) / count)]);
  return success({ ...snapshot, instruments: instruments.filter((quote) => quote !== undefined) });
}

function isOptionQuote(quote: InstrumentQuote): quote is OptionQuote {
  return quote.instrument.kind === 'OPTION';
}

function halfWay(options: readonly OptionQuote[]): OptionQuote[] {
  const rows = new Map<string, OptionQuote[]>();
  for (const quote of options) {
    const { underlying, settlement, settlementCurrency, expiryMs, optionType } = quote.instrument;
    const key = [underlying, settlement, settlementCurrency, expiryMs, optionType].join(' ');
    const row = rows.get(key) ?? [];
    rows.set(key, row);
    row.push(quote);
  }
  return [...rows.values()].flatMap((row) => {
    row.sort((a, b) => a.instrument.strike - b.instrument.strike);
    return row.slice(1).map((upper, at) => between(row[at] ?? upper, upper));
  });
}

function between(lower: OptionQuote, upper: OptionQuote): OptionQuote {
  const { instrument } = lower;
  const strike = (instrument.strike + upper.instrument.strike) / 2;
  const mean = (a: number | undefined, b: number | undefined): number | undefined =>
    a === undefined || b === undefined ? undefined : (a + b) / 2;
  const markVolatility = mean(lower.markVolatility, upper.markVolatility);
  const volatilityConfidence = mean(lower.volatilityConfidence, upper.volatilityConfidence);
  return {
    instrument: { ...instrument, strike, name: `${instrument.name}~${String(strike)}` },
    ...(markVolatility === undefined ? {} : { markVolatility }),
    ...(volatilityConfidence === undefined ? {} : { volatilityConfidence }),
  };
}
