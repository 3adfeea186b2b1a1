import type { ScenarioLabel, ScenarioSet } from '../../scenarios/scenario-set.js';
import { buildScenarioSet, NO_SHOCK, scenarioName, type Shock } from '../../scenarios/build-set.js';
import { basisRows, volatilityShock } from '../charges/spot-volatility.js';
import { volatilityTermFactor } from '../charges/volatility-term.js';
import type { OptionTerms, ShockFactors } from '../model.js';
import type { DerivePm2Parameters, DerivePm2Scenario } from './parameters.js';

/** The parameter file's scenarios, then the two rows of the basis contingency (margin-models.md 3.2, 3.3). */
export function derivePm2Scenarios(parameters: DerivePm2Parameters): ScenarioSet {
  const { basis, volatility } = parameters;
  const labels: ScenarioLabel[] = parameters.scenarios.map(scenarioLabel);
  const shocks: Shock[] = parameters.scenarios.map((scenario) => scenarioShock(scenario, volatility));
  for (const row of basisRows(basis)) {
    labels.push(row.label);
    shocks.push(row.shock);
  }
  return buildScenarioSet('derive-pm2', labels, [shocks]);
}

function scenarioLabel(scenario: DerivePm2Scenario): ScenarioLabel {
  const { volShock } = scenario;
  if (isSkew(scenario))
    return { label: `skew ${volShock.toLowerCase()}`, family: 'skew', spotShock: 0, volShock };
  const spotShock = scenario.spotFactor - 1;
  const family = scenario.dampening === 1 ? 'grid' : 'tail';
  return { label: scenarioName(spotShock, volShock), family, spotShock, volShock };
}

function scenarioShock(scenario: DerivePm2Scenario, volatility: DerivePm2Parameters['volatility']): Shock {
  const { spotFactor, volShock } = scenario;
  if (volShock === 'LINEAR') return { ...NO_SHOCK, skewShock: 1 };
  if (volShock === 'ABS') return { ...NO_SHOCK, smileShock: 1 };
  return volatilityShock({ spotFactor, volShock }, volatility);
}

/** Skew scenarios twist the smile and leave spot where it is, whatever factor the parameter file states. */
export function isSkew(scenario: DerivePm2Scenario): boolean {
  return scenario.volShock === 'LINEAR' || scenario.volShock === 'ABS';
}

/** The scenarios of a parameter set as columns. */
export interface ScenarioTable {
  readonly count: number;
  /** Relative move of spot; 0 in a skew scenario. */
  readonly spotMove: Float64Array;
  readonly dampening: Float64Array;
  /** 1 for a skew scenario. */
  readonly isSkewed: Uint8Array;
}

const tables = new WeakMap<DerivePm2Parameters, ScenarioTable>();

/** Every book needs it and it depends on the parameters alone, so it is made once for each of them. */
export function scenarioTable(parameters: DerivePm2Parameters): ScenarioTable {
  const known = tables.get(parameters);
  if (known !== undefined) return known;
  const { scenarios } = parameters;
  const table = {
    count: scenarios.length,
    spotMove: Float64Array.from(scenarios, (one) => (isSkew(one) ? 0 : one.spotFactor - 1)),
    dampening: Float64Array.from(scenarios, ({ dampening }) => dampening),
    isSkewed: Uint8Array.from(scenarios, (one) => (isSkew(one) ? 1 : 0)),
  };
  tables.set(parameters, table);
  return table;
}

/** How one option's volatility answers: m(t) for the level, k-dependent multipliers for the two skew rows. */
export function derivePm2ShockFactors(parameters: DerivePm2Parameters, option: OptionTerms): ShockFactors {
  const k = Math.log(option.strike / option.forward);
  const rootTime = Math.sqrt(option.timeToExpiryYears);
  const { skew } = parameters;
  return {
    term: volatilityTermFactor(parameters.volatility, option.secondsToExpiry),
    skew: skewMove(k, rootTime, skew.linear, skew),
    smile: skewMove(Math.abs(k), rootTime, skew.abs, skew),
  };
}

/**
 * Relative move of volatility at log-moneyness k: rises with k and is capped at `cap` on either side.
 *
 * The two branches stay as the venue writes them: for expiries beyond about six years `cap` turns negative, and a symmetric
 * clip would differ there.
 */
function skewMove(
  k: number,
  rootTime: number,
  { capBase, capScale }: { readonly capBase: number; readonly capScale: number },
  width: DerivePm2Parameters['skew'],
): number {
  const cap = capBase * rootTime + capScale;
  const kStar = Math.max(
    width.minStrikeWidth,
    rootTime * width.widthScale * (width.volStatic + rootTime * width.volScale),
  );
  const move = (k * cap) / kStar;
  return k >= 0 ? Math.min(cap, move) : Math.max(-cap, move);
}
