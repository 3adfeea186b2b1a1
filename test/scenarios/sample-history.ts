import { unwrap } from '../../src/domain/outcome.js';
import { normalQuantile } from '../../src/kernel/reference/normal.js';
import { randomStream } from '../../src/measures/random.js';
import { DAY_MS, alignHistory } from '../../src/scenarios/history.js';
import type { DatedValue, FactorHistory, FactorSeries } from '../../src/scenarios/history.js';
import type { FactorKind, RiskFactor } from '../../src/scenarios/risk-factor.js';

export const FIRST_DAY_MS = Date.UTC(2020, 0, 1);

export function factorOf(id: string, kind: FactorKind, subject: string): RiskFactor {
  return { id, kind, subject, evidence: 'OBSERVED' };
}

export const BTC_SPOT = factorOf('BTC.spot', 'SPOT', 'BTC');
export const ETH_SPOT = factorOf('ETH.spot', 'SPOT', 'ETH');
export const BTC_SKEW = factorOf('BTC.skew', 'SKEW', 'BTC');

/** Levels whose logarithms (or which themselves) move by these changes. */
export function seriesOf(factor: RiskFactor, changes: readonly number[]): FactorSeries {
  const points: DatedValue[] = [{ dateMs: FIRST_DAY_MS, value: factor.kind === 'SKEW' ? 0 : 100 }];
  changes.forEach((change, i) => {
    const before = points[i]!.value;
    const value = factor.kind === 'SKEW' ? before + change : before * Math.exp(change);
    points.push({ dateMs: FIRST_DAY_MS + (i + 1) * DAY_MS, value });
  });
  return { factor, points };
}

/** Two spots with a correlation of about 0.8 and a skew; daily deviation 3 %, 4 % and 0.02. */
export function sampleHistory(rows = 400, seed = 1): FactorHistory {
  const random = randomStream(seed);
  const draw = (): number => normalQuantile(random.uniform());
  const common = Array.from({ length: rows }, draw);
  const spots = common.map((z) => 0.03 * z);
  const others = common.map((z) => 0.04 * (0.8 * z + 0.6 * draw()));
  const skews = common.map((z) => 0.02 * (0.3 * z + draw()));
  return unwrap(
    alignHistory([seriesOf(BTC_SPOT, spots), seriesOf(ETH_SPOT, others), seriesOf(BTC_SKEW, skews)], {
      windowRows: rows,
      stepMs: DAY_MS,
      gaps: 'REFUSE',
    }),
  );
}
