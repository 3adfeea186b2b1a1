/** A small venue and a fall of its market. */
import { linearOptionName } from '../../src/backtest/option-books.js';
import { unwrap } from '../../src/domain/outcome.js';
import { MarginEngine } from '../../src/engine/margin-engine.js';
import { loadKernels } from '../../src/kernel/load-kernels.js';
import { loadLinearSolver } from '../../src/live/liquidation/linear-program.js';
import { resolveModel } from '../../src/models/catalogue.js';
import { CrashPath, type PathAnchor, type QuotedOption } from '../../src/replay/crash-path.js';
import {
  DEFAULT_VENUE_RULES,
  type ParameterSet,
  type ReplayAccount,
  type VenueRules,
} from '../../src/replay/replay-terms.js';
import type { ReplayResult } from '../../src/replay/replay-tally.js';
import { replayVenue } from '../../src/replay/replay-venue.js';
import { syntheticAccounts } from '../../src/replay/synthetic-accounts.js';

const START_MS = Date.UTC(2026, 1, 5);
const HOUR_MS = 3_600_000;
const kernels = loadKernels();
const engine = new MarginEngine(kernels);
const solver = await loadLinearSolver();

export const DEPTH = { dailyVolatility: 0.03, dailyVolumeCoins: 3_000 };

/** Falls by a third in some hours; options of one expiry at five strikes. */
export function fallingPath(hours: number, seed: number, lowest = 0.66): CrashPath {
  const expiryMs = START_MS + 30 * 24 * HOUR_MS;
  const anchors: PathAnchor[] = [1, 1 - (1 - lowest) / 3, lowest, lowest * 1.05].map((factor, at) => {
    const spot = 70_000 * factor;
    const options = [50_000, 60_000, 70_000, 80_000, 90_000].flatMap((strike) =>
      (['CALL', 'PUT'] as const).map((optionType): readonly [string, QuotedOption] => {
        const option = {
          underlying: 'BTC',
          expiryMs,
          strike,
          optionType,
          forward: spot * 1.005,
          volatility: 0.5 + 0.3 * (1 - factor),
          mark: 1_000,
          bid: 900,
          ask: 1_100,
        };
        return [linearOptionName(option), option];
      }),
    );
    return {
      timeMs: START_MS + (at * hours * HOUR_MS) / 3,
      spotUsd: new Map([['BTC', spot]]),
      options: new Map(options),
    };
  });
  return unwrap(CrashPath.of({ anchors, bridgeDailyVolatility: 0.03, seed }));
}

export function parameterSet(name: string, overrides?: unknown): ParameterSet {
  const model = unwrap(resolveModel(overrides === undefined ? { name } : { name, overrides }));
  return { name, schedule: [{ fromMs: 0, model }] };
}

export function drawnAccounts(path: CrashPath, seed: number, count: number): ReplayAccount[] {
  return syntheticAccounts(kernels, path.base, seed, count);
}

export function replayed(
  path: CrashPath,
  accounts: readonly ReplayAccount[],
  parameters: ParameterSet,
  rules: Partial<VenueRules> = {},
): ReplayResult {
  const request = { path, accounts, parameters, seed: 7, engine, solver, depthOf: () => DEPTH };
  return unwrap(replayVenue({ ...request, rules: { ...DEFAULT_VENUE_RULES, stepMinutes: 5, ...rules } }));
}
