import { expected, failure, success, type Outcome } from '../domain/outcome.js';
import { SHOCK_MAX, SURFACE_SHOCKS_MAX } from '../limits.js';
import type { Market } from '../market/snapshot/market.js';
import type { ResolvedPortfolio } from './resolve-portfolio.js';
import { excessByUnderlying, rootsOverSpot, type MovedMarketCalculator } from './spot-excess.js';

/** Relative moves, > -1: 0.1 is ten percent up. */
export interface SurfaceShocks {
  readonly spot: readonly number[];
  /** Of every volatility of the underlying. */
  readonly volatility: readonly number[];
}

/** Where an account stands when spot and volatility of one underlying move together, all others unchanged. */
export interface LiquidationSurface {
  readonly underlying: string;
  /** Of every excess. */
  readonly currency: string;
  /** Present index price. */
  readonly spotUsd: number;
  /** Columns of `levels`. */
  readonly spotShocks: readonly number[];
  /** One entry per volatility move, in the order asked for. */
  readonly levels: readonly SurfaceLevel[];
}

export interface SurfaceLevel {
  readonly volatilityShock: number;
  /** Equity less maintenance margin at every spot move, in the report's currency; negative is liquidated. */
  readonly maintenanceExcess: readonly number[];
  /** US dollars, ascending: every spot at which the excess changes its sign at this volatility. */
  readonly rootsUsd: readonly number[];
}

/** One surface per underlying that the book holds. Costs about 300 calculations of the book per volatility move. */
export function liquidationSurfaces(
  market: Market,
  book: ResolvedPortfolio,
  shocks: SurfaceShocks,
  currency: string,
  calculator: MovedMarketCalculator,
): Outcome<LiquidationSurface[]> {
  const refused = refusedShocks('spot', shocks.spot) ?? refusedShocks('volatility', shocks.volatility);
  if (refused !== undefined) return refused;
  const surfaces: LiquidationSurface[] = [];
  for (const underlying of excessByUnderlying(market, book, calculator)) {
    const levels: SurfaceLevel[] = [];
    for (const volatilityShock of shocks.volatility) {
      const maintenanceExcess: number[] = [];
      for (const spotShock of shocks.spot) {
        const excess = underlying.at(1 + spotShock, 1 + volatilityShock);
        if (!excess.ok) return excess;
        maintenanceExcess.push(excess.value);
      }
      const roots = rootsOverSpot(underlying, 1 + volatilityShock);
      if (!roots.ok) return roots;
      levels.push({ volatilityShock, maintenanceExcess, rootsUsd: roots.value });
    }
    const { name, spotUsd } = underlying;
    surfaces.push({ underlying: name, currency, spotUsd, spotShocks: shocks.spot, levels });
  }
  return success(surfaces);
}

function refusedShocks(
  name: keyof SurfaceShocks,
  shocks: readonly number[],
): ReturnType<typeof failure> | undefined {
  const field = `shocks.${name}`;
  if (shocks.length === 0 || shocks.length > SURFACE_SHOCKS_MAX) {
    const wanted = `1 to ${String(SURFACE_SHOCKS_MAX)} moves`;
    return failure('LIMIT_EXCEEDED', field, expected(wanted, field, shocks.length));
  }
  const wrong = shocks.findIndex((shock) => !(shock > -1 && shock <= SHOCK_MAX));
  if (wrong < 0) return undefined;
  const path = `${field}[${String(wrong)}]`;
  const wanted = `a relative move above -1 and at most ${String(SHOCK_MAX)}`;
  return failure('INVALID_VALUE', path, expected(wanted, path, shocks[wrong]));
}
