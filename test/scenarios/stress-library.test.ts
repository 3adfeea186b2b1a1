import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../src/scenarios/history.js';
import { movesOf, proxyFactors } from '../../src/scenarios/risk-factor.js';
import type { RiskFactor } from '../../src/scenarios/risk-factor.js';
import {
  houseStressLibrary,
  parseStressLibrary,
  stressMoves,
} from '../../src/scenarios/stress/stress-library.js';
import { reasonOf, unwrap } from '../measures/support.js';
import { closes, data, volatilityIndex } from './history-files.js';
import { BTC_SPOT, ETH_SPOT, factorOf } from './sample-history.js';

const vol = (subject: string, tenorDays: number): RiskFactor => ({
  ...factorOf(`${subject}.vol.${tenorDays}d`, 'ATM_VOLATILITY', subject),
  tenorDays,
});
const FACTORS = [BTC_SPOT, ETH_SPOT, vol('BTC', 30), vol('ETH', 30), factorOf('USDC.peg', 'PEG', 'USDC')];

const library = unwrap(houseStressLibrary());
const moves = stressMoves(library, FACTORS);
const named = (start: string): number => moves.names!.findIndex((name) => name.startsWith(start));

describe('the stress library', () => {
  test('moves factors by the most specific entry', () => {
    const crash = named('2020-03-12');
    expect(Math.exp(movesOf(moves, 'BTC.spot')![crash]!)).toBeCloseTo(1 - 0.38812, 12);
    expect(Math.exp(movesOf(moves, 'ETH.spot')![crash]!)).toBeCloseTo(1 - 0.43323, 12);
    expect(Math.exp(movesOf(moves, 'ETH.vol.30d')![crash]!)).toBeCloseTo(2, 12);
    expect(movesOf(moves, 'USDC.peg')![crash]).toBe(0);
    const index = named('2022-11-09');
    expect(Math.exp(movesOf(moves, 'BTC.vol.30d')![index]!)).toBeCloseTo(1.49648, 12);
    expect(movesOf(moves, 'ETH.vol.30d')![index]).toBe(0);
    expect(Math.exp(movesOf(moves, 'USDC.peg')![named('stablecoin loses 35')]!)).toBeCloseTo(0.65, 12);
  });

  test('says which factors were assumed', () => {
    expect(proxyFactors(moves).map(({ id }) => id)).toContain('USDC.peg');
    const onlyDated = {
      ...library,
      scenarios: library.scenarios.filter(({ name }) => name.startsWith('2021-01-21')),
    };
    expect(proxyFactors(stressMoves(onlyDated, [BTC_SPOT, ETH_SPOT]))).toEqual([]);
  });

  test('refuses scales that do not fit, names that stand twice, unknown sources, and impossible moves', () => {
    const one = (move: unknown, name = 'a') => ({
      id: 'x',
      version: '1',
      sources: { s: 'a source' },
      scenarios: [{ name, moves: [move] }],
    });
    const good = { factor: 'SPOT', relative: -0.1, source: 's' };
    expect(parseStressLibrary(one(good)).ok).toBe(true);
    expect(reasonOf(parseStressLibrary(one({ ...good, source: 't' })))).toBe('INVALID_PARAMETER');
    expect(reasonOf(parseStressLibrary(one({ ...good, relative: -1 })))).toBe('INVALID_PARAMETER');
    expect(reasonOf(parseStressLibrary(one({ ...good, relative: NaN })))).toBe('INVALID_PARAMETER');
    expect(reasonOf(parseStressLibrary(one({ factor: 'SKEW', relative: 0.1, source: 's' })))).toBe(
      'INVALID_PARAMETER',
    );
    expect(reasonOf(parseStressLibrary(one({ factor: 'SPOT', difference: 0.1, source: 's' })))).toBe(
      'INVALID_PARAMETER',
    );
    const twice = one(good);
    expect(
      reasonOf(parseStressLibrary({ ...twice, scenarios: [...twice.scenarios, ...twice.scenarios] })),
    ).toBe('INVALID_PARAMETER');
  });

  test('is the file beside the module', () => {
    const file = JSON.parse(
      readFileSync(new URL('../../src/scenarios/stress/library.json', import.meta.url), 'utf8'),
    ) as { scenarios: unknown[] };
    expect(moves.count).toBe(file.scenarios.length);
  });
});

test.skipIf(data === undefined)('dated moves are those of the recorded histories', () => {
  const levels = {
    'btc-usd': closes('BTC-USD.csv.gz', 'BTC'),
    'eth-usd': closes('ETH-USD.coinbase.csv.gz', 'ETH'),
    dvol: volatilityIndex(),
  };
  let compared = 0;
  for (const { date, moves: list } of library.scenarios) {
    for (const move of list) {
      const series = levels[move.source as keyof typeof levels] as
        (typeof levels)[keyof typeof levels] | undefined;
      if (series === undefined || date === undefined || !('relative' in move)) continue;
      const at = new Map(series.points.map(({ dateMs, value }) => [dateMs, value]));
      const recorded = at.get(Date.parse(date))! / at.get(Date.parse(date) - DAY_MS)! - 1;
      expect(Math.abs(recorded - move.relative), `${date} ${move.factor}`).toBeLessThanOrEqual(6e-6);
      compared += 1;
    }
  }
  process.stdout.write(`stress library: ${compared} dated moves compared\n`);
  expect(compared).toBeGreaterThanOrEqual(15);
});
