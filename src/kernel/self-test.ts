/**
 * A handful of known answers, asked of a library before its first use: a wrong build must not margin anybody. The
 * expectations were computed with 40 decimal digits.
 */
import { createHash } from 'node:crypto';
import { IMPLIED_VOLATILITY_STATUS } from './implied-volatility.js';
import type { Kernels } from './kernels.js';
import { PAYOFF, cubeIndex, cubeLength, scenarioStride } from './layout.js';
import { NO_NODE } from './sum-tree.js';
import { tailWorkspaceLength } from './tail-risk.js';

/** Call, F 60000, K 65000, vol 0.6, 30 days; put, F 100, K 60, vol 0.5, 0.1 year: a tail. */
const PRICES = [2237.868155404665, 0.0020178734766216305] as const;
/** The call above when spot falls by 15 % and the volatility rises by 30 %. */
const SHOCKED_PNL = -1331.0487754994206;
/** Selling 2 of the call and 1 future at 60000 in that scenario. */
const SHOCKED_VECTOR = 11662.097550998842;

/** Total variance at k = 0.1 of a = -0.041, b = 0.1331, rho = 0.306, m = 0.3586, sigma = 0.4153. */
const SLICE_VARIANCE = 0.013584376866892973;

const RELATIVE_TOLERANCE = 1e-12;

/** Throws when any answer is off. */
export function selfTest(kernels: Kernels): void {
  const price = new Float64Array(2);
  kernels.black76Price(
    {
      count: 2,
      isCall: Uint8Array.of(1, 0),
      forward: Float64Array.of(60000, 100),
      strike: Float64Array.of(65000, 60),
      volatility: Float64Array.of(0.6, 0.5),
      timeToExpiryYears: Float64Array.of(30 / 365, 0.1),
    },
    price,
  );
  expectNear('black76Price', price[0], PRICES[0]);
  expectNear('black76Price', price[1], PRICES[1]);
  testImpliedVolatility(kernels);

  const scenarioCount = 2;
  const stride = scenarioStride(scenarioCount);
  const row = (neutral: number, shocked: number): Float64Array =>
    new Float64Array(stride).fill(neutral).fill(shocked, 1, 2);
  const pnl = new Float64Array(cubeLength(2, scenarioCount));
  kernels.scenarioPnl(
    {
      count: 2,
      payoff: Uint8Array.of(PAYOFF.LINEAR_CALL, PAYOFF.LINEAR_DELTA_ONE),
      forward: Float64Array.of(60000, 60000),
      fixedForward: new Float64Array(2),
      strike: Float64Array.of(65000, 1),
      volatility: Float64Array.of(0.6, 0),
      timeToExpiryYears: Float64Array.of(30 / 365, 0),
      scale: Float64Array.of(1, 1),
      spotRow: new Uint32Array(2),
      volRow: new Uint32Array(2),
      termFactor: Float64Array.of(1, 0),
      skewFactor: new Float64Array(2),
      smileFactor: new Float64Array(2),
    },
    {
      count: scenarioCount,
      stride,
      spotRows: 1,
      volRows: 1,
      spotFactor: row(1, 0.85),
      volShock: row(0, 0.3),
      skewShock: new Float64Array(stride),
      smileShock: new Float64Array(stride),
      volFloor: new Float64Array(stride),
    },
    pnl,
  );
  expectNear('scenarioPnl', pnl[cubeIndex(0, 0, 2)], 0);
  expectNear('scenarioPnl', pnl[cubeIndex(0, 1, 2)], SHOCKED_PNL);

  const vectors = new Float64Array(stride);
  const positions = {
    rowCount: 1,
    rowOffsets: Uint32Array.of(0, 2),
    instrument: Uint32Array.of(0, 1),
    quantity: Float64Array.of(-2, -1),
  };
  kernels.aggregate(pnl, 2, scenarioCount, positions, vectors);
  expectNear('aggregate', vectors[1], SHOCKED_VECTOR);

  const worst = new Float64Array(1);
  const worstIndex = new Uint32Array(1);
  kernels.worstLoss(vectors, 1, scenarioCount, worst, worstIndex);
  expectNear('worstLoss', worst[0], 0);
  expectNear('worstLoss', worstIndex[0], 0);

  // A tail of 1.5 of the two scenarios: the loss of 0 and half of the gain.
  const shortfall = new Float64Array(1);
  const workspace = new Float64Array(tailWorkspaceLength(scenarioCount));
  kernels.tailRisk(vectors, 1, scenarioCount, 0.25, worst, shortfall, workspace);
  expectNear('tailRisk', worst[0], -SHOCKED_VECTOR);
  expectNear('tailRisk', shortfall[0], -SHOCKED_VECTOR / 3);
  const units = { unitRow: Uint32Array.of(0), weight: Float64Array.of(1), unitCount: 1, units: vectors };
  const sum = { scenarioCount, base: vectors, termCount: 1, ...units };
  const risk = new Float64Array(2);
  kernels.tailRiskOfSum(sum, 0.25, risk, workspace);
  expectNear('tailRiskOfSum', risk[0], -2 * SHOCKED_VECTOR);
  expectNear('tailRiskOfSum', risk[1], (-2 * SHOCKED_VECTOR) / 3);

  expectNear('surfaceQuery', sliceVariance(kernels), SLICE_VARIANCE);
  testSumTree(kernels);
}

/** One leaf under a root of one level, on the right, against the digest of Node. */
function testSumTree(kernels: Kernels): void {
  const bytes = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);
  const lifted = new Uint8Array(32);
  const tree = {
    ...{ head: bytes(7, 1), assets: 1, depth: 1, empty: bytes(64, 2), capacity: 1, lifted },
    ...{ keyHigh: Uint32Array.of(0x8000_0000), keyLow: new Uint32Array(1), level: new Uint8Array(1) },
    ...{ left: Uint32Array.of(NO_NODE), right: Uint32Array.of(NO_NODE), parent: Uint32Array.of(NO_NODE) },
    ...{ hash: bytes(32, 3), sums: bytes(16, 4) },
  };
  expectNear('rehashSumTree', kernels.rehashSumTree(tree, new Uint32Array(1)), 1);
  const message = [tree.head, bytes(32, 2), bytes(16, 0), tree.hash, tree.sums];
  const wanted = createHash('sha256').update(Buffer.concat(message)).digest();
  if (!wanted.equals(lifted)) throw new Error('self-test of rehashSumTree: it gave another hash than Node');
}

function sliceVariance(kernels: Kernels): number | undefined {
  const totalVariance = new Float64Array(1);
  kernels.surfaceQuery(
    {
      sliceCount: 1,
      timeToExpiryYears: Float64Array.of(1),
      forward: Float64Array.of(1),
      carry: new Float64Array(1),
      a: Float64Array.of(-0.041),
      b: Float64Array.of(0.1331),
      rho: Float64Array.of(0.306),
      m: Float64Array.of(0.3586),
      sigma: Float64Array.of(0.4153),
      quotedMin: new Float64Array(1),
      quotedMax: new Float64Array(1),
      confidence: new Float64Array(1),
      interpolation: new Uint8Array(1),
      rates: new Float64Array(2),
    },
    { count: 1, strike: Float64Array.of(Math.exp(0.1)), timeToExpiryYears: Float64Array.of(1) },
    {
      volatility: new Float64Array(1),
      totalVariance,
      butterflyMeasure: new Float64Array(1),
      density: new Float64Array(1),
      confidence: new Float64Array(1),
      flags: new Uint8Array(1),
    },
  );
  return totalVariance[0];
}

/** The two prices above give back their volatilities; a negative price gives its status. */
function testImpliedVolatility(kernels: Kernels): void {
  const volatility = new Float64Array(3);
  const status = new Uint8Array(3);
  kernels.impliedVolatility(
    {
      count: 3,
      isCall: Uint8Array.of(1, 0, 1),
      forward: Float64Array.of(60000, 100, 1),
      strike: Float64Array.of(65000, 60, 1),
      price: Float64Array.of(...PRICES, -1),
      timeToExpiryYears: Float64Array.of(30 / 365, 0.1, 1),
    },
    volatility,
    status,
  );
  expectNear('impliedVolatility', volatility[0], 0.6);
  expectNear('impliedVolatility', volatility[1], 0.5);
  expectNear('impliedVolatility', status[0], IMPLIED_VOLATILITY_STATUS.OK);
  expectNear('impliedVolatility', status[2], IMPLIED_VOLATILITY_STATUS.BELOW_INTRINSIC);
}

function expectNear(kernel: string, actual: number | undefined, expected: number): void {
  const error = Math.abs((actual ?? NaN) - expected);
  if (error <= RELATIVE_TOLERANCE * Math.abs(expected)) return;
  throw new Error(`self-test of ${kernel}: expected ${String(expected)} but it gave ${String(actual)}`);
}
