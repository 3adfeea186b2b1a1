/**
 * Price at which a perpetual future with constant parameters is fair: what a mark or a basis shock can be held against.
 * Formulas of D. Ackerer, J. Hugonnier and U. Jermann, "Perpetual futures pricing" (2024), for funding paid per period on the
 * spot before or after it, or continuously.
 */
import { expected, failure, success } from '../../domain/outcome.js';
import type { Outcome } from '../../domain/outcome.js';

export interface PerpetualTerms {
  readonly payoff: 'LINEAR' | 'INVERSE';
  /** Which spot a funding payment is calculated on; with `CONTINUOUS` the two are one. */
  readonly funding: 'PREVIOUS_SPOT' | 'CURRENT_SPOT' | 'CONTINUOUS';
  /** Between two payments, ACT/365; not read with `CONTINUOUS`. */
  readonly fundingPeriodYears: number;
  /** Premium paid per period, or per year with `CONTINUOUS`, per unit of premium (kappa); > `interestDifferential`. */
  readonly fundingIntensity: number;
  /** Part of the funding that is paid without a premium (iota), per period or per year. */
  readonly interestDifferential: number;
}

/**
 * In the unit of `spot`. Fails where funding is too weak against the difference of rates: then no finite price is fair.
 *
 * @param rate of the quote currency, continuously compounded per year
 * @param yieldRate of the asset, continuously compounded per year
 */
export function perpetualFairValue(
  terms: PerpetualTerms,
  spot: number,
  rate: number,
  yieldRate: number,
): Outcome<number> {
  const { fundingIntensity: intensity, interestDifferential } = terms;
  for (const [name, value] of Object.entries({ spot, rate, yieldRate, intensity, interestDifferential })) {
    if (!Number.isFinite(value)) {
      return failure('INVALID_VALUE', name, expected('a finite number', name, value));
    }
  }
  if (!(spot > 0)) return failure('INVALID_VALUE', 'spot', expected('a positive number', 'spot', spot));
  const isContinuous = terms.funding === 'CONTINUOUS';
  const years = isContinuous ? 1 : terms.fundingPeriodYears;
  if (!(years > 0 && Number.isFinite(years))) {
    return failure(
      'INVALID_VALUE',
      'fundingPeriodYears',
      expected('a positive number', 'fundingPeriodYears', years),
    );
  }
  const net = intensity - interestDifferential;
  // The excess of rates works against the premium of a linear contract and for that of an inverse one.
  const excess = (terms.payoff === 'INVERSE' ? rate - yieldRate : yieldRate - rate) * years;
  const pull = intensity + periodicExcess(terms.funding, excess);
  if (!(net > 0 && pull > 0)) {
    return failure(
      'INVALID_VALUE',
      'fundingIntensity',
      expected(
        'funding stronger than the interest differential and the difference of rates',
        'fundingIntensity',
        intensity,
      ),
    );
  }
  return success(terms.payoff === 'INVERSE' ? (spot * pull) / net : (spot * net) / pull);
}

function periodicExcess(funding: PerpetualTerms['funding'], excess: number): number {
  if (funding === 'CONTINUOUS') return excess;
  return funding === 'CURRENT_SPOT' ? Math.expm1(excess) : -Math.expm1(-excess);
}
