import type { Instrument } from '../../domain/instrument.js';
import { INSTRUMENT_KINDS, OPTION_TYPES, SETTLEMENTS } from '../../domain/instrument.js';
import { PRICE_MAX, VOLATILITY_MAX } from '../../limits.js';
import type { Check } from './field-checks.js';
import {
  checkConfidence,
  checkIfPresent,
  checkName,
  checkOneOf,
  checkPositive,
  checkRange,
  checkTimeMs,
  invalid,
  under,
} from './field-checks.js';
import type { InstrumentQuote } from './market-snapshot.js';

/** The first thing wrong with the terms or the quote of one instrument, apart from what it refers to. */
export function checkInstrument(quote: InstrumentQuote): Check {
  return under('instrument', checkTerms(quote.instrument)) ?? checkQuote(quote);
}

function checkTerms(instrument: Instrument): Check {
  return (
    checkName(instrument.name, 'name') ??
    checkOneOf(instrument.kind, 'kind', INSTRUMENT_KINDS) ??
    checkName(instrument.underlying, 'underlying') ??
    checkOneOf(instrument.settlement, 'settlement', SETTLEMENTS) ??
    checkName(instrument.settlementCurrency, 'settlementCurrency') ??
    checkPositive(instrument.contractSize, 'contractSize', PRICE_MAX) ??
    checkSettlement(instrument) ??
    checkTermsOfKind(instrument)
  );
}

/** What pays in the coin pays in the coin that moves it, and spot is paid in the quote currency. */
function checkSettlement({ kind, settlement, settlementCurrency, underlying }: Instrument): Check {
  if (settlement === 'LINEAR') return undefined;
  if (kind === 'SPOT') return invalid(settlement, 'settlement', 'LINEAR for a spot instrument');
  if (settlementCurrency === underlying) return undefined;
  return invalid(
    settlementCurrency,
    'settlementCurrency',
    `the underlying ${underlying} of an inverse contract`,
  );
}

function checkTermsOfKind(instrument: Instrument): Check {
  switch (instrument.kind) {
    case 'SPOT':
    case 'PERPETUAL':
      return undefined;
    case 'FUTURE':
      return checkTimeMs(instrument.expiryMs, 'expiry');
    case 'OPTION':
      return (
        checkTimeMs(instrument.expiryMs, 'expiry') ??
        checkPositive(instrument.strike, 'strike', PRICE_MAX) ??
        checkOneOf(instrument.optionType, 'optionType', OPTION_TYPES)
      );
  }
}

function checkQuote(quote: InstrumentQuote): Check {
  const { markPrice, priceConfidence, markVolatility, volatilityConfidence, bidPrice, askPrice } = quote;
  return (
    checkIfPresent(markPrice, () => checkMarkPrice(markPrice, quote.instrument)) ??
    checkIfPresent(priceConfidence, () => checkConfidence(priceConfidence, 'priceConfidence')) ??
    checkIfPresent(markVolatility, () => checkPositive(markVolatility, 'markVolatility', VOLATILITY_MAX)) ??
    checkIfPresent(volatilityConfidence, () =>
      checkConfidence(volatilityConfidence, 'volatilityConfidence'),
    ) ??
    checkIfPresent(bidPrice, () => checkRange(bidPrice, 'bidPrice', 0, PRICE_MAX)) ??
    checkIfPresent(askPrice, () => checkRange(askPrice, 'askPrice', 0, PRICE_MAX)) ??
    checkNotCrossed(bidPrice, askPrice) ??
    checkIfPresent(quote.delta, () => checkRange(quote.delta, 'delta', -PRICE_MAX, PRICE_MAX)) ??
    checkIfPresent(quote.eightHourFundingRate, () =>
      checkRange(quote.eightHourFundingRate, 'eightHourFundingRate', -1, 1),
    ) ??
    checkIfPresent(quote.feeRate, () => checkRange(quote.feeRate, 'feeRate', -1, 1))
  );
}

/** Far from the money the mark of an option may be exactly 0; nothing else is worth nothing. */
function checkMarkPrice(markPrice: unknown, instrument: Instrument): Check {
  return instrument.kind === 'OPTION'
    ? checkRange(markPrice, 'markPrice', 0, PRICE_MAX)
    : checkPositive(markPrice, 'markPrice', PRICE_MAX);
}

function checkNotCrossed(bidPrice: number | undefined, askPrice: number | undefined): Check {
  if (bidPrice === undefined || askPrice === undefined || bidPrice <= askPrice) return undefined;
  return invalid(bidPrice, 'bidPrice', `a price of at most the ask ${askPrice}`);
}
