/** The volatility proxy and what it adds to a history of prices. */
import { describe, expect, test } from 'vitest';
import { normalQuantile } from '../../src/kernel/reference/normal.js';
import { standardDeviation } from '../../src/measures/block-bootstrap.js';
import { randomStream } from '../../src/measures/random.js';
import { drawSeed } from '../../src/scenarios/draws.js';
import { filterHistory, filteredHistoricalMoves } from '../../src/scenarios/filtered-historical.js';
import { DAY_MS, alignHistory, changesOf } from '../../src/scenarios/history.js';
import { PANEL_UNDERLYINGS, panelSeries } from '../../src/scenarios/panel/recorded-panel.js';
import { withProxyFactors } from '../../src/scenarios/proxy-factors.js';
import { proxyFactors } from '../../src/scenarios/risk-factor.js';
import { fitVolatilityProxy } from '../../src/scenarios/volatility-proxy.js';
import { reasonOf, unwrap } from '../measures/support.js';
import { closes, data, fundingRates, volatilityIndex } from './history-files.js';
import { BTC_SPOT, factorOf, sampleHistory, seriesOf } from './sample-history.js';

const seed = drawSeed('1', { test: 'proxy' });

describe('the volatility proxy', () => {
  const random = randomStream(3);
  const returns = Float64Array.from({ length: 400 }, () => 0.03 * normalQuantile(random.uniform()));
  const clean = returns.map((r) => 0.001 - 0.4 * r + 0.7 * Math.abs(r));

  test('finds what was put in, and is not moved by a few odd days', () => {
    const fit = unwrap(
      fitVolatilityProxy(
        returns,
        clean.map((x) => x + 0.01 * normalQuantile(random.uniform())),
      ),
    );
    expect(Math.abs(fit.slope + 0.4)).toBeLessThan(0.06);
    expect(Math.abs(fit.curvature - 0.7)).toBeLessThan(0.1);
    expect(Math.abs(fit.residualDeviation / 0.01 - 1)).toBeLessThan(0.15);
    const odd = clean.map((x, i) => (i % 50 === 0 ? x + 5 : x + 0.01 * normalQuantile(random.uniform())));
    const robust = unwrap(fitVolatilityProxy(returns, odd));
    expect(Math.abs(robust.slope + 0.4)).toBeLessThan(0.1);
    expect(Math.abs(robust.intercept - 0.001)).toBeLessThan(0.005);
    robust.residuals.forEach((residual, i) => {
      const fitted = robust.intercept + robust.slope * returns[i]! + robust.curvature * Math.abs(returns[i]!);
      expect(Math.abs(fitted + residual - odd[i]!)).toBeLessThanOrEqual(1e-12);
    });
  });

  test('needs observations, pairs, and returns that differ', () => {
    expect(reasonOf(fitVolatilityProxy(returns.slice(0, 29), clean.slice(0, 29)))).toBe(
      'MISSING_MARKET_DATA',
    );
    expect(reasonOf(fitVolatilityProxy(returns, clean.slice(1)))).toBe('MISSING_MARKET_DATA');
    expect(
      reasonOf(
        fitVolatilityProxy(
          returns.map(() => 0),
          clean,
        ),
      ),
    ).toBe('INVALID_VALUE');
    expect(reasonOf(fitVolatilityProxy(returns.map(Math.abs), clean))).toBe('INVALID_VALUE');
  });
});

describe('the recorded panel', () => {
  test('has 152 days of six factors, one missing date', () => {
    expect(PANEL_UNDERLYINGS).toEqual(['BTC', 'ETH']);
    for (const underlying of PANEL_UNDERLYINGS) {
      const series = unwrap(panelSeries(underlying));
      expect(series.map(({ factor }) => factor.id.slice(4))).toEqual([
        'spot',
        'vol.7d',
        'vol.30d',
        'vol.90d',
        'skew',
        'basis',
      ]);
      const history = unwrap(alignHistory(series, { windowRows: 150, stepMs: DAY_MS, gaps: 'SKIP' }));
      expect(history.notes).toHaveLength(1);
      expect(history.rowCount).toBe(150);
    }
    expect(reasonOf(panelSeries('DOGE'))).toBe('MISSING_MARKET_DATA');
  });

  test('gives volatility that rises when spot falls, the shorter the more', () => {
    for (const underlying of PANEL_UNDERLYINGS) {
      const history = unwrap(
        alignHistory(unwrap(panelSeries(underlying)), { windowRows: 150, stepMs: DAY_MS, gaps: 'SKIP' }),
      );
      const fits = [1, 2, 3].map((row) =>
        unwrap(fitVolatilityProxy(changesOf(history, 0), changesOf(history, row))),
      );
      const shock = fits.map(({ slope, curvature }) => -0.1 * slope + 0.1 * curvature);
      process.stdout.write(
        `${underlying} proxy 7, 30, 90 d: ${fits.map((f) => `slope ${f.slope.toFixed(3)} curvature ${f.curvature.toFixed(3)} sd(e) ${standardDeviation(f.residuals).toFixed(4)}`).join(' | ')}\n`,
      );
      expect(shock[0]).toBeGreaterThan(shock[1]!);
      expect(shock[1]).toBeGreaterThan(shock[2]!);
      expect(shock[2]).toBeGreaterThan(0);
    }
  });
});

describe('a history of prices with proxies', () => {
  const prices = sampleHistory(300);

  test('has every factor, the added ones labelled, the prices untouched', () => {
    const history = unwrap(withProxyFactors(prices, seed));
    expect(history.factors).toHaveLength(13);
    expect(history.factors.filter(({ evidence }) => evidence === 'PROXY')).toHaveLength(10);
    expect(history.changes.subarray(0, prices.changes.length)).toEqual(prices.changes);
    expect(history.notes.join()).toContain('proxies fitted on 150 days of deribit-panel-2026');
    const moves = unwrap(filteredHistoricalMoves(unwrap(filterHistory(history)), 1));
    expect(proxyFactors(moves)).toHaveLength(10);
    expect(moves.moves.every(Number.isFinite)).toBe(true);
  });

  test('draws the same days for all factors, by the seed alone', () => {
    const history = unwrap(withProxyFactors(prices, seed));
    expect(unwrap(withProxyFactors(prices, seed)).changes).toEqual(history.changes);
    expect(unwrap(withProxyFactors(prices, drawSeed('2', {}))).changes).not.toEqual(history.changes);
    const panel = unwrap(
      alignHistory([...unwrap(panelSeries('BTC')), ...unwrap(panelSeries('ETH'))], {
        windowRows: 150,
        stepMs: DAY_MS,
        gaps: 'SKIP',
      }),
    );
    const row = (id: string) =>
      history.factors.findIndex((factor) => factor.id === id && factor.evidence === 'PROXY');
    for (let step = 0; step < history.rowCount; step += 1) {
      const day = changesOf(panel, 4).indexOf(changesOf(history, row('BTC.skew'))[step]!);
      expect(day).toBeGreaterThanOrEqual(0);
      expect(changesOf(history, row('ETH.basis'))[step]).toBe(changesOf(panel, 11)[day]);
    }
  });

  test('names underlyings without proxies, and refuses to add none', () => {
    const three = unwrap(
      alignHistory(
        [
          seriesOf(BTC_SPOT, [0.1, -0.1, 0.2]),
          seriesOf(factorOf('DOGE.spot', 'SPOT', 'DOGE'), [0.1, -0.1, 0.2]),
        ],
        { windowRows: 3, stepMs: DAY_MS, gaps: 'REFUSE' },
      ),
    );
    expect(unwrap(withProxyFactors(three, seed)).notes.join()).toContain(
      'no volatility, skew or basis moves for DOGE',
    );
    const alone = { ...three, factors: three.factors.map((factor) => ({ ...factor, subject: 'DOGE' })) };
    expect(reasonOf(withProxyFactors(alone, seed))).toBe('MISSING_MARKET_DATA');
    expect(reasonOf(withProxyFactors(three, seed, 0))).toBe('INVALID_PARAMETER');
  });
});

describe.skipIf(data === undefined)('recorded histories', () => {
  test('align, filter and give a crash its date', () => {
    const series = [closes('BTC-USD.csv.gz', 'BTC'), closes('ETH-USD.coinbase.csv.gz', 'ETH')];
    const history = unwrap(alignHistory(series, { windowRows: 1_000, stepMs: DAY_MS, gaps: 'REFUSE' }));
    const worst = changesOf(history, 0).indexOf(Math.min(...changesOf(history, 0)));
    expect(new Date(history.dateMs[worst]!).toISOString().slice(0, 10)).toBe('2020-03-12');
    expect(filterHistory(history).ok).toBe(true);
    expect(reasonOf(alignHistory(series, { windowRows: 1_035, stepMs: DAY_MS, gaps: 'REFUSE' }))).toBe(
      'MISSING_MARKET_DATA',
    );
  });

  test('share no day between prices and the volatility index, and share days with funding', () => {
    const btc = closes('BTC-USD.csv.gz', 'BTC');
    const daily = { windowRows: 100, stepMs: DAY_MS, gaps: 'REFUSE' } as const;
    expect(reasonOf(alignHistory([btc, volatilityIndex()], daily))).toBe('MISSING_MARKET_DATA');
    expect(alignHistory([btc, fundingRates('BTC')], daily).ok).toBe(true);
  });

  test('say that the panel is calmer than the volatility index was', () => {
    const index = unwrap(
      alignHistory([volatilityIndex()], { windowRows: 602, stepMs: DAY_MS, gaps: 'REFUSE' }),
    );
    const panel = unwrap(
      alignHistory(unwrap(panelSeries('BTC')), { windowRows: 150, stepMs: DAY_MS, gaps: 'SKIP' }),
    );
    const fit = unwrap(fitVolatilityProxy(changesOf(panel, 0), changesOf(panel, 2)));
    const ratio = standardDeviation(index.changes) / standardDeviation(fit.residuals);
    process.stdout.write(`volatility index over proxy residual, 30 d: ${ratio.toFixed(2)}\n`);
    expect(ratio).toBeGreaterThan(1);
    expect(ratio).toBeLessThan(3);
  });
});
