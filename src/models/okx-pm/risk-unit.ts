import type { Quality } from '../../domain/report.js';
import type { ModelComponent, ModelInput } from '../model.js';
import { hedgesAcrossQuotes, legShares, type DollarLeg, type DollarUnit } from '../shared/dollar-account.js';
import { component, unpublished } from '../shared/result.js';
import { worstOf, type Worst } from '../shared/worst.js';
import { basisBuckets, basisRisk, bucketKey, decay, minimumCharge } from './charges.js';
import { ruleOf, type OkxPmParameters } from './parameters.js';
import { MR1_CELL_COUNT } from './scenarios.js';

type Input = ModelInput<OkxPmParameters>;

/** A risk unit with its margin. */
export interface RiskUnit {
  readonly unit: DollarUnit;
  /** MMR, dollars. */
  readonly maintenance: number;
  readonly components: readonly ModelComponent[];
  /** Cell that the binding arm stands on, among all cells of the unit; MR1's where MR7 binds. */
  readonly worst: Worst;
}

/** A requirement with what each leg adds to it, dollars. */
interface Arm {
  readonly amount: number;
  share(leg: DollarLeg): number;
}

/**
 * MMR = max(MR1 + ... + MR5 + MR9, MR6, MR7) of one underlying (margin-models.md 9).
 *
 * MR1 to MR5 are always shown whole; MR6 and MR7 are shown with what they exceed the arms before them by, so that the
 * components add up to the maximum.
 */
export function riskUnit(input: Input, unit: DollarUnit): RiskUnit {
  const { parameters } = input;
  const mr1Worst = worstOf(unit.pnl.subarray(0, MR1_CELL_COUNT));
  const extremeWorst = worstOf(unit.pnl.subarray(MR1_CELL_COUNT));
  const mr1 = scenarioArm(unit, mr1Worst.index, mr1Worst.pnl, 1);
  const mr2 = decayArm(input, unit);
  const mr4 = basisArm(parameters, unit);
  const sum = addArms([mr1, mr2, mr4]);
  const mr6 = scenarioArm(
    unit,
    MR1_CELL_COUNT + extremeWorst.index,
    extremeWorst.pnl,
    parameters.extremeLossShare,
  );
  const rate = ruleOf(parameters.minimumCharge.rate, unit.name);
  const mr7 = minimumArm(parameters, unit, rate ?? 0);
  const larger = mr6.amount > sum.amount ? mr6 : sum;

  const part = (name: string, arm: Arm, quality: Quality): ModelComponent =>
    component(`${unit.name}.${name}`, parameters.initialFactor * arm.amount, arm.amount, quality, () =>
      legShares(input, unit, arm.amount, (leg) => arm.share(leg)),
    );
  const missing = (name: string, applies: boolean): ModelComponent =>
    unpublished(`${unit.name}.${name}`, applies);
  const { hasOptions } = unit;
  const isReproduced = unit.legs.every(({ isOption, isInverse }) => !isOption && !isInverse);
  const scenarioQuality = isReproduced ? 'EXACT' : 'APPROXIMATE';
  const basisUnknown =
    ruleOf(parameters.perpetualBasis, unit.name) === undefined &&
    unit.legs.some(({ isPerpetual }) => isPerpetual);
  return {
    unit,
    maintenance: Math.max(larger.amount, mr7.amount),
    worst: larger === mr6 ? { pnl: extremeWorst.pnl, index: MR1_CELL_COUNT + extremeWorst.index } : mr1Worst,
    components: [
      part('mr1', mr1, scenarioQuality),
      missing('mr1_volatility', hasOptions && parameters.volatilityPoints.length === 0),
      part('mr2', mr2, hasOptions ? 'APPROXIMATE' : 'EXACT'),
      missing('mr3', hasOptions),
      part('mr4', mr4, unit.legs.every(({ isPerpetual }) => isPerpetual) ? 'FITTED' : 'APPROXIMATE'),
      missing('mr4_perpetual', basisUnknown),
      missing('mr5', hasOptions),
      part('mr6', beyond(mr6, sum), scenarioQuality),
      ...(rate === undefined
        ? [missing('mr7', true)]
        : [
            part(
              'mr7',
              beyond(mr7, larger),
              unit.legs.length === 1 && isReproduced ? 'FITTED' : 'APPROXIMATE',
            ),
          ]),
      missing('mr7_bands', mr7.exceedsBands),
      missing('mr9', hedgesAcrossQuotes(unit)),
    ],
  };
}

/** MR1 and MR6: a share of the loss in the worst of some cells. */
function scenarioArm(unit: DollarUnit, cell: number, pnl: number, share: number): Arm {
  return {
    amount: pnl < 0 || Number.isNaN(pnl) ? -share * pnl : 0,
    share: (leg) => (pnl < 0 ? -share * unit.legPnl(leg, cell) : 0),
  };
}

/** MR2: the decay of options, where it costs. */
function decayArm(input: Input, unit: DollarUnit): Arm {
  const cost = unit.legs.reduce((sum, leg) => sum - decay(input, leg), 0);
  return { amount: cost < 0 ? 0 : cost, share: (leg) => (cost > 0 ? -decay(input, leg) : 0) };
}

function basisArm(parameters: OkxPmParameters, unit: DollarUnit): Arm {
  const buckets = basisBuckets(parameters, unit);
  return {
    amount: basisRisk(buckets),
    share: (leg) => {
      const bucket = buckets.get(bucketKey(leg));
      return Math.sign(bucket?.cashDelta ?? 0) * leg.cashDelta * (bucket?.move ?? 0);
    },
  };
}

function minimumArm(
  parameters: OkxPmParameters,
  unit: DollarUnit,
  rate: number,
): Arm & { readonly exceedsBands: boolean } {
  const absolute = unit.legs.reduce((sum, { cashDelta }) => sum + Math.abs(cashDelta), 0);
  const charge = minimumCharge(parameters.minimumCharge, rate, absolute);
  return {
    ...charge,
    share: ({ cashDelta }) => (absolute === 0 ? 0 : (charge.amount * Math.abs(cashDelta)) / absolute),
  };
}

function addArms(arms: readonly Arm[]): Arm {
  return {
    amount: arms.reduce((sum, { amount }) => sum + amount, 0),
    share: (leg) => arms.reduce((sum, arm) => sum + arm.share(leg), 0),
  };
}

/** What an arm exceeds another by; its legs pay the difference of their shares (Euler of a maximum). */
function beyond(arm: Arm, other: Arm): Arm {
  const amount = arm.amount - other.amount;
  return amount <= 0
    ? { amount: 0, share: () => 0 }
    : { amount, share: (leg) => arm.share(leg) - other.share(leg) };
}
