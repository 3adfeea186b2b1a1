/** An option on a forward that is not shocked. */
export interface OptionState {
  readonly forward: number;
  readonly strike: number;
  /** Annualised fraction. */
  readonly volatility: number;
  readonly timeToExpiryYears: number;
}

/** Black-76 vega of one coin, undiscounted, quote currency per unit of volatility: F phi(d1) sqrt(T); calls and puts alike. */
export function black76Vega({ forward, strike, volatility, timeToExpiryYears }: OptionState): number {
  const deviation = volatility * Math.sqrt(timeToExpiryYears);
  if (deviation === 0) return 0;
  const d1 = Math.log(forward / strike) / deviation + deviation / 2;
  return forward * normalDensity(d1) * Math.sqrt(timeToExpiryYears);
}

/** Black-76 theta of one coin, undiscounted, quote currency per year, <= 0: -vega x sigma / (2 T). */
export function black76Theta(option: OptionState): number {
  const { volatility, timeToExpiryYears } = option;
  if (timeToExpiryYears === 0) return 0;
  return (-black76Vega(option) * volatility) / (2 * timeToExpiryYears);
}

function normalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}
