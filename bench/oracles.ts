/**
 * One update of a 12-source oracle: a quote is checked and taken, the price calculated and read with its confidence, status,
 * averages and stable price. Against the same rules written the straightforward way: all votes built and sorted from scratch.
 */
import { generateKeyPairSync, sign } from 'node:crypto';
import { unwrap } from '../src/domain/outcome.js';
import type { OracleQuote } from '../src/market/oracles/oracle-quote.js';
import { oracleDefaults } from '../src/market/oracles/oracle-config.js';
import { createPriceOracle } from '../src/market/oracles/price-oracle.js';
import type { PriceOracle } from '../src/market/oracles/price-oracle.js';
import { quoteMessage } from '../src/market/oracles/quote-signature.js';
import { SortingOracle } from './lib/sorting-oracle.js';
import { measure, uniformGenerator } from './lib/measure.js';
import type { BenchResult } from './lib/result.js';

const SOURCES = Array.from({ length: 12 }, (_, row) => `source-${String(row).padStart(2, '0')}`);
const START_MS = Date.UTC(2026, 0, 15);
const NAME = 'BTC/USD';
/** A turn of one of the ways. */
const UPDATES = 200_000;
const SIGNED_UPDATES = 2_000;

export function run(): Promise<BenchResult[]> {
  return Promise.resolve([plainUpdates(), signedUpdates()]);
}

function plainUpdates(): BenchResult {
  const quotes = sampleQuotes(UPDATES);
  const sources = SOURCES.map((name) => ({ name }));
  const check = { oracle: 0, sorting: 0 };
  const ways = [
    () => {
      check.oracle = feed(unwrap(createPriceOracle({ name: NAME, kind: 'SPOT', sources })), quotes);
    },
    () => {
      check.sorting = feed(new SortingOracle(SOURCES, oracleDefaults('SPOT')), quotes);
    },
  ];
  const [seconds = NaN, baseline = NaN] = measure(ways, { rounds: 9, warmupRounds: 2 }).seconds;
  if (!(Math.abs(check.oracle / check.sorting - 1) < 1e-9))
    throw new Error(`The oracle says ${check.oracle} and the baseline ${check.sorting}`);
  return {
    id: 'oracle',
    value: (seconds / UPDATES) * 1e6,
    unit: 'us',
    baseline: 'the same rules, votes built and sorted from scratch at every update',
    baselineValue: (baseline / UPDATES) * 1e6,
    ratio: baseline / seconds,
    target: 'value <= 2',
  };
}

/** Verification is nearly all of it; it stands alone. */
function signedUpdates(): BenchResult {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const hex = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('hex');
  const quotes = sampleQuotes(SIGNED_UPDATES).map((quote) => ({
    ...quote,
    source: SOURCES[0]!,
    signature: sign(null, quoteMessage(NAME, { ...quote, source: SOURCES[0]! }), privateKey),
  }));
  const sources = SOURCES.map((name, row) => (row === 0 ? { name, publicKey: hex } : { name }));
  const { seconds } = measure(
    [
      () => {
        const oracle = unwrap(createPriceOracle({ name: NAME, kind: 'SPOT', sources }));
        for (const quote of quotes)
          if (!oracle.accept(quote, quote.timeMs).accepted) throw new Error('A signed quote was refused');
      },
    ],
    { rounds: 5, warmupRounds: 1 },
  );
  return {
    id: 'oracle-signed',
    value: (seconds[0]! / SIGNED_UPDATES) * 1e6,
    unit: 'us',
    baseline: null,
    baselineValue: null,
    ratio: null,
    target: null,
  };
}

/** A sum that both ways must agree on. */
function feed(oracle: PriceOracle | SortingOracle, quotes: readonly OracleQuote[]): number {
  let sum = 0;
  for (const quote of quotes) {
    if (!oracle.accept(quote, quote.timeMs + 3).accepted) throw new Error('A quote was refused');
    const { value, confidence } = oracle.price(quote.timeMs + 3);
    sum += (value ?? 0) + (confidence ?? 0);
  }
  return sum;
}

/** Sources in turn, one quote every 20 ms, each around a common price that walks by half a basis point. */
function sampleQuotes(count: number): OracleQuote[] {
  const random = uniformGenerator(12);
  let price = 96_650;
  return Array.from({ length: count }, (_, at) => {
    price *= 1 + 1e-4 * (random() - 0.5);
    const mid = price * (1 + 4e-4 * (random() - 0.5));
    const half = mid * (0.5e-4 + 1e-4 * random());
    return {
      source: SOURCES[at % SOURCES.length]!,
      bid: mid - half,
      ask: mid + half,
      timeMs: START_MS + 20 * at,
      sequence: at,
    };
  });
}
