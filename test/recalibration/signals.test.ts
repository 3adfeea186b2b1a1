import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/domain/outcome.js';
import { ewmaFilter } from '../../src/scenarios/ewma-filter.js';
import { returnStream } from '../../src/recalibration/regime/run-length.js';
import { EwmaVariance } from '../../src/recalibration/signals/ewma.js';
import { fitGarch, logLikelihood, longRunVariance } from '../../src/recalibration/signals/garch.js';
import { impliedVolatilityIndex } from '../../src/recalibration/signals/implied-index.js';
import {
  SignalBoard,
  type SignalName,
  type SignalSample,
} from '../../src/recalibration/signals/signal-board.js';
import { spotRange } from '../../src/recalibration/proposals/spot-range.js';

const DAY = 86_400;

function garchReturns(count: number, seed: number): Float64Array {
  const [omega, alpha, beta] = [2e-6, 0.08, 0.9];
  const draw = returnStream('NORMAL', seed);
  let variance = omega / (1 - alpha - beta);
  return Float64Array.from({ length: count }, () => {
    const move = Math.sqrt(variance) * draw();
    variance = omega + alpha * move * move + beta * variance;
    return move;
  });
}

describe('exponentially weighted volatility', () => {
  it('is the filter of the scenarios, step by step', () => {
    const moves = garchReturns(300, 1);
    const { deviation } = unwrap(ewmaFilter(moves, 0.97, 48));
    const stream = new EwmaVariance(0.97, (deviation[0] ?? NaN) ** 2);
    moves.forEach((move, t) => {
      const expected = deviation[t] ?? NaN;
      expect(Math.abs(stream.deviation - expected)).toBeLessThanOrEqual(1e-13 * expected);
      stream.observe(move);
    });
  });

  it('counts a move over several steps as that many of equal mean square', () => {
    const once = new EwmaVariance(0.94, 1);
    const often = new EwmaVariance(0.94, 1);
    once.observe(4, 4);
    for (let step = 0; step < 4; step += 1) often.observe(2);
    expect(once.variance).toBeCloseTo(often.variance, 12);
  });

  it('refuses what is no number and stays as it was', () => {
    const stream = new EwmaVariance(0.94, 1);
    expect(stream.observe(NaN)).toMatchObject({ ok: false, failure: { field: 'move' } });
    expect(stream.observe(1, 0)).toMatchObject({ ok: false, failure: { field: 'steps' } });
    expect(stream.variance).toBe(1);
  });
});

describe('GARCH by maximum likelihood', () => {
  const returns = garchReturns(6_000, 7);
  const fit = unwrap(fitGarch(returns));

  it('finds the parameters that made the returns', () => {
    // Three standard errors of this length, by simulation over seeds.
    expect(Math.abs(fit.alpha - 0.08)).toBeLessThan(0.03);
    expect(Math.abs(fit.beta - 0.9)).toBeLessThan(0.04);
    expect(Math.abs(longRunVariance(fit) / 1e-4 - 1)).toBeLessThan(0.3);
  });

  it('is at the top: no step from it is likelier, the truth neither', () => {
    const meanSquare = returns.reduce((sum, x) => sum + (x * x) / returns.length, 0);
    const at = (omega: number, alpha: number, beta: number): number =>
      logLikelihood(returns, { omega, alpha, beta }, meanSquare);
    const { omega, alpha, beta, logLikelihood: top } = fit;
    expect(top).toBeGreaterThanOrEqual(at(2e-6, 0.08, 0.9));
    for (const factor of [0.98, 1.02]) {
      expect(top).toBeGreaterThan(at(omega * factor, alpha, beta));
      expect(top).toBeGreaterThan(at(omega, alpha * factor, beta));
      expect(top).toBeGreaterThan(at(omega, alpha, beta * (factor === 0.98 ? 0.99 : 1.005)));
    }
  });

  it('refuses too few returns, and returns that do not move', () => {
    expect(fitGarch(new Float64Array(99))).toMatchObject({
      ok: false,
      failure: { reason: 'MISSING_MARKET_DATA' },
    });
    expect(fitGarch(new Float64Array(200))).toMatchObject({
      ok: false,
      failure: { reason: 'INVALID_VALUE' },
    });
    expect(fitGarch([...new Float64Array(200), NaN])).toMatchObject({ ok: false });
  });
});

describe('index of implied volatility', () => {
  const years = (days: number): number => days / 365;

  it('is linear in total variance between expiries and flat beyond them', () => {
    const points = [
      { timeToExpiryYears: years(40), volatility: 0.5 },
      { timeToExpiryYears: years(20), volatility: 0.8 },
    ];
    const expected = Math.sqrt((0.5 * 0.8 ** 2 * 20 + 0.5 * 0.5 ** 2 * 40) / 30);
    expect(unwrap(impliedVolatilityIndex(points))).toBeCloseTo(expected, 12);
    expect(unwrap(impliedVolatilityIndex(points, 10))).toBe(0.8);
    expect(unwrap(impliedVolatilityIndex(points, 90))).toBe(0.5);
  });

  it('refuses nothing and nonsense', () => {
    expect(impliedVolatilityIndex([]).ok).toBe(false);
    expect(impliedVolatilityIndex([{ timeToExpiryYears: 0.1, volatility: NaN }])).toMatchObject({
      ok: false,
      failure: { field: 'points[0]' },
    });
  });
});

const SIGNALS = [
  'fastDeviation',
  'deviation',
  'slowDeviation',
  'garchDeviation',
  'standardisedReturn',
  'volatilityRatio',
  'impliedVolatility',
  'volatilityOfVolatility',
  'depthUsd',
  'spread',
  'correlation',
  'evidence',
] as const satisfies readonly SignalName[];

describe('board of signals', () => {
  function boardAfter(samples: number): SignalBoard {
    const board = new SignalBoard(0.03);
    const draw = returnStream({ degreesOfFreedom: 4 }, 3);
    let [price, other] = [100, 50];
    for (let day = 0; day < samples; day += 1) {
      const common = draw();
      price *= Math.exp(0.03 * common);
      other *= Math.exp(0.02 * (0.8 * common + 0.6 * draw()));
      const sample = { timeSeconds: day * DAY, price, otherPrice: other, depthUsd: 1e6, spread: 0.001 };
      unwrap(board.observe({ ...sample, impliedVolatility: 0.5 + 0.01 * (day % 3), evidence: 1 }));
    }
    return board;
  }

  it('has every signal once it has seen enough', () => {
    const board = boardAfter(150);
    for (const name of SIGNALS) expect(board.fresh(name), name).toBeTypeOf('number');
    expect(board.get('correlation')?.value).toBeGreaterThan(0.5);
    const garch = board.get('garchDeviation')?.value ?? NaN;
    expect(board.garchDeviationOver(1)).toBeCloseTo(garch, 12);
  });

  it('holds what is missing, with its age', () => {
    const board = boardAfter(10);
    const before = board.get('deviation');
    unwrap(board.observe({ timeSeconds: 11 * DAY, spread: 0.002 }));
    expect(board.get('deviation')).toEqual(before);
    expect(board.fresh('deviation')).toBeUndefined();
    expect(board.fresh('spread')).toBe(0.002);
  });

  it.each<[keyof SignalSample, readonly SignalName[]]>([
    [
      'price',
      [
        ...(['fastDeviation', 'deviation', 'slowDeviation', 'garchDeviation'] as const),
        ...(['standardisedReturn', 'volatilityRatio', 'correlation'] as const),
      ],
    ],
    ['otherPrice', ['correlation']],
    ['impliedVolatility', ['impliedVolatility', 'volatilityOfVolatility']],
    ['depthUsd', ['depthUsd']],
    ['spread', ['spread']],
    ['evidence', ['evidence']],
  ])('holds what follows from %s while that is missing, and nothing else', (missing, held) => {
    const board = boardAfter(150);
    const before = new Map(SIGNALS.map((name) => [name, board.get(name)]));
    const whole = { price: 97, otherPrice: 51, impliedVolatility: 0.6, depthUsd: 2e6, spread: 0.003 };
    unwrap(board.observe({ ...whole, evidence: 2, [missing]: undefined, timeSeconds: 150 * DAY }));
    for (const name of SIGNALS) {
      const isHeld = held.includes(name);
      expect(board.fresh(name) === undefined, name).toBe(isHeld);
      if (isHeld) expect(board.get(name), name).toEqual(before.get(name));
      else expect(board.get(name)?.timeSeconds, name).toBe(150 * DAY);
    }
  });

  it('refuses a clock that goes back and numbers that are none, and stays as it was', () => {
    const board = boardAfter(10);
    const before = board.get('deviation');
    for (const [sample, field] of [
      [{ timeSeconds: 9 * DAY, price: 100 }, 'timeSeconds'],
      [{ timeSeconds: 10 * DAY, price: NaN }, 'price'],
      [{ timeSeconds: 10 * DAY, price: 0 }, 'price'],
      [{ timeSeconds: 10 * DAY, depthUsd: -1 }, 'depthUsd'],
    ] as const)
      expect(board.observe(sample)).toMatchObject({ ok: false, failure: { field } });
    expect(board.get('deviation')).toEqual(before);
  });
});

describe('range of a grid', () => {
  it('is near the quantile of the law, rounded up to half a percent', () => {
    const draw = returnStream('NORMAL', 11);
    const returns = Float64Array.from({ length: 5_000 }, () => 0.02 * draw());
    const { range, paretoRange, relativeError } = unwrap(spotRange(returns));
    // 99.9 % of |N(0, 2 %)| is 6.6 %; volatility by a filter of a month is off by a tenth.
    for (const found of [range, paretoRange]) {
      expect(found).toBeGreaterThan(0.055);
      expect(found).toBeLessThan(0.09);
      expect(found * 200).toBeCloseTo(Math.round(found * 200), 9);
    }
    expect(relativeError).toBeGreaterThan(0.01);
    expect(relativeError).toBeLessThan(0.2);
  });
});
