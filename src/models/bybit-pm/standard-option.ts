/** A short option under Bybit's regular margin, US dollars per coin. */
export interface ShortOption {
  readonly isCall: boolean;
  readonly strike: number;
  readonly index: number;
  readonly mark: number;
}

/** Published with a worked example (margin-models.md 10); fractions of the index unless stated. */
const INITIAL_MAX = 0.15;
const INITIAL_MIN = 0.1;
/** Of the index, or of the mark where that is more. */
const MAINTENANCE = 0.03;
const LIQUIDATION_FEE = 0.002;

/**
 * Regular (not portfolio) margin of one coin of a short option, which nothing else offsets:
 * MM = max(3 % S, 3 % mark) + mark + .2 % S; IM = max(max(15 % S - OTM, 10 % S) + mark, MM).
 */
export function standardShortOptionMargin({ isCall, strike, index, mark }: ShortOption): {
  readonly initial: number;
  readonly maintenance: number;
} {
  const outOfTheMoney = Math.max(0, isCall ? strike - index : index - strike);
  const maintenance = Math.max(MAINTENANCE * index, MAINTENANCE * mark) + mark + LIQUIDATION_FEE * index;
  const initial = Math.max(INITIAL_MAX * index - outOfTheMoney, INITIAL_MIN * index) + mark;
  return { initial: Math.max(initial, maintenance), maintenance };
}
