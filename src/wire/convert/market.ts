import type { Instrument } from '../../domain/instrument.js';
import { INSTRUMENT_KINDS, OPTION_TYPES, SETTLEMENTS } from '../../domain/instrument.js';
import type { Outcome } from '../../domain/outcome.js';
import { failure, success } from '../../domain/outcome.js';
import type { ExpiryQuote as ExpiryMessage } from '../../gen/margincube/v1/ExpiryQuote.js';
import type { Instrument as InstrumentMessage } from '../../gen/margincube/v1/Instrument.js';
import type { InstrumentQuote as QuoteMessage } from '../../gen/margincube/v1/InstrumentQuote.js';
import type { MarketSnapshot as SnapshotMessage } from '../../gen/margincube/v1/MarketSnapshot.js';
import type {
  ExpiryQuote,
  InstrumentQuote,
  MarketSnapshot,
  VolatilitySource,
} from '../../market/snapshot/market-snapshot.js';
import {
  ConversionError,
  integer,
  missing,
  optionalNumber,
  requiredNumber,
  requiredTimeMs,
  requiredWord,
  timestampOf,
} from './fields.js';

/**
 * A message as a market snapshot. A required field that is absent is a failure with its path from `market`, as are those
 * of the market's own checks, which come later.
 */
export function snapshotFromMessage(message: SnapshotMessage): Outcome<MarketSnapshot> {
  try {
    return success({
      epoch: integer(message.epoch),
      timeMs: requiredTimeMs(message.time, 'time'),
      venue: message.venue ?? '',
      underlyings: (message.underlyings ?? []).map(({ name, indexPrice, confidence }, index) => ({
        name: name ?? '',
        indexPrice: requiredNumber(indexPrice, `underlyings[${String(index)}].indexPrice`),
        confidence: requiredNumber(confidence, `underlyings[${String(index)}].confidence`),
      })),
      assets: (message.assets ?? []).map(({ asset, priceUsd, confidence }, index) => ({
        asset: asset ?? '',
        priceUsd: requiredNumber(priceUsd, `assets[${String(index)}].priceUsd`),
        confidence: requiredNumber(confidence, `assets[${String(index)}].confidence`),
      })),
      expiries: (message.expiries ?? []).map((expiry, index) =>
        expiryFromMessage(expiry, `expiries[${String(index)}]`),
      ),
      instruments: (message.instruments ?? []).map(instrumentQuote),
    });
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error;
    const { reason, field, message: text } = error.failure;
    return failure(reason, `market.${field}`, text);
  }
}

export function expiryFromMessage(message: ExpiryMessage, path: string): ExpiryQuote {
  const volatility = volatilitySource(message, path);
  return {
    underlying: message.underlying ?? '',
    expiryMs: requiredTimeMs(message.expiry, `${path}.expiry`),
    forward: requiredNumber(message.forward, `${path}.forward`),
    forwardConfidence: requiredNumber(message.forwardConfidence, `${path}.forwardConfidence`),
    ...present('fixedForward', message.fixedForward),
    ...present('rate', message.rate),
    ...present('rateConfidence', message.rateConfidence),
    ...(volatility === undefined ? {} : { volatility }),
    ...present('volatilityConfidence', message.volatilityConfidence),
  };
}

function volatilitySource({ svi, points }: ExpiryMessage, path: string): VolatilitySource | undefined {
  if (svi) {
    const parameter = (name: 'a' | 'b' | 'rho' | 'm' | 'sigma'): number =>
      requiredNumber(svi[name], `${path}.svi.${name}`);
    return {
      kind: 'SVI',
      a: parameter('a'),
      b: parameter('b'),
      rho: parameter('rho'),
      m: parameter('m'),
      sigma: parameter('sigma'),
    };
  }
  if (!points) return undefined;
  return {
    kind: 'POINTS',
    points: (points.points ?? []).map(({ strike, volatility }, index) => ({
      strike: requiredNumber(strike, `${path}.points.points[${String(index)}].strike`),
      volatility: requiredNumber(volatility, `${path}.points.points[${String(index)}].volatility`),
    })),
  };
}

function instrumentQuote(message: QuoteMessage, index: number): InstrumentQuote {
  const path = `instruments[${String(index)}].instrument`;
  if (!message.instrument) throw missing(path);
  return {
    instrument: instrumentFromMessage(message.instrument, path),
    ...present('markPrice', message.markPrice),
    ...present('priceConfidence', message.priceConfidence),
    ...present('markVolatility', message.markVolatility),
    ...present('volatilityConfidence', message.volatilityConfidence),
    ...present('bidPrice', message.bidPrice),
    ...present('askPrice', message.askPrice),
    ...present('delta', message.delta),
    ...present('eightHourFundingRate', message.eightHourFundingRate),
    ...present('feeRate', message.feeRate),
  };
}

export function instrumentFromMessage(message: InstrumentMessage, path: string): Instrument {
  const base = {
    name: message.name ?? '',
    underlying: message.underlying ?? '',
    settlement: requiredWord(SETTLEMENTS, 'SETTLEMENT', message.settlement, `${path}.settlement`),
    settlementCurrency: message.settlementCurrency ?? '',
    contractSize: requiredNumber(message.contractSize, `${path}.contractSize`),
  };
  const kind = requiredWord(INSTRUMENT_KINDS, 'INSTRUMENT_KIND', message.kind, `${path}.kind`);
  switch (kind) {
    case 'SPOT':
    case 'PERPETUAL':
      return { kind, ...base };
    case 'FUTURE':
      return { kind, ...base, expiryMs: requiredTimeMs(message.expiry, `${path}.expiry`) };
    case 'OPTION':
      return {
        kind,
        ...base,
        expiryMs: requiredTimeMs(message.expiry, `${path}.expiry`),
        strike: requiredNumber(message.strike, `${path}.strike`),
        optionType: requiredWord(OPTION_TYPES, 'OPTION_TYPE', message.optionType, `${path}.optionType`),
      };
  }
}

/** The field if it is present, else nothing to spread. */
function present<Name extends string>(
  name: Name,
  value: number | string | undefined,
): Partial<Record<Name, number>> {
  const number = optionalNumber(value);
  return (number === undefined ? {} : { [name]: number }) as Partial<Record<Name, number>>;
}

/** What `snapshotFromMessage` reads. */
export function snapshotToMessage(snapshot: MarketSnapshot): SnapshotMessage {
  return {
    epoch: String(snapshot.epoch),
    time: timestampOf(snapshot.timeMs),
    venue: snapshot.venue,
    underlyings: snapshot.underlyings.map((quote) => ({ ...quote })),
    assets: snapshot.assets.map((quote) => ({ ...quote })),
    expiries: snapshot.expiries.map(expiryToMessage),
    instruments: snapshot.instruments.map(({ instrument, ...quotes }) => ({
      ...quotes,
      instrument: instrumentToMessage(instrument),
    })),
  };
}

export function expiryToMessage({ expiryMs, volatility, ...quote }: ExpiryQuote): ExpiryMessage {
  const expiry = timestampOf(expiryMs);
  switch (volatility?.kind) {
    case undefined:
      return { ...quote, expiry };
    case 'SVI': {
      const { a, b, rho, m, sigma } = volatility;
      return { ...quote, expiry, svi: { a, b, rho, m, sigma } };
    }
    case 'POINTS':
      return { ...quote, expiry, points: { points: volatility.points.map((point) => ({ ...point })) } };
  }
}

function instrumentToMessage(instrument: Instrument): InstrumentMessage {
  const { name, underlying, settlementCurrency, contractSize } = instrument;
  return {
    name,
    underlying,
    settlementCurrency,
    contractSize,
    kind: `INSTRUMENT_KIND_${instrument.kind}`,
    settlement: `SETTLEMENT_${instrument.settlement}`,
    ...('expiryMs' in instrument ? { expiry: timestampOf(instrument.expiryMs) } : {}),
    ...(instrument.kind === 'OPTION'
      ? { strike: instrument.strike, optionType: `OPTION_TYPE_${instrument.optionType}` as const }
      : {}),
  };
}
