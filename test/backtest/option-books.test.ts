import { describe, expect, it } from 'vitest';
import { chainDays, indexHistory, type ChainRow } from '../../src/backtest/chain-history.js';
import { defaultOptionPolicies, optionDays } from '../../src/backtest/option-books.js';
import { replay } from '../../src/backtest/replay.js';
import { createReferenceKernels } from '../../src/kernel/reference/kernels.js';

const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 0, 1, 21);
const EXPIRY = Date.UTC(2026, 5, 26, 8);

/** A market that swings by 2 % a day; every option costs the same in coins but for the day. */
function rows(days: number): ChainRow[] {
  return Array.from({ length: days }, (_, t) => {
    const indexPrice = 100 * (1 + 0.02 * Math.sin(t));
    return [80, 90, 100, 110, 120].flatMap((strike) =>
      ['call', 'put'].map((optionType) => ({
        timestampMs: START + t * DAY_MS,
        underlying: 'BTC',
        indexPrice,
        forward: indexPrice,
        optionType,
        strike,
        expiryMs: EXPIRY,
        volatility: 0.5,
        markCoins: 0.05 + 0.001 * (t % 3),
      })),
    );
  }).flat();
}

function chains(days = 62, change: (row: ChainRow, at: number) => ChainRow = (row) => row) {
  const found = chainDays(rows(days).map(change));
  if (!found.ok) throw new Error(found.failure.message);
  return found.value;
}

const [straddle] = defaultOptionPolicies('BTC', 100_000);
if (straddle === undefined) throw new Error('no policy');

describe('option books', () => {
  it('earn what the recorded marks say until the next chain, in dollars', () => {
    const all = chains();
    const [first] = optionDays(all, straddle, 50);
    const markOf = (t: number): number => (0.05 + 0.001 * (t % 3)) * (100 * (1 + 0.02 * Math.sin(t)));
    const units = 100_000 / (100 * (1 + 0.02 * Math.sin(50)));
    expect(first?.pnl).toBeCloseTo(-2 * units * (markOf(51) - markOf(50)), 8);
    expect(first?.portfolio.positions.map(({ quantity }) => quantity)).toEqual([-units, -units]);
    expect(optionDays(all, straddle, 50)).toHaveLength(11);
  });

  it('leave out a day on which a leg has no next quote', () => {
    const lost = START + 55 * DAY_MS;
    const all = chains(62, (row) =>
      row.timestampMs === lost && row.strike === 100 ? { ...row, volatility: 0 } : row,
    );
    const dates = optionDays(all, straddle, 50).map(({ dateMs }) => dateMs);
    expect(dates).not.toContain(lost - DAY_MS);
    expect(dates).toContain(lost);
  });

  it.each(['house', 'house:filtered', 'okx-pm'])('are margined by %s', (model) => {
    const all = chains();
    const days = replay({
      kernels: createReferenceKernels(),
      history: indexHistory(all),
      days: optionDays(all, straddle, 58),
      model,
      ...(model.startsWith('house') ? { overrides: { draws: { count: 500 } } } : {}),
    });
    if (!days.ok) throw new Error(days.failure.message);
    expect(days.value).toHaveLength(3);
    for (const { initialMargin, maintenanceMargin } of days.value) {
      expect(maintenanceMargin).toBeGreaterThan(0);
      expect(initialMargin).toBeGreaterThanOrEqual(maintenanceMargin);
    }
  });

  it('name the row of what is no number, and the days that are missing', () => {
    const bad = rows(62).map((row, at) => (at === 7 ? { ...row, indexPrice: NaN } : row));
    expect(chainDays(bad)).toMatchObject({ ok: false, failure: { field: 'chains[7].indexPrice' } });
    expect(chainDays(rows(59))).toMatchObject({ ok: false, failure: { reason: 'MISSING_MARKET_DATA' } });
  });
});
