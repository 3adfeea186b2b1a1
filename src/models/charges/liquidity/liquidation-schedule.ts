/**
 * How fast to close: the schedule between cost and risk of R. Almgren and N. Chriss, "Optimal execution of portfolio
 * transactions" (2000), linear permanent and temporary impact.
 */
export interface ScheduleInput {
  /** Position to close, signed. */
  readonly position: number;
  /** Time to close it in, and the number of equal intervals. */
  readonly time: number;
  readonly intervals: number;
  /** Standard deviation of the price per square root of time, price units. */
  readonly volatility: number;
  /** Temporary impact eta and permanent impact gamma, per unit of trading rate and of quantity. */
  readonly temporaryImpact: number;
  readonly permanentImpact: number;
  /** Risk aversion lambda, >= 0; 0 closes evenly. */
  readonly riskAversion: number;
}

export interface LiquidationSchedule {
  /** Urgency kappa, per unit of time. */
  readonly urgency: number;
  /** Position at the start and after each interval, intervals + 1 numbers. */
  readonly holdings: Float64Array;
  readonly expectedCost: number;
  readonly variance: number;
}

/** Inputs are positive; temporary impact exceeds half of permanent impact times an interval (else cost rewards splitting). */
export function liquidationSchedule(input: ScheduleInput): LiquidationSchedule {
  const { position, time, intervals, volatility, temporaryImpact, permanentImpact, riskAversion } = input;
  const tau = time / intervals;
  const eta = temporaryImpact - 0.5 * permanentImpact * tau;
  const above = (0.5 * riskAversion * volatility ** 2 * tau ** 2) / eta;
  // acosh(1 + above) without the digits that the sum loses.
  const urgency = Math.log1p(above + Math.sqrt(above * (above + 2))) / tau;
  const holdings = Float64Array.from(
    { length: intervals + 1 },
    (_, j) => position * shareLeft(urgency, time, j * tau),
  );
  holdings[intervals] = 0;
  let traded = 0;
  let held = 0;
  for (let j = 1; j <= intervals; j += 1) {
    traded += (holdings[j - 1]! - holdings[j]!) ** 2;
    held += holdings[j]! ** 2;
  }
  return {
    urgency,
    holdings,
    expectedCost: 0.5 * permanentImpact * position ** 2 + (eta / tau) * traded,
    variance: volatility ** 2 * tau * held,
  };
}

/** sinh(kappa (T - t)) / sinh(kappa T), in exponentials that do not overflow; a straight line without urgency. */
function shareLeft(urgency: number, time: number, passed: number): number {
  if (urgency === 0) return (time - passed) / time;
  const shrink = Math.expm1(-2 * urgency * (time - passed)) / Math.expm1(-2 * urgency * time);
  return Math.exp(-urgency * passed) * shrink;
}
