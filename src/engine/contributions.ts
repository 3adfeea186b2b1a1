import type { Contribution, ContributionLevel } from '../domain/report.js';
import type { Market } from '../market/snapshot/market.js';
import type { ModelComponent, ModelResult, ResolvedPosition } from '../models/model.js';

/**
 * Divides every component among the positions by the model's rule and adds them up per position, expiry and underlying. What
 * a rule leaves over, and components without one, stand under the component's name, so that every level adds up to the
 * margins. Components that add up to less than nothing leave a requirement of 0; what lifts it stands under `floor_at_zero`.
 */
export function contributions(
  market: Market,
  positions: readonly ResolvedPosition[],
  { components, initialMargin, maintenanceMargin }: Requirement,
): Contribution[] {
  const initial = new Float64Array(positions.length);
  const maintenance = new Float64Array(positions.length);
  const leftOver = new Ledger();
  for (const component of components) {
    if (component.initial === 0 && component.maintenance === 0) continue;
    const shares = component.shares?.();
    let divided = 0;
    if (shares !== undefined && shares.total !== 0) {
      shares.byPosition.forEach((share, at) => {
        const part = share / shares.total;
        divided += part;
        initial[at] = (initial[at] ?? 0) + part * component.initial;
        maintenance[at] = (maintenance[at] ?? 0) + part * component.maintenance;
      });
    }
    const rest = 1 - divided;
    if (Math.abs(rest) <= ROUNDING * Math.max(1, positions.length)) continue;
    leftOver.add(component.name, rest * component.initial, rest * component.maintenance);
  }
  const lifted = {
    initial: initialMargin - sum(components, 'initial'),
    maintenance: maintenanceMargin - sum(components, 'maintenance'),
  };
  if (lifted.initial > 0 || lifted.maintenance > 0)
    leftOver.add('floor_at_zero', lifted.initial, lifted.maintenance);
  return LEVELS.flatMap(([level, keyOf]) => {
    const ledger = new Ledger();
    positions.forEach(({ instrument }, at) => {
      ledger.add(keyOf(market, instrument), initial[at] ?? NaN, maintenance[at] ?? NaN);
    });
    return [...ledger.entries(level), ...leftOver.entries(level)];
  });
}

type Requirement = Pick<ModelResult, 'components' | 'initialMargin' | 'maintenanceMargin'>;

/** In the order in which the requirement was added up, so that nothing is lifted where no floor binds. */
function sum(components: readonly ModelComponent[], margin: 'initial' | 'maintenance'): number {
  return components.reduce((total, component) => total + component[margin], 0);
}

/** Shares of one component add up to one within this per position. */
const ROUNDING = 1e-12;

type KeyOf = (market: Market, instrument: number) => string;

const LEVELS: readonly (readonly [ContributionLevel, KeyOf])[] = [
  ['POSITION', ({ table }, instrument) => table.instruments[instrument]?.name ?? ''],
  ['EXPIRY', expiryKey],
  ['UNDERLYING', ({ table }, instrument) => table.instruments[instrument]?.underlying ?? ''],
];

function expiryKey({ table }: Market, instrument: number): string {
  const terms = table.instruments[instrument];
  if (terms === undefined) return '';
  if (!('expiryMs' in terms)) return terms.underlying;
  return `${terms.underlying} ${new Date(terms.expiryMs).toISOString()}`;
}

/** Sums by key, in order of first appearance. */
class Ledger {
  readonly #sums = new Map<string, { initial: number; maintenance: number }>();

  add(key: string, initial: number, maintenance: number): void {
    const sum = this.#sums.get(key);
    if (sum === undefined) this.#sums.set(key, { initial, maintenance });
    else {
      sum.initial += initial;
      sum.maintenance += maintenance;
    }
  }

  entries(level: ContributionLevel): Contribution[] {
    return [...this.#sums].map(([key, sum]) => ({ level, key, ...sum }));
  }
}
