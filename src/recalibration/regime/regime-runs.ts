import { unwrap } from '../../domain/outcome.js';
import { SignalBoard } from '../signals/signal-board.js';
import { firstRegime, HOUSE_REGIME, nextRegime, REGIMES, type Regime, type RegimeTerms } from './regime.js';
import { returnStream, type ReturnLaw } from './run-length.js';

/** What the whole detector, estimates included, says of a market whose volatility never changes. */
export interface RegimeRuns {
  readonly days: number;
  /** Of the days; everything but CALM is false. */
  readonly share: Readonly<Record<Regime, number>>;
  /** How often CALM was left. */
  readonly falseAlarms: number;
  /** Days between two of them. */
  readonly daysPerFalseAlarm: number;
}

/** Days after which the estimates have forgotten their start. */
const WARM_UP_DAYS = 500;
const DAY_SECONDS = 86_400;
const DEVIATION = 0.03;

/** Simulated rates of false regimes, seeded: volatility is estimated as it is live, not known. */
export function regimeRuns(
  { law, days, seed }: { readonly law: ReturnLaw; readonly days: number; readonly seed: number },
  terms: RegimeTerms = HOUSE_REGIME,
): RegimeRuns {
  const draw = returnStream(law, seed);
  const board = new SignalBoard(DEVIATION, undefined, { fitsGarch: false });
  const counts = { CALM: 0, ELEVATED: 0, STRESS: 0, CRISIS: 0 };
  let state = firstRegime(0);
  let lnPrice = 0;
  let falseAlarms = 0;
  for (let day = 0; day < WARM_UP_DAYS + days; day += 1) {
    lnPrice += DEVIATION * draw();
    const timeSeconds = day * DAY_SECONDS;
    unwrap(board.observe({ timeSeconds, price: Math.exp(lnPrice) }));
    const before = state.regime;
    state = unwrap(
      nextRegime(
        state,
        {
          timeSeconds,
          standardisedReturn: board.fresh('standardisedReturn'),
          volatilityRatio: board.fresh('volatilityRatio'),
        },
        terms,
      ),
    );
    if (day < WARM_UP_DAYS) continue;
    counts[state.regime] += 1;
    if (before === 'CALM' && state.regime !== 'CALM') falseAlarms += 1;
  }
  const share = Object.fromEntries(REGIMES.map((regime) => [regime, counts[regime] / days]));
  return {
    days,
    share: share as Record<Regime, number>,
    falseAlarms,
    daysPerFalseAlarm: days / falseAlarms,
  };
}
