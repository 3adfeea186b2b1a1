/** Paths over several steps and the settlement of what expires on the way. */
import { describe, expect, test } from 'vitest';
import { standardDeviation } from '../../src/measures/block-bootstrap.js';
import { tailMeasures } from '../../src/measures/tail-measures.js';
import { drawSeed } from '../../src/scenarios/draws.js';
import { filterHistory } from '../../src/scenarios/filtered-historical.js';
import { effectiveSettlementSeconds, filteredPaths } from '../../src/scenarios/path-simulation.js';
import type { PathOptions } from '../../src/scenarios/path-simulation.js';
import { movesOf, proxyFactors } from '../../src/scenarios/risk-factor.js';
import { reasonOf, unwrap } from '../measures/support.js';
import { sampleHistory } from './sample-history.js';

const filtered = unwrap(filterHistory(sampleHistory(1_000)));
const seed = drawSeed('1', { test: 'paths' });
const DAY_SECONDS = 86_400;

function paths(options: Partial<PathOptions>) {
  return unwrap(filteredPaths(filtered, { horizonDays: 1, count: 20_000, seed, ...options }));
}

describe('paths', () => {
  test('have the same bits for the same seed, whatever else is simulated with them', () => {
    const first = paths({ count: 500 });
    expect(paths({ count: 500 }).moves).toEqual(first.moves);
    const more = paths({ count: 700 });
    expect(movesOf(more, 'ETH.spot')!.subarray(0, 500)).toEqual(movesOf(first, 'ETH.spot'));
    expect(paths({ count: 500, seed: drawSeed('2', { test: 'paths' }) }).moves).not.toEqual(first.moves);
    const settling = paths({ count: 500, settlements: [{ underlying: 'BTC', secondsToExpiry: 7_200 }] });
    expect(settling.moves).toEqual(first.moves);
  });

  test('of one step resample joint rows', () => {
    const { moves, count } = paths({ count: 200 });
    const { history, filters } = filtered;
    for (let s = 0; s < 200; s += 1) {
      const rows = Array.from(filters[0]!.deviation.keys()).filter((row) =>
        filters.every(({ deviation, deviationNow }, f) => {
          const move =
            history.changes[f * history.rowCount + row]! * Math.min(3, deviationNow / deviation[row]!);
          return Math.abs(move - moves[f * count + s]!) <= 1e-15;
        }),
      );
      expect(rows.length).toBeGreaterThan(0);
    }
  });

  test('grow with the root of time', () => {
    const daily = standardDeviation(movesOf(paths({}), 'BTC.spot')!);
    for (const days of [0.25, 2, 5, 10]) {
      const deviation = standardDeviation(movesOf(paths({ horizonDays: days }), 'BTC.spot')!);
      expect(deviation / daily / Math.sqrt(days)).toBeGreaterThan(0.9);
      expect(deviation / daily / Math.sqrt(days)).toBeLessThan(1.1);
    }
    expect(proxyFactors(paths({ horizonDays: 2, count: 2 }))).toEqual([]);
    expect(proxyFactors(paths({ horizonDays: 1.5, count: 2 }))).toHaveLength(3);
  });
});

describe('settlements', () => {
  test('are read where the variance of the average is', () => {
    expect(effectiveSettlementSeconds(7_200, 1_800)).toBe(6_000);
    expect(effectiveSettlementSeconds(900, 1_800)).toBe(300);
    expect(effectiveSettlementSeconds(1_800, 1_800)).toBe(600);
  });

  test('have the variance of their time, and what is left has the rest', () => {
    const hours = [2, 8, 16];
    const { settlements, moves, count } = paths({
      settlements: hours.map((hour) => ({ underlying: 'BTC', secondsToExpiry: hour * 3_600 })),
    });
    const last = moves.subarray(0, count);
    const whole = standardDeviation(last) ** 2;
    let before: Float64Array = new Float64Array(count);
    let timeBefore = 0;
    for (const settlement of settlements) {
      const time = (settlement.secondsToExpiry - 1_200) / DAY_SECONDS;
      const step = settlement.moves.map((x, s) => x - before[s]!);
      expect(standardDeviation(step) ** 2 / whole / (time - timeBefore)).toBeGreaterThan(0.9);
      expect(standardDeviation(step) ** 2 / whole / (time - timeBefore)).toBeLessThan(1.1);
      before = settlement.moves;
      timeBefore = time;
    }
    const rest = last.map((x, s) => x - before[s]!);
    expect(standardDeviation(rest) ** 2 / whole / (1 - timeBefore)).toBeGreaterThan(0.9);
    expect(standardDeviation(rest) ** 2 / whole / (1 - timeBefore)).toBeLessThan(1.1);
  });

  test('at the end of a step nearly meet the path', () => {
    const { settlements, moves, count } = paths({
      horizonDays: 2,
      windowSeconds: 1e-3,
      count: 1_000,
      settlements: [{ underlying: 'BTC', secondsToExpiry: 2 * DAY_SECONDS }],
    });
    for (let s = 0; s < count; s += 1)
      expect(Math.abs(settlements[0]!.moves[s]! - moves[s]!)).toBeLessThan(1e-4);
  });

  test('of a hedge that expires first do not hide the risk after it', () => {
    // Long a future, short a deep call that expires in two hours: settled at the horizon's end they would offset each other.
    const { settlements, moves, count } = paths({
      settlements: [{ underlying: 'BTC', secondsToExpiry: 7_200 }],
    });
    const strike = 0.95;
    const short = (move: number): number => -Math.max(0, Math.exp(move) - strike) + (1 - strike);
    const onPath = Array.from({ length: count }, (_, s) => {
      const future = Math.exp(moves[s]!) - 1;
      return -(future + short(settlements[0]!.moves[s]!));
    });
    const nettedAcrossTime = Array.from(
      { length: count },
      (_, s) => -(Math.exp(moves[s]!) - 1 + short(moves[s]!)),
    );
    const honest = unwrap(tailMeasures(onPath, 0.975)).expectedShortfall;
    const netted = unwrap(tailMeasures(nettedAcrossTime, 0.975)).expectedShortfall;
    expect(honest).toBeGreaterThan(3 * netted);
  });
});

describe('bad requests', () => {
  test.each([0, 1, -5, 2.5, NaN, 1e9])('%d paths', (count) => {
    expect(reasonOf(filteredPaths(filtered, { horizonDays: 1, count, seed }))).toBe('INVALID_PARAMETER');
  });

  test.each([0, -1, NaN, 32])('a horizon of %d days', (horizonDays) => {
    expect(reasonOf(filteredPaths(filtered, { horizonDays, count: 10, seed }))).toBe('INVALID_PARAMETER');
  });

  test('settlements outside the horizon or on an unknown underlying', () => {
    const at = (underlying: string, secondsToExpiry: number) =>
      reasonOf(
        filteredPaths(filtered, {
          horizonDays: 1,
          count: 10,
          seed,
          settlements: [{ underlying, secondsToExpiry }],
        }),
      );
    expect(at('BTC', 0)).toBe('INVALID_VALUE');
    expect(at('BTC', NaN)).toBe('INVALID_VALUE');
    expect(at('BTC', DAY_SECONDS + 1)).toBe('INVALID_VALUE');
    expect(at('DOGE', 60)).toBe('MISSING_MARKET_DATA');
    expect(at('BTC', DAY_SECONDS)).toBeUndefined();
  });
});
