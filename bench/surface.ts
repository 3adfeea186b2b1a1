/**
 * Calibration on one core. `surface`: 12 expiries x 60 quotes from prices to an accepted surface, checks and reports included,
 * as it is done again and again in a market that moves by a little. `surface-slice`: one slice of 60 quotes from the last
 * parameters, penalties on. `surface-binding`: narrow noisy quotes, so that the unconstrained slices cross and all are fitted
 * together. `surface-cold`: without a surface before. The baseline of each is the plain Levenberg-Marquardt of the TypeScript twin in the same run.
 */
import type { Kernels } from '../src/kernel/kernels.js';
import { loadKernels } from '../src/kernel/load-kernels.js';
import type { SviFitInputs } from '../src/kernel/svi.js';
import { sviFitWorkspaceLength } from '../src/kernel/svi.js';
import { calibrateSurface } from '../src/market/volatility/calibration/calibrate-surface.js';
import type {
  Calibration,
  CalibrationRequest,
  ExpiryQuotes,
} from '../src/market/volatility/calibration/calibration-types.js';
import { impliedQuotes } from '../src/market/volatility/calibration/implied-quotes.js';
import { penaltyGrid } from '../src/market/volatility/calibration/joint-fit.js';
import {
  BUTTERFLY_MARGIN,
  HUBER_DELTA,
  PENALTY_POINTS,
  TOLERANCE,
} from '../src/market/volatility/calibration/parameters.js';
import { plainPrecision, varianceOf } from '../src/market/volatility/calibration/wings.js';
import { measure, uniformGenerator } from './lib/measure.js';
import type { BenchResult } from './lib/result.js';

const DAYS = [2, 3, 4, 7, 14, 21, 28, 60, 90, 180, 270, 360];
const QUOTES = 60;
const FORWARD = 60_000;
const YEAR_MS = 365 * 86_400_000;
const AS_OF_MS = Date.UTC(2026, 0, 15, 9);
/** Markets that take turns: a repeated one would be warmer than life. */
const MOVES = 16;
const SLICE_CALLS = 2_000;
const WARMUP_CALLS = 200;

/** Quotes out to so many standard deviations, off their smile by up to half of `noise`, a volatility. */
interface Market {
  readonly reach: number;
  readonly noise: number;
}
const WIDE: Market = { reach: 1.8, noise: 0.003 };
const NARROW: Market = { reach: 0.9, noise: 0.006 };

export function run(): Promise<BenchResult[]> {
  const native = loadKernels();
  const twin = loadKernels({ isa: 'reference' });
  return Promise.resolve([
    surfaceResult(native, twin, 'surface', WIDE, true),
    surfaceResult(native, twin, 'surface-binding', NARROW, true),
    surfaceResult(native, twin, 'surface-cold', WIDE, false),
    sliceResult(native, twin),
  ]);
}

function surfaceResult(
  native: Kernels,
  twin: Kernels,
  id: string,
  market: Market,
  isWarm: boolean,
): BenchResult {
  const first = calibrateSurface(native, requestAt(native, market, 0));
  const requests = Array.from({ length: MOVES }, (_, i) =>
    requestAt(native, market, i + 1, isWarm ? first : undefined),
  );
  const calibrated = requests.map((request) => calibrateSurface(native, request));
  const slices = calibrated.flatMap(({ expiries }) => expiries);
  const refused = slices.filter(({ status }) => status !== 'ACCEPTED');
  const free = calibrated.filter(({ memory }) =>
    [...memory.values()].every(({ wings, unconstrained }) => wings === unconstrained),
  );
  process.stderr.write(
    `${id}: ${String(slices.length)} slices, ${String(refused.length)} not accepted, ` +
      `${String(calibrated.length - free.length)} of ${String(calibrated.length)} surfaces fitted together\n`,
  );
  // The twin inverts prices natively: the baseline is a plain fit, not a plain root search.
  const plain: Kernels = { ...twin, impliedVolatility: native.impliedVolatility.bind(native) };
  let turn = 0;
  const calibrate = (kernels: Kernels) => () => {
    turn += 1;
    const request = requests[turn % MOVES];
    if (request !== undefined) calibrateSurface(kernels, request);
  };
  const warmup = calibrate(native);
  for (let i = 0; i < WARMUP_CALLS; i += 1) warmup();
  const [baseline = NaN, seconds = NaN] = measure([calibrate(plain), calibrate(native)], {
    rounds: 41,
  }).seconds;
  return {
    id,
    value: 1000 * seconds,
    unit: 'ms',
    baseline: 'TypeScript twin of the fit and the checks',
    baselineValue: 1000 * baseline,
    ratio: baseline / seconds,
    target: id === 'surface' ? 'value <= 1' : null,
  };
}

function sliceResult(native: Kernels, twin: Kernels): BenchResult {
  const [before, after] = [0, 1].map((move) => impliedQuotes(native, requestAt(native, WIDE, move))[6]);
  if (before === undefined || after === undefined) throw new Error('no quotes');
  const start = calibrateSurface(native, requestAt(native, WIDE, 0)).memory.get(
    before.expiry.expiryMs,
  )?.wings;
  if (start === undefined) throw new Error('no slice');
  const grid = penaltyGrid(PENALTY_POINTS, 1.5);
  const precision = plainPrecision(varianceOf(start, 0)).map((value) => value * 1e-3);
  const inputs: SviFitInputs = {
    sliceCount: 1,
    quoteOffsets: Uint32Array.of(0, after.count),
    logMoneyness: after.logMoneyness,
    totalVariance: after.totalVariance,
    weight: after.weight,
    timeToExpiryYears: Float64Array.of(after.pricingYears),
    huberDelta: Float64Array.of(HUBER_DELTA),
    isFixed: new Uint8Array(1),
    gridCount: grid.length,
    grid,
    floor: grid.map((k) => 0.7 * varianceOf(start, k)),
    ceiling: grid.map((k) => 1.4 * varianceOf(start, k)),
    butterflyPenalty: 1e3,
    butterflyMargin: BUTTERFLY_MARGIN,
    calendarPenalty: 1e3,
    prior: start,
    priorPrecision: precision,
    iterationsMax: 60,
    tolerance: TOLERANCE,
  };
  const summary = new Float64Array(4);
  const workspace = new Float64Array(sviFitWorkspaceLength(1, after.count, grid.length));
  const wings = start.slice();
  const fit = (kernels: Kernels, calls: number) => () => {
    for (let i = 0; i < calls; i += 1) {
      wings.set(start);
      kernels.sviFit(inputs, wings, summary, workspace);
    }
  };
  const twinCalls = 20;
  const [slow = NaN, fast = NaN] = measure([fit(twin, twinCalls), fit(native, SLICE_CALLS)], {
    rounds: 15,
  }).seconds;
  const [baseline, seconds] = [slow / twinCalls, fast / SLICE_CALLS];
  return {
    id: 'surface-slice',
    value: 1e6 * seconds,
    unit: 'us',
    baseline: 'TypeScript twin',
    baselineValue: 1e6 * baseline,
    ratio: baseline / seconds,
    target: 'value <= 10',
  };
}

/** A surface whose level, lean and quotes move a little from one call to the next. */
function requestAt(
  kernels: Kernels,
  market: Market,
  move: number,
  previous?: Calibration,
): CalibrationRequest {
  const random = uniformGenerator(17 + move);
  const level = 0.55 * (1 + 0.0005 * Math.sin(move));
  const asOfMs = AS_OF_MS + 1000 * move;
  return {
    underlying: 'BTC',
    spot: FORWARD,
    asOfMs,
    version: move,
    priceUnit: 'COIN',
    priceTick: 1e-7,
    settlementWindowMs: 0,
    expiries: DAYS.map((days) =>
      expiryAt(kernels, market, AS_OF_MS + days * 86_400_000, asOfMs, level, random),
    ),
    ...(previous === undefined ? {} : { previous }),
  };
}

function expiryAt(
  kernels: Kernels,
  market: Market,
  expiryMs: number,
  asOfMs: number,
  level: number,
  random: () => number,
): ExpiryQuotes {
  const years = (expiryMs - asOfMs) / YEAR_MS;
  const deviation = level * Math.sqrt(years);
  const smile = Float64Array.of(
    0.7 * deviation,
    0.5 * deviation,
    0.9 * deviation ** 2,
    0.05 * deviation,
    1.2 * deviation,
  );
  const sides = [-1, 1].map((side) => {
    const strike = Float64Array.from(
      { length: QUOTES },
      (_, i) => FORWARD * Math.exp(deviation * market.reach * ((2 * i) / (QUOTES - 1) - 1)),
    );
    const price = new Float64Array(QUOTES);
    kernels.black76Price(
      {
        count: QUOTES,
        isCall: Uint8Array.from(strike, (k) => (k >= FORWARD ? 1 : 0)),
        forward: new Float64Array(QUOTES).fill(FORWARD),
        strike,
        volatility: strike.map((k) => {
          const noise = market.noise * (random() - 0.5);
          return Math.sqrt(varianceOf(smile, Math.log(k / FORWARD)) / years) + side * 0.005 + noise;
        }),
        timeToExpiryYears: new Float64Array(QUOTES).fill(years),
      },
      price,
    );
    return { strike, price };
  });
  const [bids, asks] = sides;
  return {
    expiryMs,
    forward: FORWARD,
    quotes: Array.from({ length: QUOTES }, (_, i) => {
      const strike = bids?.strike[i] ?? NaN;
      return {
        strike,
        optionType: strike >= FORWARD ? 'CALL' : 'PUT',
        bidPrice: (bids?.price[i] ?? NaN) / FORWARD,
        askPrice: (asks?.price[i] ?? NaN) / FORWARD,
      };
    }),
  };
}
