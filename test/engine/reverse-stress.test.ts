import { describe, expect, it } from 'vitest';
import { MarginEngine } from '../../src/engine/margin-engine.js';
import type { BreakingMove } from '../../src/engine/reverse-stress.js';
import { loadKernels } from '../../src/kernel/load-kernels.js';
import { resolveDrawnLaw } from '../../src/models/drawn-law.js';
import { model } from '../support/margins.js';
import { book, cash, optionName, sampleMarket } from '../support/sample-market.js';

const market = sampleMarket();
const engine = new MarginEngine(loadKernels());
const resolved = resolveDrawnLaw({ name: 'house', overrides: { draws: { count: 2_000 } } });
if (!resolved.ok) throw new Error(resolved.failure.message);
const law = resolved.value;
const PERPETUAL = 'BTC-USDC-PERPETUAL';

function breaking(portfolio: ReturnType<typeof book>, lossUsd: number): BreakingMove | undefined {
  const found = engine.breakingMove({
    model: model('derive-pm2'),
    market,
    portfolio,
    law,
    lossUsd,
  });
  if (!found.ok) throw new Error(`${found.failure.field}: ${found.failure.message}`);
  return found.value;
}

describe('the least unlikely losing move', () => {
  it('of a perpetual is the move of spot that loses the amount, at its distance in deviations', () => {
    const move = breaking(book([{ instrument: PERPETUAL, quantity: 2 }]), 20_000);
    const [btc] = move?.underlyings ?? [];
    // Two coins at the mark of the perpetual: -20,000 dollars are that share of it.
    expect(btc?.spotMove).toBeCloseTo(-10_000 / 96_700, 3);
    expect(move?.lossUsd).toBeGreaterThanOrEqual(20_000);
    const deviations = Math.log1p(btc?.spotMove ?? NaN) / 0.0172;
    // The draws' own deviation is that of the law within a tenth.
    expect(Math.abs(-(move?.distance ?? NaN) / deviations - 1)).toBeLessThan(0.15);
  });

  it('is nearer for a smaller loss, and of a straddle one of volatility and spot', () => {
    const straddle = book([
      { instrument: optionName(30, 100_000, 'CALL', true), quantity: -2 },
      { instrument: optionName(30, 100_000, 'PUT', true), quantity: -2 },
    ]);
    const [near, far] = [breaking(straddle, 5_000), breaking(straddle, 15_000)];
    expect(near?.distance).toBeLessThan(far?.distance ?? NaN);
    expect(near?.underlyings[0]?.volatilityMove).toBeGreaterThan(0);
  });

  it('of coins behind a short of the same coin does not exist, of cash neither', () => {
    const hedged = book([{ instrument: 'BTC-PERPETUAL', quantity: -9_665 }], [cash('BTC', 1)]);
    expect(breaking(hedged, 50_000)).toBeUndefined();
    expect(breaking(book([], [cash('USDC', 1e6)]), 1)).toBeUndefined();
  });

  it('of a loss that is none is refused', () => {
    for (const lossUsd of [0, -1, NaN, Infinity])
      expect(
        engine.breakingMove({
          model: model('derive-pm2'),
          market,
          portfolio: book([{ instrument: PERPETUAL, quantity: 1 }]),
          law,
          lossUsd,
        }),
      ).toMatchObject({ ok: false, failure: { reason: 'INVALID_PARAMETER', field: 'lossLevel' } });
    expect(resolveDrawnLaw({ name: 'okx-pm' })).toMatchObject({ ok: false, failure: { field: 'model' } });
  });
});
