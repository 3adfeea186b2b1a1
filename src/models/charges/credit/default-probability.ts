import { expected, failure, success } from '../../../domain/outcome.js';
import type { Outcome } from '../../../domain/outcome.js';

/** What credit charges assume of counterparties (market-and-risk.md 5.8, 11). */
export interface CreditParameters {
  /** Probability of default over the close-out horizon by tier, in [0, 1). */
  readonly defaultProbability: Readonly<Record<string, number>>;
  /** Loss given default, [0, 1]. */
  readonly lossGivenDefault: number;
  /** Share of accounts with enforceable recourse; 0 when balances cannot go negative: the venue bears all of it. */
  readonly recourse: number;
}

export const CREDIT_DEFAULTS: CreditParameters = {
  defaultProbability: { A: 1e-5, B: 1e-4, C: 1e-3 },
  lossGivenDefault: 1,
  recourse: 0,
};

/** Refuses what no counterparty can be: probabilities of 1, negative losses, shares outside [0, 1], no tier at all. */
export function checkCreditParameters(parameters: CreditParameters): Outcome<CreditParameters> {
  const { defaultProbability, lossGivenDefault, recourse } = parameters;
  const tiers = Object.entries(defaultProbability);
  if (tiers.length === 0) {
    return failure(
      'INVALID_PARAMETER',
      'defaultProbability',
      'Expected at least one tier for defaultProbability',
    );
  }
  for (const [tier, probability] of tiers) {
    const field = `defaultProbability.${tier}`;
    if (!(probability >= 0 && probability < 1)) return invalid(field, 'a probability below 1', probability);
  }
  if (!(lossGivenDefault >= 0 && lossGivenDefault <= 1)) {
    return invalid('lossGivenDefault', 'a share from 0 to 1', lossGivenDefault);
  }
  if (!(recourse >= 0 && recourse <= 1)) return invalid('recourse', 'a share from 0 to 1', recourse);
  return success(parameters);
}

/** Probability of an account's tier; the worst tier's where the tier is absent or unknown. */
export function defaultProbabilityOf(
  tier: string | undefined,
  { defaultProbability }: CreditParameters,
): number {
  if (tier !== undefined && Object.hasOwn(defaultProbability, tier)) return defaultProbability[tier] ?? 1;
  return Math.max(...Object.values(defaultProbability));
}

function invalid(field: string, what: string, received: number): Outcome<never> {
  return failure('INVALID_PARAMETER', field, expected(what, field, received));
}
