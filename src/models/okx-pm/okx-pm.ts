import type { Outcome } from '../../domain/outcome.js';
import { failure, success } from '../../domain/outcome.js';
import type { ScenarioLabel } from '../../scenarios/scenario-set.js';
import type { MarginModel, ModelComponent, ModelInput, ModelResult } from '../model.js';
import { positionConfidences } from '../shared/cash-account.js';
import { arrangeDollarAccount } from '../shared/dollar-account.js';
import { ownEntry } from '../shared/own-entry.js';
import { buildResult, component, unpublished } from '../shared/result.js';
import type { Worst } from '../shared/worst.js';
import { parseOkxPmParameters, ruleOf, type OkxPmParameters } from './parameters.js';
import { riskUnit, type RiskUnit } from './risk-unit.js';
import { okxCube, unitLabels } from './scenarios.js';

/**
 * OKX's portfolio margin: every underlying is a risk unit with charges MR1 to MR9, borrowed assets are charged on the account
 * (margin-models.md 9). US dollars. Futures and perpetuals are reproduced on a published response; volatility shocks, MR3, MR5
 * and MR9 are not public. Balances count as equity: the mode in which spot offsets derivatives is not margined.
 */
export const okxPm: MarginModel<OkxPmParameters> = {
  id: 'okx-pm',
  title: 'OKX portfolio margin',
  version: '1.0.0',
  parseParameters: parseOkxPmParameters,
  parameterWarnings: () => [],
  cube: okxCube,
  margin,
};

type Input = ModelInput<OkxPmParameters>;

function margin(input: Input): Outcome<ModelResult> {
  const refused = refusedUnderlying(input);
  if (refused !== undefined) return refused;
  const arranged = arrangeDollarAccount(input, {
    model: 'okx-pm',
    deltaOneMove: 'INDEX',
    factorRow: (underlying) => underlying,
  });
  if (!arranged.ok) return arranged;
  const account = arranged.value;
  const units = account.units.map((unit) => riskUnit(input, unit));
  return success(
    buildResult(input, {
      currency: 'USD',
      cash: account.cash,
      markToMarket: account.markToMarket,
      components: [
        ...units.flatMap(({ components }) => components),
        ...borrowCharges(input.parameters, account.assetEquity),
        unpublished('open_orders', input.orders.length > 0),
      ],
      ...vectors(input.parameters, units),
      confidences: positionConfidences(input),
    }),
  );
}

function refusedUnderlying({
  parameters,
  market,
  groups,
  positions,
}: Input): ReturnType<typeof failure> | undefined {
  const { spotMoves, annualisedMove, extremeMove } = parameters;
  for (const { underlying, firstPosition } of groups) {
    const name = market.table.underlyings[underlying] ?? '';
    const rules = { spotMoves, annualisedMove, extremeMove };
    const lacking = Object.entries(rules).find(([, rule]) => ruleOf<unknown>(rule, name) === undefined);
    if (lacking === undefined) continue;
    return failure(
      'UNSUPPORTED',
      `positions[${String(positions[firstPosition]?.requestIndex ?? 0)}].instrument`,
      `Expected an underlying of parameters.${lacking[0]} for okx-pm but received ${name}`,
    );
  }
  return undefined;
}

/** MR8: a share of what the account owes in each asset. (Rates fitted on one response.) */
function borrowCharges(
  { borrow }: OkxPmParameters,
  assetEquity: ReadonlyMap<string, number>,
): ModelComponent[] {
  let initial = 0;
  let maintenance = 0;
  const unknown: ModelComponent[] = [];
  for (const [asset, equity] of assetEquity) {
    if (!(equity < 0)) continue;
    const rate = ownEntry(borrow, asset);
    if (rate === undefined) unknown.push(unpublished(`mr8.${asset}`, true));
    else {
      initial -= rate.initial * equity;
      maintenance -= rate.maintenance * equity;
    }
  }
  return [component('mr8', initial, maintenance, initial === 0 ? 'EXACT' : 'FITTED'), ...unknown];
}

/** The cells of all units one after the other, and the cell that the largest unit stands on. */
function vectors(
  parameters: OkxPmParameters,
  units: readonly RiskUnit[],
): { scenarioPnl: Float64Array; labels: readonly ScenarioLabel[]; worst: Worst } {
  const labels: ScenarioLabel[] = [];
  const pnl: number[] = [];
  let worst: Worst = { pnl: 0, index: 0 };
  let largest = 0;
  for (const { unit, maintenance, worst: own } of units) {
    if (maintenance > largest) {
      largest = maintenance;
      worst = { pnl: own.pnl, index: pnl.length + own.index };
    }
    pnl.push(...unit.pnl);
    const prefix = units.length > 1 ? `${unit.name}: ` : '';
    for (const label of unitLabels(parameters, unit.name) ?? [])
      labels.push({ ...label, label: `${prefix}${label.label}` });
  }
  return { scenarioPnl: Float64Array.from(pnl), labels, worst };
}
