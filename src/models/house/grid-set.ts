import { NONE } from '../../domain/codes.js';
import { secondsBetween, secondsToYears, SECONDS_PER_DAY } from '../../domain/time.js';
import type { Market } from '../../market/snapshot/market.js';
import { buildScenarioSet, NO_SHOCK, type Shock } from '../../scenarios/build-set.js';
import type { ScenarioLabel } from '../../scenarios/scenario-set.js';
import { volatilityTermFactor } from '../charges/volatility-term.js';
import type { CubeSpec, OptionTerms } from '../model.js';
import { factorRows, type FactorRow } from '../drawn/factor-rows.js';
import { underlyingRules } from '../drawn/law.js';
import type { HouseParameters } from './parameters.js';

/** What a row of the first set is for. */
export type GridFamily = 'grid' | 'tail' | 'skew' | 'smile' | 'term' | 'basis' | 'guard';

/** One instant move. */
export interface GridMove {
  readonly label: ScenarioLabel;
  readonly family: GridFamily;
  /** Share of the loss that counts. */
  readonly weight: number;
  /** Move of one factor row. */
  readonly shock: (row: MovedRow) => Shock;
}

/** A factor row with what its moves depend on. */
interface MovedRow {
  readonly name: string;
  readonly range: number;
  readonly secondsToExpiry: number;
  readonly isExpiring: boolean;
  /** What data leave open, share of the volatility at the money. */
  readonly volatilityUncertainty: number;
}

const STEPS = [0, 0.25, -0.25, 0.5, -0.5, 0.75, -0.75, 1, -1];

/** Days at which the term twist turns: shorter volatilities go one way, longer ones the other. */
const TWIST_PIVOT_DAYS = 30;

/** Largest move of volatility at the far wings for skew and smile: 0.25 at short expiries, 0.15 at a year (market-and-risk.md 2). */
const WING_MOVE_SHORT = 0.25;
const WING_MOVE_PER_ROOT_YEAR = 0.1;
const WING_WIDTH_PER_ROOT_YEAR = 2.4;
const WING_WIDTH_MIN = 0.01;

/**
 * The moves of the first set in their order: 27 of the grid, far tails, skew, smile and term structure both ways, a
 * basis move both ways, and the volatility that data leave open both ways.
 */
export function gridMoves(parameters: HouseParameters): readonly GridMove[] {
  const known = movesOfParameters.get(parameters);
  if (known !== undefined) return known;
  const moves = buildMoves(parameters);
  movesOfParameters.set(parameters, moves);
  return moves;
}

const movesOfParameters = new WeakMap<HouseParameters, readonly GridMove[]>();

function buildMoves(parameters: HouseParameters): GridMove[] {
  const { grid } = parameters;
  const vols = [
    { name: 'UP', shock: grid.volUp, floor: grid.volFloor },
    { name: 'NONE', shock: 0, floor: 0 },
    { name: 'DOWN', shock: -grid.volDown, floor: 0 },
  ];
  const volShock = (row: MovedRow, shock: number): number =>
    row.isExpiring ? shock * volatilityTermFactor(grid, row.secondsToExpiry) : shock;
  const core = STEPS.flatMap((step) =>
    vols.map((vol): GridMove => {
      const shock = (row: MovedRow): Shock => ({
        ...NO_SHOCK,
        spotFactor: 1 + step * row.range,
        volShock: volShock(row, vol.shock),
        volFloor: vol.floor,
      });
      return move('grid', `spot ${share(step)} of range vol ${vol.name.toLowerCase()}`, vol.name, shock);
    }),
  );
  const tails = grid.tails.map(({ multiple, weight }): GridMove => {
    const shock = (row: MovedRow): Shock => ({
      ...NO_SHOCK,
      spotFactor: Math.max(LOWEST_SPOT_FACTOR, 1 + multiple * row.range),
      volShock: volShock(row, grid.volUp),
      volFloor: grid.volFloor,
    });
    return { ...move('tail', `spot ${share(multiple)} of range vol up (tail)`, 'UP', shock), weight };
  });
  const twist = (row: MovedRow): number => {
    if (!row.isExpiring) return 0;
    const size = grid.volUp * volatilityTermFactor(grid, row.secondsToExpiry);
    return row.secondsToExpiry < TWIST_PIVOT_DAYS * SECONDS_PER_DAY ? size : -size;
  };
  return [
    ...core,
    ...tails,
    ...bothWays('skew', 'LINEAR', (sign) => () => ({ ...NO_SHOCK, skewShock: sign })),
    ...bothWays('smile', 'ABS', (sign) => () => ({ ...NO_SHOCK, smileShock: sign })),
    ...bothWays('term', 'TWIST', (sign) => (row) => ({
      ...NO_SHOCK,
      volShock: Math.max(-1, sign * twist(row)),
    })),
    ...bothWays('basis', 'NONE', (sign) => (row) => ({
      ...NO_SHOCK,
      spotFactor: 1 + sign * basisMove(parameters, row),
    })),
    ...bothWays('guard', 'DATA', (sign) => (row) => ({
      ...NO_SHOCK,
      volShock: Math.max(-1, sign * GUARD_DEVIATIONS * row.volatilityUncertainty),
    })),
  ];
}

/** A guarded value stands this many confidences of volatility from the mark (market-and-risk.md 4). */
const GUARD_DEVIATIONS = 2;

/** A price cannot fall to 0 or below, whatever the range. */
const LOWEST_SPOT_FACTOR = 0.01;

function move(family: GridFamily, label: string, volShock: string, shock: GridMove['shock']): GridMove {
  return { label: { label, family, spotShock: 0, volShock }, family, weight: 1, shock };
}

function bothWays(
  family: GridFamily,
  volShock: string,
  shockOf: (sign: 1 | -1) => GridMove['shock'],
): GridMove[] {
  return ([1, -1] as const).map((sign) =>
    move(family, `${family} ${sign > 0 ? 'up' : 'down'}`, volShock, shockOf(sign)),
  );
}

/** Only what expires has a basis that a row can move; that of perpetuals is charged on their delta. */
function basisMove({ basis }: HouseParameters, row: MovedRow): number {
  if (!row.isExpiring) return 0;
  return Math.max(basis.floor, Math.exp(basis.perYear * secondsToYears(row.secondsToExpiry)) - 1);
}

/** The first set: every move at once, nothing ages. */
export function gridCube(parameters: HouseParameters, market: Market): CubeSpec {
  const moves = gridMoves(parameters);
  const { rows, rowOf } = factorRows(market);
  const shocks = rows.map((row) => {
    const moved = movedRow(parameters, market, row);
    return moves.map(({ shock }) => (moved === undefined ? NO_SHOCK : shock(moved)));
  });
  return {
    scenarios: buildScenarioSet(
      'house-grid',
      moves.map(({ label }) => label),
      shocks.length === 0 ? [moves.map(() => NO_SHOCK)] : shocks,
    ),
    discounted: false,
    factorRow: rowOf,
    shockFactors: wingFactors,
    weight: (_underlying, scenario) => moves[scenario]?.weight ?? 1,
  };
}

/** An underlying without parameters is refused when a book holds it; its rows move nothing. */
function movedRow(parameters: HouseParameters, market: Market, row: FactorRow): MovedRow | undefined {
  const name = market.table.underlyings[row.underlying] ?? '';
  const rules = underlyingRules(parameters, name);
  if (rules === undefined) return undefined;
  return {
    name,
    range: rules.gridRange,
    secondsToExpiry: row.expiryMs === undefined ? 0 : secondsBetween(market.timeMs, row.expiryMs),
    isExpiring: row.expiryMs !== undefined,
    volatilityUncertainty: volatilityUncertainty(parameters, market, row),
  };
}

/** The least certain volatility of the expiry, over the volatility nearest to the money. */
function volatilityUncertainty(
  parameters: HouseParameters,
  { columns, table }: Market,
  row: FactorRow,
): number {
  if (row.expiryMs === undefined) return 0;
  let confidence = 1;
  let nearest = Infinity;
  let atTheMoney = NaN;
  table.instruments.forEach((terms, i) => {
    if (terms.kind !== 'OPTION' || terms.expiryMs !== row.expiryMs) return;
    if (columns.underlying[i] !== row.underlying) return;
    const volatility = columns.volatility[i] ?? NaN;
    if (!(volatility > 0)) return;
    const stated = columns.volatilityConfidence[i] ?? NaN;
    // A market that does not say how certain it is gives no certainty.
    confidence = Math.min(confidence, stated >= 0 ? stated : 0);
    const forward = columns.forward[columns.expiry[i] ?? NONE] ?? NaN;
    const distance = Math.abs(Math.log(terms.strike / forward));
    if (!(distance < nearest)) return;
    nearest = distance;
    atTheMoney = volatility;
  });
  if (!(atTheMoney > 0)) return 0;
  return ((1 - confidence) * parameters.oracle.volatilityUncertainty) / atTheMoney;
}

/** Place of an option on the skew and the smile, bounded at the wings (market-and-risk.md 2, shocks). */
function wingFactors({ strike, forward, timeToExpiryYears }: OptionTerms): {
  term: number;
  skew: number;
  smile: number;
} {
  const root = Math.sqrt(timeToExpiryYears);
  const cap = Math.max(0, WING_MOVE_SHORT - WING_MOVE_PER_ROOT_YEAR * root);
  const width = Math.max(WING_WIDTH_MIN, WING_WIDTH_PER_ROOT_YEAR * root);
  const skew = Math.min(cap, Math.max(-cap, (Math.log(strike / forward) * cap) / width));
  return { term: 1, skew, smile: Math.abs(skew) };
}

function share(step: number): string {
  return `${step > 0 ? '+' : ''}${String(Number((step * 100).toFixed(4)))}%`;
}
