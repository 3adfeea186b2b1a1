import { describe, expect, it } from 'vitest';
import { coverage } from '../../src/backtest/coverage.js';
import { dailyDeviation } from '../../src/backtest/daily-deviation.js';
import { joinHistory, parsePriceCsv, type PriceHistory } from '../../src/backtest/price-history.js';
import { perpetualDays, type PolicyBook } from '../../src/backtest/perpetual-books.js';
import { replay, type ReplayDay, type ReplayRequest } from '../../src/backtest/replay.js';
import type { Outcome } from '../../src/domain/outcome.js';
import { createReferenceKernels } from '../../src/kernel/reference/kernels.js';
import { randomStream } from '../../src/measures/random.js';

const kernels = createReferenceKernels();
const DAY_MS = 86_400_000;
const START = Date.UTC(2020, 0, 1);

/** A seeded walk with daily moves of about 3 %. */
function walk(days: number, seed: number): number[] {
  const random = randomStream(seed);
  const prices = [10_000];
  for (let t = 1; t < days; t += 1) {
    const normal = Array.from({ length: 12 }, () => random.uniform()).reduce((sum, u) => sum + u, -6);
    prices.push((prices[t - 1] ?? NaN) * Math.exp(0.03 * normal));
  }
  return prices;
}

function csv(prices: readonly number[]): string {
  const rows = prices.map(
    (close, t) => `${new Date(START + t * DAY_MS).toISOString().slice(0, 10)},${String(close)}`,
  );
  return ['date,close', ...rows].join('\n');
}

function history(days = 300): PriceHistory {
  const series = parsePriceCsv('BTC', csv(walk(days, 4)));
  if (!series.ok) throw new Error(series.failure.message);
  const joined = joinHistory(new Map([['BTC', series.value]]));
  if (!joined.ok) throw new Error(joined.failure.message);
  return joined.value;
}

const long = { name: 'long', legs: [{ underlying: 'BTC', notionalUsd: 1e5 }] };
const house = { model: 'house', overrides: { draws: { count: 500 } } };

function replayBook({
  book,
  warmUpDays,
  ...request
}: Omit<ReplayRequest, 'kernels' | 'days'> & {
  readonly book: PolicyBook;
  readonly warmUpDays: number;
}): Outcome<readonly ReplayDay[]> {
  const days = perpetualDays(request.history, book, warmUpDays);
  return days.ok ? replay({ ...request, kernels, days: days.value }) : days;
}

describe('replay', () => {
  it('margins every day with nothing but what was known at its close', () => {
    const whole = history(300);
    const days = replayBook({ history: whole, book: long, ...house, warmUpDays: 280 });
    if (!days.ok) throw new Error(days.failure.message);
    expect(days.value).toHaveLength(19);
    // The future changes what happened, never the margin before it.
    const changed: PriceHistory = {
      datesMs: whole.datesMs,
      prices: new Map([
        ['BTC', (whole.prices.get('BTC') ?? new Float64Array()).map((p, t) => (t > 290 ? p * 3 : p))],
      ]),
    };
    const other = replayBook({ history: changed, book: long, ...house, warmUpDays: 280 });
    if (!other.ok) throw new Error(other.failure.message);
    const margins = (found: typeof days.value): number[] => found.map(({ initialMargin }) => initialMargin);
    expect(margins(other.value).slice(0, 11)).toEqual(margins(days.value).slice(0, 11));
    expect(margins(other.value).slice(11)).not.toEqual(margins(days.value).slice(11));
  });

  it('counts the result of constant dollars until the next close', () => {
    const whole = history(300);
    const prices = whole.prices.get('BTC') ?? new Float64Array();
    const days = replayBook({ history: whole, book: long, ...house, warmUpDays: 290 });
    if (!days.ok) throw new Error(days.failure.message);
    const [first] = days.value;
    expect(first?.pnl).toBeCloseTo(1e5 * ((prices[291] ?? NaN) / (prices[290] ?? NaN) - 1), 8);
  });

  it('a venue keeps its published parameters while the house follows the volatility', () => {
    const calm = history(300);
    const margins = (model: typeof house | { model: string }): number[] => {
      const days = replayBook({ history: calm, book: long, ...model, warmUpDays: 280 });
      if (!days.ok) throw new Error(days.failure.message);
      return days.value.map(({ initialMargin }) => initialMargin);
    };
    expect(new Set(margins({ model: 'derive-pm2' }).map((margin) => margin.toFixed(6))).size).toBe(1);
    expect(new Set(margins(house).map((margin) => margin.toFixed(6))).size).toBeGreaterThan(1);
  });

  it.each(['house', 'house:filtered'])(
    '%s knows the joint moves until the day, and nothing later',
    (model) => {
      const day = (prices: readonly number[]): Map<number, number> =>
        new Map(prices.map((price, t) => [START + t * DAY_MS, price]));
      const btc = walk(300, 4);
      const noise = walk(300, 5);
      const margins = (share: number): number[] => {
        const eth = btc.map((price, t) => price ** share * (noise[t] ?? NaN) ** (1 - share));
        const joined = joinHistory(
          new Map([
            ['BTC', day(btc)],
            ['ETH', day(eth)],
          ]),
        );
        if (!joined.ok) throw new Error(joined.failure.message);
        const spread = {
          name: 'spread',
          legs: [
            { underlying: 'BTC', notionalUsd: 1e5 },
            { underlying: 'ETH', notionalUsd: -1e5 },
          ],
        };
        const days = replayBook({ history: joined.value, book: spread, ...house, model, warmUpDays: 296 });
        if (!days.ok) throw new Error(days.failure.message);
        return days.value.map(({ expectedShortfall }) => expectedShortfall ?? NaN);
      };
      // What moves together hedges: the more of it, the less the spread loses.
      const [together = NaN] = margins(0.95);
      const [apart = NaN] = margins(0.5);
      expect(together).toBeLessThan(0.5 * apart);
    },
  );

  it('names a leg without prices and a model that does not exist', () => {
    const request = { history: history(), warmUpDays: 280, ...house };
    const unknown = replayBook({
      ...request,
      book: { name: 'x', legs: [{ underlying: 'XRP', notionalUsd: 1 }] },
    });
    expect(unknown).toMatchObject({ ok: false, failure: { field: 'books.x.legs[0].underlying' } });
    expect(replayBook({ ...request, book: long, model: 'hosue' })).toMatchObject({
      ok: false,
      failure: { reason: 'UNKNOWN_MODEL' },
    });
  });
});

describe('coverage', () => {
  it('counts breaches and prices a dollar of covered loss', () => {
    const day = { dateMs: 0, initialMargin: 100, maintenanceMargin: 80, pnl: 0 };
    const days = [
      ...Array.from({ length: 97 }, () => ({ ...day, pnl: 5 })),
      { ...day, pnl: -90 },
      { ...day, pnl: -130, initialMargin: 120 },
      { ...day, pnl: -50 },
    ];
    const found = coverage(days);
    expect(found).toMatchObject({
      ok: true,
      value: {
        days: 100,
        initialBreaches: 1,
        maintenanceBreaches: 2,
        lossBeyondInitial: 10,
        realisedLoss99: 130,
        peakToTrough: 1.2,
      },
    });
    if (found.ok) expect(found.value.efficiency).toBeCloseTo(100.2 / 130, 12);
  });
});

describe('price histories', () => {
  it.each([
    ['date,open\n2020-01-01,1', 'prices.BTC'],
    ['date,close\nyesterday,1', 'prices.BTC[0].date'],
    ['date,close\n2020-01-01,1\n2020-01-02,-3', 'prices.BTC[1].close'],
    ['date,close\n2020-01-01,1\n2020-01-01,2', 'prices.BTC[1].date'],
    ['date,close\n2020-01-01,nan', 'prices.BTC[0].close'],
  ])('refuses %j at %s', (text, field) => {
    expect(parsePriceCsv('BTC', text)).toMatchObject({ ok: false, failure: { field } });
  });

  it('refuses gaps, constant prices and short histories', () => {
    const series = (
      prices: readonly number[],
      keep: (t: number) => boolean = () => true,
    ): Map<number, number> =>
      new Map(prices.flatMap((price, t) => (keep(t) ? [[START + t * DAY_MS, price]] : [])));
    const joined = (one: Map<number, number>): unknown => joinHistory(new Map([['BTC', one]]));
    expect(joined(series(walk(300, 1), (t) => t !== 100))).toMatchObject({ ok: false });
    expect(joined(series(Array.from({ length: 300 }, () => 7)))).toMatchObject({ ok: false });
    expect(joined(series(walk(249, 1)))).toMatchObject({ ok: false });
    expect(joined(series(walk(250, 1)))).toMatchObject({ ok: true });
  });

  it('estimate a volatility from the past only', () => {
    const prices = Float64Array.from(walk(200, 2));
    const whole = dailyDeviation(prices);
    expect(dailyDeviation(prices.subarray(0, 150))).toEqual(whole.subarray(0, 150));
    expect(whole[47]).toBeNaN();
    expect(Math.abs((whole[199] ?? NaN) - 0.03)).toBeLessThan(0.01);
  });
});
