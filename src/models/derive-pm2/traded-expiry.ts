import type { ModelInput, ResolvedPosition } from '../model.js';
import { BASIS_ROWS, basisLoss } from '../charges/basis.js';
import { nakedShortContracts } from '../charges/naked-short.js';
import type { DerivePm2Expiry } from './book.js';
import type { DerivePm2Parameters } from './parameters.js';
import { addExpiry } from './scenario-vector.js';
import { scenarioTable } from './shocks.js';

type Input = ModelInput<DerivePm2Parameters>;

/** What one expiry adds to every sum of the model; filled anew in place. */
export interface ExpiryPart {
  /** P&L after discount, dampening and the rule of skew scenarios, one entry per reported scenario. */
  readonly pnl: Float64Array;
  value: number;
  grossContracts: number;
  /** Lowest of all that prices it; NaN where something does not say. */
  confidence: number;
  nakedShort: number;
  /** <= 0. */
  basisLoss: number;
}

export function emptyPart(scenarioCount: number): ExpiryPart {
  return {
    pnl: new Float64Array(scenarioCount),
    value: 0,
    grossContracts: 0,
    confidence: 1,
    nakedShort: 0,
    basisLoss: 0,
  };
}

/**
 * Fills a part: `vectors` from `first` is the P&L of the positions before any rule of the model. The operations are those of
 * `arrangeBook` and `derive-pm2.ts`, in their order.
 */
export function fillPart(
  part: ExpiryPart,
  { parameters, market, unitValue, scenarios }: Input,
  { discount, timeToExpiryYears, forwardConfidence, rateConfidence }: DerivePm2Expiry,
  positions: readonly ResolvedPosition[],
  vectors: Float64Array,
  first: number,
): void {
  const { volatilityConfidence: confidences, contractSize } = market.columns;
  let value = 0;
  let grossContracts = 0;
  let volatilityConfidence = 1;
  for (const { instrument, quantity } of positions) {
    volatilityConfidence = Math.min(volatilityConfidence, confidences[instrument] ?? NaN);
    value += quantity * (unitValue[instrument] ?? NaN);
    grossContracts += Math.abs(quantity) * (contractSize[instrument] ?? NaN);
  }
  part.value = value;
  part.grossContracts = grossContracts;
  part.confidence = Math.min(forwardConfidence, rateConfidence, volatilityConfidence);
  part.nakedShort = nakedShortContracts({ positions, market }, groupOf(positions));
  const basisRow = first + scenarios.labels.length - BASIS_ROWS;
  const { addFactor, multFactor } = parameters.basis;
  const up = vectors[basisRow] ?? NaN;
  const down = vectors[basisRow + 1] ?? NaN;
  part.basisLoss = basisLoss(up, down, timeToExpiryYears, addFactor, multFactor);
  part.pnl.fill(0);
  addExpiry(part.pnl, scenarioTable(parameters), vectors, first, value, discount);
}

function groupOf(positions: readonly ResolvedPosition[]): Parameters<typeof nakedShortContracts>[1] {
  // What names it is of no matter here.
  return {
    underlying: 0,
    settlementCurrency: '',
    expiry: 0,
    firstPosition: 0,
    positionCount: positions.length,
  };
}

/** The positions of one expiry after a trade, in the order of the market's index: by strike, a put before a call. */
export function withTrade(
  { market }: Pick<Input, 'market'>,
  positions: readonly ResolvedPosition[],
  instrument: number,
  quantity: number,
): readonly ResolvedPosition[] {
  const held = positions.findIndex((position) => position.instrument === instrument);
  const traded = { requestIndex: 0, instrument, quantity: (positions[held]?.quantity ?? 0) + quantity };
  if (held >= 0)
    return traded.quantity === 0
      ? positions.filter((_, at) => at !== held)
      : positions.map((position, at) => (at === held ? traded : position));
  const { strike, isCall } = market.columns;
  const comesBefore = ({ instrument: other }: ResolvedPosition): boolean =>
    ((strike[other] ?? 0) - (strike[instrument] ?? 0) ||
      (isCall[other] ?? 0) - (isCall[instrument] ?? 0) ||
      other - instrument) < 0;
  const after = positions.findIndex((position) => !comesBefore(position));
  return after < 0
    ? [...positions, traded]
    : [...positions.slice(0, after), traded, ...positions.slice(after)];
}
